"""The rooms of data import one another in one direction alone, their base files among them."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import chainrule.data

HOME = Path(chainrule.data.__file__).parent


def test_no_two_rooms_of_data_import_one_another() -> None:
    rooms: dict[str, set[str]] = {}
    for path in HOME.rglob("*.py"):
        room = path.relative_to(HOME).parts[0].removesuffix(".py")
        if room == "__init__":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            if module is not None and module.startswith("chainrule.data."):
                rooms.setdefault(room, set()).add(module.split(".")[2])
    order = TopologicalSorter({room: met - {room} for room, met in rooms.items()}).static_order()
    assert "kinds" in list(order)  # a CycleError would name the rooms that import one another
