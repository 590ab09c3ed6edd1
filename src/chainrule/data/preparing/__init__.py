"""Preparing: steps that are learned from the training part alone, and applied to every other the same way."""
