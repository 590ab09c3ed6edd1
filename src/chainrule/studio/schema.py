"""The messages as JSON Schema, from which the page's types and checks are made: `python -m chainrule.studio.schema`."""

import json
from typing import Any, get_args

import msgspec

from chainrule.studio.messages import Answer, Request


def schema() -> dict[str, Any]:
    """Return one schema with a definition for each message, and for `Request` and `Answer` as the choice among them."""
    unions = {"Request": get_args(Request), "Answer": get_args(Answer)}
    members = [member for union in unions.values() for member in union]
    references, definitions = msgspec.json.schema_components(members, ref_template="#/$defs/{name}")
    by_member = dict(zip(members, references, strict=True))
    choices = {name: {"anyOf": [by_member[member] for member in union]} for name, union in unions.items()}
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Messages", "$defs": {**definitions, **choices}}
    return msgspec.json.decode(msgspec.json.encode(found))  # a default that is a tuple becomes the list that JSON has for it


if __name__ == "__main__":
    print(json.dumps(schema(), indent=1))
