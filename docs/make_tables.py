"""Writes the pages made from the code: the table of derivatives, and the vocabulary of networks and their training."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from pathlib import Path

import chainrule.doctor
import chainrule.tasks  # noqa: F401  (with the package itself, these define all that is in the tables)
from chainrule.configuration import Configurable, ConfigurableType, describe, subclasses
from chainrule.graph import OPS, NoGradient, Op

HERE = Path(__file__).parent


def pullback_text(op: Op) -> str:
    """Return the source of an op's pullback, or the reason why it has none."""
    if isinstance(op.pullback, NoGradient):
        return f"none: {op.pullback.reason}"
    source = textwrap.dedent(inspect.getsource(op.pullback)).strip()
    if source.startswith("def"):
        return f"`{op.pullback.__name__}` in {op.pullback.__module__}"
    body = source[source.index("lambda") :]
    return next(body[:end] for end in range(len(body), 0, -1) if _is_lambda(body[:end]))


def _is_lambda(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Lambda)
    except SyntaxError:
        return False


def traits_text(op: Op) -> str:
    """Return what is true of an op, in words; empty where nothing that other rooms ask for is."""
    inputs = [" and ".join(f"x{place}" for place in group) for group in op.linear if not isinstance(group, range)]
    found = [
        "works element by element" if op.elementwise else "",
        f"linear in {', in '.join(inputs)}" if inputs else "linear in all inputs together" if op.linear else "",
        "moves elements" if op.moves else "",
        f"chooses by x{op.condition}" if op.condition is not None else "",
        f"tends to {op.limits[0]:g} and {op.limits[1]:g}" if op.limits else "",
        "drawn with a key" if op.random else "",
        f"printed as {op.symbol}" if op.symbol else "",
    ]
    return "; ".join(filter(None, found))


def derivatives() -> str:
    """Return the page of all ops, with their equations, traits and pullbacks."""
    lines = [
        "# Table of derivatives",
        "",
        f"All {len(OPS)} operations, from the registry that the library itself uses. x0 is the first input.",
        "",
    ]
    for name, op in sorted(OPS.items()):
        text = pullback_text(op)
        block = [f"```python\n{text}\n```"] if text.startswith("lambda") else [text]
        traits = [f"Traits: {told}.", ""] if (told := traits_text(op)) else []
        lines += [f"## {name}", "", op.formula, "", *traits, "Gradient of the inputs:", "", *block, ""]
    return "\n".join(lines)


def families() -> list[ConfigurableType]:
    """Return the bases of what can be named: layers, losses, optimisers and so on."""
    return [family for family in Configurable.__subclasses__() if subclasses(family)]


def vocabulary() -> str:
    """Return the page of all classes of all families, each with its arguments, what they accept and what they are by default."""
    lines = ["# Vocabulary", "", "Every class that is registered where it is defined, with what each of its arguments accepts.", ""]
    for family in families():
        lines += [f"## {family.__name__}", "", inspect.getdoc(family).partition("\n\n")[0], ""]
        for cls in sorted(subclasses(family), key=lambda cls: cls.__name__):
            lines += vocabulary_of(cls)
    return "\n".join(lines) + "\n"


def vocabulary_of(cls: type) -> list[str]:
    """Return the part of the page on one class."""
    return [f"### {cls.__name__}", "", (inspect.getdoc(cls) or "").partition("\n\n")[0], "", *_arguments(cls)]


def _arguments(cls: type) -> Iterator[str]:
    arguments = describe(cls)
    if not arguments:
        return
    yield "| argument | accepts | default | what it is |"
    yield "|---|---|---|---|"
    for name, argument in arguments.items():
        default = "needed" if argument.required else f"`{argument.default!r}`"
        cells = (f"`{name}`", argument.meaning.wanted, default, argument.text)
        yield "| " + " | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in cells) + " |"
    yield ""


def main() -> None:
    """Write the pages."""
    (HERE / "derivatives.md").write_text(derivatives(), encoding="utf-8")
    (HERE / "vocabulary.md").write_text(vocabulary(), encoding="utf-8")


if __name__ == "__main__":
    main()
