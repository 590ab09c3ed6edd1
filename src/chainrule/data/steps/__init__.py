"""The steps of a preparation, gathered by what they are for; each can be used alone."""
