"""Lines of code per room, and whatever is larger than the style wants it."""

import ast
import statistics
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "src" / "chainrule"
CORE = ["graph/tensor.py", "graph/traits.py", "graph/walk.py", "backprop/rules.py", "backprop/gradient.py", "xla/lowering.py"]
FILE_LIMIT, FUNCTION_LIMIT = 300, 60


def documentation(tree: ast.AST) -> set[int]:
    """Return the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            lines |= set(range(body[0].lineno, (body[0].end_lineno or 0) + 1))
    return lines


def code_lines(path: Path) -> int:
    """Return the lines of a file that are neither blank, comment nor docstring."""
    text = path.read_text(encoding="utf-8")
    skipped = documentation(ast.parse(text))
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and not line.strip().startswith("#") and number not in skipped)


def function_lengths(path: Path) -> list[int]:
    """Return the length of each function of a file, docstrings apart."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = documentation(tree)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [sum(1 for line in range(f.lineno, (f.end_lineno or 0) + 1) if line not in skipped) for f in functions]


def main() -> None:
    """Print the table."""
    rooms: dict[str, list[Path]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        rooms.setdefault(path.relative_to(PACKAGE).parts[0], []).append(path)
    print(f"{'room':16}{'files':>6}{'code':>7}{'median file':>13}{'largest':>9}{'median f.':>11}{'longest':>9}")
    for room, paths in rooms.items():
        sizes, lengths = [code_lines(path) for path in paths], [n for path in paths for n in function_lengths(path)] or [0]
        middle, usual = statistics.median(sizes), statistics.median(lengths)
        print(f"{room:16}{len(paths):6}{sum(sizes):7}{middle:13.0f}{max(sizes):9}{usual:11.0f}{max(lengths):9}")
        for path, size in zip(paths, sizes, strict=True):
            if size > FILE_LIMIT or max(function_lengths(path), default=0) > FUNCTION_LIMIT:
                print(f"    too large: {path.relative_to(PACKAGE)}")
    print(f"{'core':16}{len(CORE):6}{sum(code_lines(PACKAGE / name) for name in CORE):7}")


if __name__ == "__main__":
    main()
