"""YAML (and so JSON) text to nodes with their positions.

Rules of this file:
1. Built from the parser's events, never recursively: the depth is counted.
2. No value is interpreted: ``off``, ``010`` and ``1e3`` stay the text they are.
3. What a policy never needs (anchors, aliases, merge keys, tags, a second document) is a mistake.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from wxpolicy.policyfile.mistakes import START
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.syntax import note_syntax_error
from wxpolicy.terms import Text

# A policy is some kilobytes; the limits only have to stop bombs.
MAX_TEXT_LENGTH = 1 << 20
MAX_DEPTH = 16
MAX_NODES = 20_000

# YAML 1.1 §5.4, the breaks that PyYAML counts.
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """``plain`` is False where the text was quoted or a block; ``end`` is the place after it."""

    at: Place
    text: str
    plain: bool
    end: Place

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written: YAML's null."""
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Sequence:
    at: Place
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """``pairs`` in the order of the file. A duplicate key is already reported as a mistake and still here."""

    at: Place
    pairs: tuple[tuple[Scalar, "Node"], ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A node that is already a mistake: nothing more is reported about it."""

    at: Place


Node = Scalar | Sequence | Mapping | Refused


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been parsed yet."""

    at: Place
    children: list[Node]
    refused: bool


class _TooBig(Exception):
    pass


def lines_of(text: str) -> list[str]:
    return _BREAK.split(text)


def decoded(data: str | bytes, notes: Notes) -> str | None:
    """The text without its byte order mark, or None with one mistake noted."""
    if isinstance(data, str):
        text = data
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8")
            bad = data[error.start : error.start + 4].hex(" ")
            notes.mistake(_place_at(before, len(before)), bad, _NOT_UTF8, _SAVE_AS_UTF8)
            return None
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_TEXT_LENGTH:
        notes.mistake(START, f"{len(text)}", _TOO_LONG, _SHORTEN)
        return None
    return text


def read_tree(text: str, notes: Notes) -> Node | None:
    """The root of ``text``, or None if it is empty or has a mistake that prevents further parsing."""
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        notes.mistake(_place_at(text, error.position), text[error.position], _UNPRINTABLE, _DELETE_CHARACTER)
        return None
    try:
        return _root(loader, notes)
    except _TooBig:
        return None
    except (yaml.YAMLError, ValueError, OverflowError, IndexError) as error:
        # Beside YAMLError: PyYAML lets int() and chr() raise on "\UFFFFFFFF" and on long %YAML numbers.
        here = _place(loader.get_mark())
        note_syntax_error(error, here, lines_of(text), notes)
        return None
    finally:
        loader.dispose()


def _root(loader: yaml.SafeLoader, notes: Notes) -> Node | None:
    root: Node | None = None
    documents = 0
    stack: list[_Open] = []
    for node_count, event in enumerate(_events(loader)):
        at = _place(event.start_mark)
        if node_count > MAX_NODES or len(stack) > MAX_DEPTH:
            notes.mistake(at, "", _TOO_DEEP if len(stack) > MAX_DEPTH else _TOO_MANY, _SHORTEN)
            raise _TooBig
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                notes.mistake(at, "---", _SECOND_DOCUMENT, _ONE_FILE_EACH)
                return root
            continue
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            stack.append(_Open(at, [], _refuse_extras(event, at, notes)))
            continue
        node = _closed(event, at, stack, notes)
        if node is None:
            continue
        if stack:
            stack[-1].children.append(node)
        else:
            root = node
    return root


def _events(loader: yaml.SafeLoader) -> Iterator[yaml.Event]:
    while loader.check_event():
        event: yaml.Event = loader.get_event()  # type: ignore[no-untyped-call]
        yield event


def _closed(event: yaml.Event, at: Place, stack: list[_Open], notes: Notes) -> Node | None:
    """The node that ``event`` completes, if it completes one."""
    if isinstance(event, yaml.ScalarEvent):
        if _refuse_extras(event, at, notes):
            return Refused(at)
        return Scalar(at, event.value, event.style is None, _place(event.end_mark))
    if isinstance(event, yaml.AliasEvent):
        notes.mistake(at, f"*{event.anchor}", _NO_ALIASES, _WRITE_OUT)
        return Refused(at)
    if not isinstance(event, yaml.CollectionEndEvent):
        return None
    opened = stack.pop()
    if opened.refused:
        return Refused(opened.at)
    if isinstance(event, yaml.SequenceEndEvent):
        return Sequence(opened.at, tuple(opened.children))
    return Mapping(opened.at, _pairs(opened.children, notes))


def _refuse_extras(event: yaml.ScalarEvent | yaml.CollectionStartEvent, at: Place, notes: Notes) -> bool:
    if event.anchor is not None:
        notes.mistake(at, f"&{event.anchor}", _NO_ALIASES, _WRITE_OUT)
        return True
    # "!" alone only means "do not guess a type", which is the case here anyway.
    if event.tag not in (None, "!"):
        notes.mistake(at, event.tag, _NO_TAGS, _DELETE_TAG)
        return True
    return False


def _pairs(children: list[Node], notes: Notes) -> tuple[tuple[Scalar, Node], ...]:
    pairs = []
    first_at: dict[str, Place] = {}
    for key, value in zip(children[::2], children[1::2], strict=True):
        if isinstance(key, Refused):
            continue
        if not isinstance(key, Scalar):
            notes.mistake(key.at, "[…]" if isinstance(key, Sequence) else "{…}", _KEY_NOT_TEXT, _PLAIN_KEY)
            continue
        if key.plain and key.text == "<<":
            notes.mistake(key.at, "<<", _NO_ALIASES, _WRITE_OUT)
            continue
        if key.text in first_at:
            _note_duplicate(key, first_at[key.text], notes)
        first_at.setdefault(key.text, key.at)
        pairs.append((key, value))
    return tuple(pairs)


def _note_duplicate(key: Scalar, first: Place, notes: Notes) -> None:
    expected = Text(
        f"这个键在第 {first.line} 行已经写过，第 {key.at.line} 行又写了一次；每个键只能写一次",
        f"this key is on line {first.line} and again on line {key.at.line}; write each key once",
    )
    instead = Text(
        f"把两处合并，删除第 {first.line} 行或第 {key.at.line} 行",
        f"one of the two; delete line {first.line} or line {key.at.line}",
    )
    notes.mistake(key.at, key.text, expected, instead)


def _place(mark: Any) -> Place:
    """Of an event's mark, which the C and the Python loader have as types of their own."""
    return Place(mark.line + 1, mark.column + 1)


def _place_at(text: str, index: int) -> Place:
    before = lines_of(text[:index])
    return Place(len(before), len(before[-1]) + 1)


_NOT_UTF8 = Text("这几个字节不是 UTF-8", "these bytes are not UTF-8")
_SAVE_AS_UTF8 = Text("在编辑器里把文件另存为 UTF-8 编码", "save the file as UTF-8 in your editor")
_TOO_LONG = Text(
    f"文件太长：最多 {MAX_TEXT_LENGTH} 个字符", f"the file is too long: at most {MAX_TEXT_LENGTH} characters"
)
_SHORTEN = Text("只保留策略本身", "only the policy itself")
_UNPRINTABLE = Text("这个字符不能出现在 YAML 里", "this character is not allowed in YAML")
_DELETE_CHARACTER = Text("删除这个看不见的字符", "delete this invisible character")
_TOO_DEEP = Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep")
_TOO_MANY = Text(f"内容超过 {MAX_NODES} 项", f"more than {MAX_NODES} values")
_SECOND_DOCUMENT = Text("一个文件只能写一个小程序的策略", "a file holds the policy of one mini-program")
_ONE_FILE_EACH = Text("把 --- 之后的内容移到另一个文件", "move what follows --- into its own file")
_NO_ALIASES = Text(
    "这里不支持锚点、别名和合并键（&、*、<<）", "anchors, aliases and merge keys (&, *, <<) are not supported here"
)
_WRITE_OUT = Text("直接写出值；值以 & 或 * 开头时加引号", "the value itself; quote it if it starts with & or *")
_NO_TAGS = Text("这里不支持 YAML 标签（! 开头）", "YAML tags (with !) are not supported here")
_DELETE_TAG = Text("去掉标签，只写值", "the value without the tag")
_KEY_NOT_TEXT = Text("键必须是文字，不能是列表或对象", "a key must be a string, not a list or a mapping")
_PLAIN_KEY = code_line("key: value")
