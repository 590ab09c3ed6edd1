"""Writes the locks: for each thing that a make target does, the exact versions and hashes of what it needs, on all platforms.

One choice of versions serves all of them, so that they fit together in one environment. The files are in pip's own form and name
no registry.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
NEEDS = {  # the extras and dependency groups of pyproject.toml that each lock holds
    "demo": ["--extra=studio", "--group=build"],
    "page": ["--group=page"],
    "test": ["--extra=test", "--group=build"],
    "check": ["--extra=test", "--extra=lint"],
    "docs": ["--extra=test", "--extra=docs"],
    "bench": ["--extra=studio", "--extra=bench"],
}
COMPILE = ["pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--no-header", "--no-annotate", "--no-emit-index-url"]
HEADER = "# Written by `make lock`: exact versions with hashes, for Python 3.11 and newer on every platform.\n"


def main() -> None:
    """Choose versions for everything at once, then write each lock with what it needs of them."""
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        chosen, lock = Path(folder, "all.txt"), Path(folder, "lock.txt")
        everything = [need for needs in NEEDS.values() for need in needs]
        _compile(uv, ["pyproject.toml", *dict.fromkeys(everything), f"--output-file={chosen}"])
        for name, needs in NEEDS.items():
            lock.unlink(missing_ok=True)
            sources = [] if name == "page" else ["pyproject.toml"]
            _compile(uv, [*sources, *needs, f"--constraints={chosen}", "--generate-hashes", f"--output-file={lock}"])
            (HERE / f"{name}.txt").write_text(HEADER + lock.read_text(encoding="utf-8"), encoding="utf-8")


def _compile(uv: Path, arguments: list[str]) -> None:
    subprocess.run([uv, *COMPILE, *arguments], cwd=HERE.parent, check=True)


if __name__ == "__main__":
    main()
