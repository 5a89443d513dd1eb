"""JSON read piece by piece: the members of an object, the elements of an array, one value in memory at a time.

Rules of this file:
- memory follows the largest value, up to ``LONGEST_VALUE`` characters
- any bytes give values or Unreadable with a line and a column
- a whole number that is too long for Python's int is a float, which may be infinite
- bytes that are no UTF-8 are replaced, control characters inside strings are
  taken: what tools write is read
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any
from typing import BinaryIO

from wxcapture.captured import Unreadable
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

CHUNK_BYTES = 1024 * 1024
LONGEST_VALUE = 256 * 1024 * 1024
_SHOWN = 30
# The longest token whose truncated head is an error of its own: "\uXXXX\uXXXX", "-Infinity".
_LONGEST_TOKEN = 12
_BLANKS = " \t\n\r"
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LONGEST_BOM = 3
_REST_OF_NUMBER = re.compile(r"[0-9.eE+-]*")
_UNTERMINATED = "Unterminated string"


class JsonStream:
    """A JSON text in a binary file. ``name`` is shown in every mistake."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._decoder = json.JSONDecoder(strict=False)
        self._text = ""
        self._at = 0
        self._lines_before = 0
        self._column_before = 0
        self._ended = False
        start = b""
        while len(start) < _LONGEST_BOM and (more := file.read(_LONGEST_BOM - len(start))):
            start += more
        bom, encoding = next(((bom, name) for bom, name in _BOMS if start.startswith(bom)), (b"", "utf-8"))
        self._characters = codecs.getincrementaldecoder(encoding)("replace")
        self._text = self._characters.decode(start[len(bom) :])

    def peek(self) -> str:
        """The next non-blank character; "" at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._fill()

    def members(self) -> Iterator[str]:
        """The keys of an object; the caller must read each key's value before the next key."""
        self._expect("{")
        if self._skip("}"):
            return
        while True:
            if self.peek() != '"':
                raise self.broken(Text("应为用双引号括起的键", "expected a key in double quotes"))
            key = self.value()
            self._expect(":")
            yield key
            if self._skip("}"):
                return
            self._expect(",", "}")

    def elements(self) -> Iterator[tuple[str, Any]]:
        """The elements of an array, each with its position ("LINE:COLUMN")."""
        self._expect("[")
        if self._skip("]"):
            return
        while True:
            self.peek()
            place = self.place()
            yield place, self.value()
            if self._skip("]"):
                return
            self._expect(",", "]")

    def value(self) -> Any:
        """The next complete value."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._ended and error.msg.startswith(_UNTERMINATED):
                    raise self.broken(_WRONG, len(self._text)) from None
                if self._ended or not self._may_be_cut(error):
                    raise self.broken(_WRONG, error.pos) from None
            except RecursionError:
                raise self.broken(_TOO_DEEP) from None
            except ValueError:  # a whole number of thousands of digits, which Python can only read as a float
                self._decoder = json.JSONDecoder(strict=False, parse_int=_whole_number)
                continue
            else:
                # A number may continue in what is not read yet: "1", then "e+5".
                if self._ended or not _REST_OF_NUMBER.fullmatch(self._text, end):
                    self._at = end
                    return found
            if len(self._text) - self._at > LONGEST_VALUE:
                raise self.broken(_TOO_LONG)
            self._fill()

    def place(self, at: int | None = None) -> str:
        """The position of the next character: "LINE:COLUMN", both from 1."""
        at = self._at if at is None else at
        lines = self._text.count("\n", 0, at)
        column = at - self._text.rfind("\n", 0, at) if lines else self._column_before + at + 1
        return f"{self._lines_before + lines + 1}:{column}"

    def broken(self, why: Text, at: int | None = None) -> Unreadable:
        at = self._at if at is None else at
        while not self._ended and len(self._text) - at <= _SHOWN:
            self._take(self._file.read(_SHOWN))
        found = printable(beginning(self._text[at : at + _SHOWN + 1], _SHOWN))
        place = f"{self._name}:{self.place(at)}"
        if not found:
            return Unreadable(
                Text(f"{place}：文件到这里就断了，后面的内容缺失", f"{place}: the file ends here, the rest is missing")
            )
        return Unreadable(Text(f"{place}：{why.zh}，实际是 {found}", f"{place}: {why.en}, found {found}"))

    def _may_be_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether more text could make it valid."""
        return error.msg.startswith(_UNTERMINATED) or error.pos >= len(self._text) - _LONGEST_TOKEN

    def _expect(self, *characters: str) -> None:
        if self.peek() not in characters:
            wanted = " 或 ".join(characters), " or ".join(characters)
            raise self.broken(Text(f"应为 {wanted[0]}", f"expected {wanted[1]}"))
        self._at += 1

    def _skip(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def _fill(self) -> None:
        """Doubles the buffer, so that a long value is tried only a few times."""
        passed = self._text[: self._at]
        self._lines_before += passed.count("\n")
        self._column_before = len(passed) - passed.rfind("\n") - 1 + (0 if "\n" in passed else self._column_before)
        self._text = self._text[self._at :]
        self._at = 0
        self._take(self._file.read(max(CHUNK_BYTES, len(self._text))))

    def _take(self, data: bytes) -> None:
        self._ended = not data
        self._text += self._characters.decode(data, self._ended)


def _whole_number(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_WRONG = Text("这里不是合法的 JSON", "this is not valid JSON")
_TOO_DEEP = Text("嵌套过深，无法读取", "nested too deeply to be read")
_TOO_LONG = Text(
    f"这个值超过 {LONGEST_VALUE // 1024 // 1024} MB，或引号没有闭合",
    f"this value is longer than {LONGEST_VALUE // 1024 // 1024} MB, or its quotes are not closed",
)
