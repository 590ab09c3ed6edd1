"""Reading examples from whatever holds them: a reader for each form."""
