"""No sentence is lost: a text that stands alone as a statement, as the second half of a message without its brackets, is an error."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")])


def lost(source: str) -> list[int]:
    """Return the lines of texts that nothing is done with: neither docstrings nor part of an expression."""
    found: list[int] = []
    for node in ast.walk(ast.parse(source)):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            for position, statement in enumerate(block if isinstance(block, list) else []):
                if isinstance(statement, ast.Expr) and _is_text(statement.value):
                    documents = position == 0 and name == "body" and isinstance(statement.value, ast.Constant)
                    if not (documents and isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)):
                        found.append(statement.lineno)
    return found


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str))


def test_no_text_stands_alone() -> None:
    assert {str(path.relative_to(ROOT)): lines for path in FILES if (lines := lost(path.read_text()))} == {}


@pytest.mark.parametrize("text", ['"and the rest."', 'f"and {a}."'])
def test_what_is_lost_is_found(text: str) -> None:
    assert lost(f'def f(a):\n    """Documented."""\n    return f"The first half of {{a}}, "\n    {text}\n') == [4]
    assert lost(f'def f(a):\n    return (\n        f"The first half of {{a}}, "\n        {text}\n    )\n') == []
