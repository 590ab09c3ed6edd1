"""Writes the pages that are made from the code: the table of derivatives."""

import inspect
import textwrap
from pathlib import Path

import chainrule.ops  # noqa: F401  (fills the table)
from chainrule.graph import OPS, NoGradient, Op

PAGE = Path(__file__).parent / "derivatives.md"


def pullback_text(op: Op) -> str:
    """Return the source of an op's pullback, or the reason why it has none."""
    if isinstance(op.pullback, NoGradient):
        return f"none: {op.pullback.reason}"
    source = textwrap.dedent(inspect.getsource(op.pullback)).strip()
    body = source.partition("pullback=")[2] or source.partition(" = ")[2] or source
    return (
        body.rstrip(",").strip()
        if len(body.splitlines()) < 12 and not source.startswith("def")
        else f"`{op.pullback.__name__}` in {op.pullback.__module__}"
    )


def main() -> None:
    """Write the page."""
    lines = ["# Table of derivatives", "", f"All {len(OPS)} operations, from the registry that the library itself uses.", ""]
    for name, op in sorted(OPS.items()):
        text = pullback_text(op)
        block = [f"```python\n{text}\n```"] if text.startswith("lambda") else [text]
        lines += [f"## {name}", "", op.formula, "", "Gradient of the inputs:", "", *block, ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
