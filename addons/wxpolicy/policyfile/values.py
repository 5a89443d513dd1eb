"""One value each: a word of a choice, a whole number, a switch, a list of texts, a mapping.

Every reader returns None where it noted a mistake. ``key`` is the key's name as
the user writes it, for the line to write instead.
"""

import re
from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from collections.abc import Sequence as SequenceType

from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.words import nearest
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Refused
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.policyfile.yamltree import Sequence
from wxpolicy.terms import Text

# The largest number that any key can use; also protects int() from very long numbers.
MAX_NUMBER = 2**31 - 1

OCTAL = re.compile(r"0[0-9]+")
OCTAL_IN_DOUBT = Text(
    "以 0 开头的数在 YAML 里是八进制，意思不明",
    "YAML reads a number with a leading 0 as octal, which is ambiguous",
)

_WHOLE = re.compile(r"0|[1-9][0-9]{0,9}")
_ALMOST_WHOLE = re.compile(r"\+?0*([0-9][0-9_,]{0,12})(?:\.0*)?\s*(ms|s|m|min)?", re.IGNORECASE)
_FACTORS = {"ms": 1, "s": 1000, "m": 60_000, "min": 60_000}

# The words that YAML 1.1 reads as switches.
_TRUE_WORDS = ("true", "yes", "on", "y", "1")
_FALSE_WORDS = ("false", "no", "off", "n", "0")


def shown(node: Node) -> str:
    """A node as a mistake shows it."""
    if isinstance(node, Scalar):
        return node.text
    return "[…]" if isinstance(node, Sequence) else "{…}"


def place_of(key: Scalar, value: Node) -> Place:
    """Where a mistake about ``value`` is shown: an empty value stands nowhere, so its key is."""
    return key.at if isinstance(value, Scalar) and value.is_empty and not value.text else value.at


def read_scalar(key: Scalar, value: Node, expected: Text, instead: Text, notes: Notes) -> str | None:
    """The text of a value that must be a single word."""
    if isinstance(value, Refused):
        return None
    if isinstance(value, Scalar) and not value.is_empty and value.text.strip():
        return value.text
    found = shown(value) or f"{key.text}:"
    notes.mistake(place_of(key, value), found, expected, instead)
    return None


def read_choice(
    key: Scalar, value: Node, allowed: SequenceType[str], notes: Notes, other_names: MappingType[str, str] | None = None
) -> str | None:
    """One of ``allowed``. ``other_names``: lower-case words that people write for them."""
    expected = Text(f"应为 {'、'.join(allowed)} 之一", f"expected one of {', '.join(allowed)}")
    text = read_scalar(key, value, expected, code_line(f"{key.text}: {quoted(allowed[0])}"), notes)
    if text is None or text in allowed:
        return text
    meant = nearest(text, allowed, other_names)
    if meant:
        instead = code_line(f"{key.text}: {quoted(meant)}")
    else:
        lines = [f"{key.text}: {quoted(word)}" for word in allowed]
        instead = Text(" 或 ".join(lines), " or ".join(lines))
    notes.mistake(value.at, text, expected, instead)
    return None


def quoted(text: str) -> str:
    """``text`` as YAML keeps it a text: numbers in quotes."""
    return f'"{text}"' if text.isdigit() else text


def read_number(key: Scalar, value: Node, least: int, unit: Text, example: int, notes: Notes) -> int | None:
    """A whole number not below ``least``. ``unit`` is what it counts, ``example`` a valid value."""
    expected = Text(f"应为不小于 {least} 的整数（{unit.zh}）", f"expected a whole number of {unit.en}, {least} or more")
    text = read_scalar(key, value, expected, code_line(f"{key.text}: {example}"), notes)
    if text is None:
        return None
    if _WHOLE.fullmatch(text) and least <= int(text) <= MAX_NUMBER:
        return int(text)
    if OCTAL.fullmatch(text):
        expected = OCTAL_IN_DOUBT
    elif text.isdecimal() and (len(text) > 10 or int(text) > MAX_NUMBER):
        expected = Text(f"数值太大，最大 {MAX_NUMBER}", f"the number is too large, at most {MAX_NUMBER}")
    notes.mistake(value.at, text, expected, code_line(f"{key.text}: {_meant_number(text, least, example)}"))
    return None


def _meant_number(text: str, least: int, example: int) -> int:
    match = _ALMOST_WHOLE.fullmatch(text.strip())
    if not match:
        return example
    number = int(re.sub("[_,]", "", match[1])) * _FACTORS[(match[2] or "ms").lower()]
    return number if least <= number <= MAX_NUMBER else example


