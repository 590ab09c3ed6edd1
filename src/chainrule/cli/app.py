"""The application that the commands belong to, and how errors reach the person who typed."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from chainrule.cli import commands
from chainrule.cli.screen import show_error
from chainrule.errors import ChainruleError, RecordError, TrainingError

BAD_INPUT, FAILED, INTERRUPTED = 2, 1, 130


class Commands(TyperGroup):
    """All commands. An error that Chainrule raises on purpose is a message and an exit code, never a traceback."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command: code 2 for input that cannot be used, 1 for a run that failed."""
        try:
            return super().invoke(ctx)
        except ChainruleError as error:
            show_error(str(error))
            raise typer.Exit(FAILED if isinstance(error, TrainingError | RecordError) else BAD_INPUT) from error


app = typer.Typer(cls=Commands, no_args_is_help=True, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415

        print(f"chainrule {version('chainrule')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")] = False,
) -> None:
    """Train neural networks, and see, stop, rewind and question every step of their learning.

    Begin with: chainrule demo
    """


for command, summary in commands.ALL.items():
    app.command(short_help=summary)(command)


def main() -> None:
    """Run the command line."""
    app(prog_name="chainrule")
