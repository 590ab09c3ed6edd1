"""Where a node came from: the user's line, the layer's path, and for a backward node its forward node."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, NamedTuple, TypeVar

Node = TypeVar("Node")

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep


class Origin(NamedTuple, Generic[Node]):
    """The provenance of a node: `line` of the user's file, `path` of layers, `forward` node that a backward node serves."""

    line: str
    path: str
    forward: Node | None

    def __str__(self) -> str:
        return f"{self.path} at {self.line}" if self.path else self.line


class _Scope(NamedTuple):
    path: str
    forward: Any


_OUTSIDE = _Scope("", None)
_scope: ContextVar[_Scope] = ContextVar("chainrule_scope", default=_OUTSIDE)


def here() -> Origin[Any]:
    """Return the origin of a node made now."""
    scope = _scope.get()
    return Origin(_user_line(), scope.path, scope.forward)


@contextmanager
def layer_scope(name: str) -> Generator[None]:
    """Nodes made inside belong to the layer `name`, below the layers already entered."""
    outer = _scope.get()
    token = _scope.set(outer._replace(path=f"{outer.path}/{name}" if outer.path else name))
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def backward_of(node: Any) -> Generator[None]:
    """Nodes made inside are part of the gradient of `node` and carry its path."""
    token = _scope.set(_Scope(node.origin.path, node))
    try:
        yield
    finally:
        _scope.reset(token)


def current_path() -> str:
    """Return the path of the layers entered now."""
    return _scope.get().path


def _user_line() -> str:
    frame = sys._getframe(1)  # pyright: ignore[reportPrivateUsage]
    while frame.f_back is not None and frame.f_code.co_filename.startswith((_PACKAGE, "<string>")):  # "<string>": a dataclass's __init__
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
