"""Collecting: from files, folders, tables and arrays to one row for each example, each column of one kind."""
