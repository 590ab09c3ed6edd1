"""Rows divided into training, validation and test."""