def read_switch(key: Scalar, value: Node, notes: Notes) -> bool | None:
    """true or false. The other words of YAML 1.1 differ from reader to reader, so they are mistakes."""
    expected = Text("应为 true 或 false", "expected true or false")
    text = read_scalar(key, value, expected, code_line(f"{key.text}: false"), notes)
    if text is None:
        return None
    if text in ("true", "false"):
        return text == "true"
    lowered = text.strip().lower()
    if lowered in _TRUE_WORDS or lowered in _FALSE_WORDS:
        instead = code_line(f"{key.text}: {'true' if lowered in _TRUE_WORDS else 'false'}")
    else:
        instead = Text(f"{key.text}: true 或 {key.text}: false", f"{key.text}: true or {key.text}: false")
    notes.mistake(value.at, text, expected, instead)
    return None


def read_list(key: Scalar, value: Node, example: str, notes: Notes) -> tuple[Scalar, ...] | None:
    """The texts of a list; items that are not text are mistakes of their own and omitted."""
    expected = Text("应为一个列表", "expected a list")
    if isinstance(value, Refused):
        return None
    if not isinstance(value, Sequence):
        found = shown(value) or f"{key.text}:"
        pieces = re.split(r"[\s,;，；]+", value.text.strip()) if isinstance(value, Scalar) else []
        empty = isinstance(value, Scalar) and value.is_empty
        listed = ", ".join(pieces) if pieces and not empty else ""
        instead = f"{key.text}: [{listed}]" if listed or empty else f"{key.text}: [{example}]"
        notes.mistake(place_of(key, value), found, expected, code_line(instead))
        return None
    return tuple(text for item in value.items if (text := _item(item, example, notes)) is not None)


def _item(item: Node, example: str, notes: Notes) -> Scalar | None:
    if isinstance(item, Refused):
        return None
    if isinstance(item, Mapping):
        # "- https://a.example.com: 443" and "- https: //a.example.com" are mappings to YAML.
        found, meant = "{}", example
        if item.pairs:
            inner, inner_value = item.pairs[0]
            found = f"{inner.text}: {shown(inner_value)}".strip()
            meant = f"{inner.text}:{shown(inner_value)}".removesuffix(":")
        expected = Text(
            "列表的每一项应是字符串，YAML 把“冒号加空格”读成了键",
            "each item must be a string; YAML reads colon and space as a key",
        )
        notes.mistake(item.at, found, expected, code_line(f"- {meant}"))
        return None
    if isinstance(item, Sequence):
        notes.mistake(
            item.at, "[…]", Text("列表里不能再套列表", "a list cannot contain another list"), code_line(f"- {example}")
        )
        return None
    if item.is_empty or not item.text.strip():
        expected = Text("列表里有空的一项", "an item of the list is empty")
        notes.mistake(item.at, item.text, expected, Text("删除这一项", "delete this item"))
        return None
    return item


def read_mapping(
    key: Scalar, value: Node, known: SequenceType[str], notes: Notes, other_names: MappingType[str, str] | None = None
) -> Iterator[tuple[str, Scalar, Node]]:
    """The pairs of a mapping whose keys are ``known``: name, key, value. Unknown keys are mistakes."""
    if isinstance(value, Refused):
        return
    if not isinstance(value, Mapping):
        expected = Text(f"{key.text} 下应写这些键：{'、'.join(known)}", f"{key.text} holds the keys {', '.join(known)}")
        example = f"{key.text}: {{{known[0]}: …}}"
        notes.mistake(place_of(key, value), shown(value) or f"{key.text}:", expected, code_line(example))
        return
    for inner, inner_value in value.pairs:
        if inner.text in known:
            yield inner.text, inner, inner_value
        else:
            note_unknown_key(inner, known, notes, f"{key.text}.", other_names)


def note_unknown_key(
    key: Scalar,
    known: SequenceType[str],
    notes: Notes,
    under: str = "",
    other_names: MappingType[str, str] | None = None,
) -> None:
    """Adds the mistake that ``key`` is not in ``known``, with the one that was probably meant."""
    meant = nearest(key.text, known, other_names)
    expected = Text(
        f"没有 {under}{key.text} 这个键；可用的键：{'、'.join(known)}",
        f"there is no key {under}{key.text}; the keys are {', '.join(known)}",
    )
    if meant:
        instead = Text(f"{meant}:（你是不是想写 {meant}？）", f"{meant}: (did you mean {meant}?)")
    else:
        instead = Text("删除这个键", "delete this key")
    notes.mistake(key.at, key.text, expected, instead)
