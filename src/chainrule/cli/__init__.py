"""The command line: data to a trained and saved model, and questions to it."""

from chainrule.cli.app import app, main

__all__ = ["app", "main"]
