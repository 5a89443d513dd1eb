"""JSON that parses: secrets are masked in its tree, and it stays JSON.

Besides members with a secret's name, a name may itself be a value: pairs of name and value, as objects or lists, and
tables of columns and rows. Strings are treated as texts, and may contain JSON again.
"""

import json
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from wxredact.names import holds_something
from wxredact.names import is_count_of_secrets
from wxredact.names import is_no_secret
from wxredact.names import is_secret_key
from wxredact.names import names_a_secret
from wxredact.names import names_something
from wxredact.values import MASK
from wxredact.values import is_mobile_number

_DEEPEST = 100
_MOST_ATTEMPTS = 8
# Lists of names: their elements are not values.
_LISTS_OF_NAMES = frozenset(
    {
        "required", "columns", "fields", "keys", "names", "scopes", "scope", "tags", "order", "attributes", "hidden", "fillable", "include",
        "exclude", "permissions", "options", "enum", "properties", "headers", "cols", "params", "labels", "dependencies", "roles", "types",
    }
)  # fmt: skip
_Leaf = Callable[[str], str]


def mask_json(text: str, leaf: _Leaf) -> str | None:
    """``text`` masked, its strings with ``leaf``; None if it is not JSON. Unchanged, byte for byte, if nothing is
    secret."""
    start = text.lstrip("\ufeff \t\r\n")
    try:
        found = json.loads(start)
        masked = _value(found, "", 0, leaf)
        if masked == found:
            return text
        return text[: len(text) - len(start)] + json.dumps(masked, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


def mask_embedded(text: str, leaf: _Leaf) -> str:
    """JSON within other text: one document per line, after an event name, in a JSONP call, after an anti-hijacking
    prefix."""
    decoder = json.JSONDecoder()
    pieces: list[str] = []
    at = shown = attempts = 0
    while attempts < _MOST_ATTEMPTS:
        places = [place for place in (text.find("{", at), text.find("[", at)) if place >= 0]
        if not places:
            break
        start = min(places)
        try:
            found, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            attempts += 1
            at = start + 1
            continue
        masked = _value(found, "", 0, leaf) if found else found
        if masked != found:
            pieces += [text[shown:start], json.dumps(masked, ensure_ascii=False)]
            shown = end
        at = end
    return "".join([*pieces, text[shown:]])


def _value(value: Any, key: str, depth: int, leaf: _Leaf) -> Any:
    if depth > _DEEPEST:
        return MASK
    if isinstance(value, dict):
        return _object(value, depth + 1, leaf)
    if isinstance(value, list):
        return _list(value, key, depth + 1, leaf)
    if isinstance(value, str):
        return leaf(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**14 and is_mobile_number(value):
        return MASK
    return value


def _object(found: Mapping[str, Any], depth: int, leaf: _Leaf) -> dict[str, Any]:
    held = any(holds_something(key) for key in found)
    naming = {
        key
        for key, value in found.items()
        if held and isinstance(value, str) and names_something(key) and _is_secret_name(value)
    }
    secret_columns = _columns(found)
    made: dict[str, Any] = {}
    for key, value in found.items():
        if naming and holds_something(key) and key not in naming:
            made[key] = _masked(key, value)
        elif key in naming or (held and names_something(key) and not holds_something(key) and isinstance(value, str)):
            made[leaf(key)] = value if key in naming else leaf(value)
        elif secret_columns and isinstance(value, list) and key not in secret_columns:
            made[leaf(key)] = _rows(value, secret_columns, depth, leaf)
        elif is_secret_key(key):
            made[leaf(key)] = _masked(key, value)
        else:
            made[leaf(key)] = _value(value, key, depth, leaf)
    return made


def _masked(key: str, value: Any) -> Any:
    if value is None or isinstance(value, bool) or (isinstance(value, (dict, list, str)) and not value):
        return value
    if isinstance(value, (int, float)) and (key.strip().lower() == "code" or is_count_of_secrets(key)):
        return value
    if isinstance(value, str) and is_no_secret(key, value):
        return value
    return MASK


def _is_secret_name(value: object) -> bool:
    return isinstance(value, str) and names_a_secret(value.strip())


def _columns(found: Mapping[str, Any]) -> dict[str, tuple[int, set[int]]]:
    """Members that are lists of names, with a secret's among them: the number of columns, and its position."""
    columns = {}
    for key, value in found.items():
        if isinstance(value, list) and len(value) > 0 and key.strip().lower() in _LISTS_OF_NAMES:
            names = [each.get("name") if isinstance(each, dict) else each for each in value]
            if all(isinstance(name, str) for name in names) and (
                secret := {i for i, name in enumerate(names) if _is_secret_name(name)}
            ):
                columns[key] = len(names), secret
    return columns


def _rows(rows: Sequence[Any], columns: Mapping[str, tuple[int, set[int]]], depth: int, leaf: _Leaf) -> list[Any]:
    width, secret = next(iter(columns.values()))
    if len(rows) == width and not any(isinstance(row, (list, dict)) for row in rows):
        return _row(rows, secret, depth, leaf)
    return [
        _row(row, secret, depth, leaf) if isinstance(row, list) and len(row) == width else _value(row, "", depth, leaf)
        for row in rows
    ]


def _row(row: Sequence[Any], secret: set[int], depth: int, leaf: _Leaf) -> list[Any]:
    return [_masked("", each) if index in secret else _value(each, "", depth, leaf) for index, each in enumerate(row)]


def _list(found: Sequence[Any], key: str, depth: int, leaf: _Leaf) -> list[Any]:
    is_names = key.strip().lower() in _LISTS_OF_NAMES
    if len(found) > 1 and isinstance(found[0], list) and all(isinstance(each, list) for each in found):
        secret = {index for index, name in enumerate(found[0]) if _is_secret_name(name)}
        # Two columns may be name and value; then the first row is one of them.
        if secret and len(found[0]) > 2 and all(isinstance(name, str) for name in found[0]):
            return [found[0], *(_row(row, secret, depth, leaf) for row in found[1:])]
    if is_names or not found or not isinstance(found[0], str):
        return [_value(each, key, depth, leaf) for each in found]
    return _alternating(found, key, depth, leaf)


def _alternating(found: Sequence[Any], key: str, depth: int, leaf: _Leaf) -> list[Any]:
    """["token", "X"], ["Host", "h", "Authorization", "X"], ["--token", "X"]."""
    made: list[Any] = []
    behind = ""
    for index, each in enumerate(found):
        if behind and not isinstance(each, (dict, list)):
            made.append(_masked(behind, each))
            behind = ""
            continue
        is_option = isinstance(each, str) and each.startswith("-")
        is_pair = len(found) % 2 == 0 and index % 2 == 0 and isinstance(each, str)
        is_last = index + 1 == len(found)
        behind = (
            each.lstrip("-") if not is_last and (is_option or is_pair) and _is_secret_name(each.lstrip("-")) else ""
        )
        made.append(each if behind else _value(each, key, depth, leaf))
    return made
