"""The messages as JSON Schema, from which the page's types and checks are made: `python -m chainrule.studio.schema`."""

import json
from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, get_args

import msgspec
import numpy as np
from msgspec import inspect

from chainrule.studio.frames import Block
from chainrule.studio.protocol import Frame, requests, response_type, tag_of

_REFERENCE = "#/$defs/{name}"


def schema() -> dict[str, Any]:
    """Return one schema with a definition for each message. `Request` is the choice among requests, `Frame` among what the server sends,
    and `Responses` has, by the `type` of a request, the response to it. `acts` lists the requests that do something."""
    asked = requests()
    responses = [response_type(request) for request in asked]
    members = [*asked, *responses, *get_args(Frame), Block]
    references, definitions = msgspec.json.schema_components(members, schema_hook=_block, ref_template=_REFERENCE)
    for name in _computed(responses):
        _allow_null(definitions[name])
    by_request = {tag_of(request): reference for request, reference in zip(asked, references[len(asked) :], strict=False)}
    more = {
        "Request": {"anyOf": list(references[: len(asked)])},
        "Frame": {"anyOf": list(references[2 * len(asked) : -1])},
        "Responses": {"type": "object", "properties": by_request, "required": list(by_request)},
    }
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Messages",
        "$defs": {**definitions, **more},
        "acts": [tag_of(request) for request in asked if request.acts],
    }
    return msgspec.json.decode(msgspec.json.encode(found))  # a default that is a tuple becomes the list that JSON has for it


def _block(kind: type) -> dict[str, Any]:
    """Return the schema of what a frame has a word of its own for: an array is its block."""
    if kind is np.ndarray:
        return {"$ref": _REFERENCE.format(name=Block.__name__)}
    raise NotImplementedError


def _computed(responses: list[Any]) -> set[str]:
    """Return the names of the dataclasses within responses: their numbers are those that were computed, finite or not."""
    return {kind.__name__ for root in inspect.multi_type_info(responses) for kind in _classes(root, set()) if is_dataclass(kind)}


def _classes(node: Any, seen: set[type]) -> Iterator[type]:
    """Walk the classes of messages that a type leads to."""
    if isinstance(node, list | tuple):
        for part in node:
            yield from _classes(part, seen)
    elif isinstance(node, inspect.Type):
        kind = getattr(node, "cls", None)
        if isinstance(node, inspect.StructType | inspect.DataclassType):
            if kind in seen:
                return
            seen.add(node.cls)
            yield node.cls
        for name in node.__struct_fields__:
            yield from _classes(getattr(node, name), seen)
    elif isinstance(node, inspect.Field):
        yield from _classes(node.type, seen)


def _allow_null(definition: Any) -> None:
    """Allow null where a number is: what is not finite is sent so."""
    if isinstance(definition, list):
        for part in definition:
            _allow_null(part)
    elif isinstance(definition, dict):
        if definition.get("type") == "number":
            rest = {key: definition.pop(key) for key in list(definition) if key not in ("default", "description")}
            definition["anyOf"] = [rest, {"type": "null"}]
            return
        for part in definition.values():
            _allow_null(part)


if __name__ == "__main__":
    print(json.dumps(schema(), indent=1))
