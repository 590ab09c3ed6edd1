"""The command line: data to a trained and kept model, and questions to what was kept."""

from chainrule.cli.app import app, main

__all__ = ["app", "main"]
