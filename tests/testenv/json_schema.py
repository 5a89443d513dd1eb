"""Checks a value against a JSON Schema: the part of the language that docs/record.schema.json uses, and nothing else."""

import re
from typing import Any

_TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_KNOWN = {
    "$schema", "$id", "$defs", "$ref", "title", "description", "type", "enum", "properties", "required", "additionalProperties",
    "items", "minItems", "minimum", "pattern", "anyOf",
}  # fmt: skip


def mistakes(
    value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, place: str = "record"
) -> list[str]:
    """What of the value is not as the schema has it; [] where all is."""
    root = root or schema
    assert set(schema) <= _KNOWN, f"{place}: the schema uses {set(schema) - _KNOWN}"
    found: list[str] = []
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        found += mistakes(value, target, root, place)
    if "type" in schema and not any(_is(value, name) for name in _listed(schema["type"])):
        return [*found, f"{place}: {value!r} is no {schema['type']}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{place}: {value!r} is none of {schema['enum']}")
    if "anyOf" in schema and all(mistakes(value, each, root, place) for each in schema["anyOf"]):
        found.append(f"{place}: {value!r} is none of what it may be")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        for name, each in value.items():
            if name in properties:
                found += mistakes(each, properties[name], root, f"{place}.{name}")
            elif schema.get("additionalProperties") is False:
                found.append(f"{place}: {name} is unknown")
            elif isinstance(schema.get("additionalProperties"), dict):
                found += mistakes(each, schema["additionalProperties"], root, f"{place}.{name}")
    if isinstance(value, list):
        for number, each in enumerate(value if "items" in schema else ()):
            found += mistakes(each, schema["items"], root, f"{place}[{number}]")
        if len(value) < schema.get("minItems", 0):
            found.append(f"{place}: too few items")
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < schema.get("minimum", value):
        found.append(f"{place}: {value} is below {schema['minimum']}")
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        found.append(f"{place}: {value!r} does not match {schema['pattern']}")
    return found


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
