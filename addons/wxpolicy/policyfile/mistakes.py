"""A mistake in a file, and the collector of all mistakes, with the other files that it names."""

from dataclasses import dataclass
from typing import NamedTuple

from wxpolicy.finding import Code
from wxpolicy.terms import Text
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

# Texts may repeat a piece of the file; no line of ours is longer than this for it.
_SAID_LENGTH = 500


class Place(NamedTuple):
    """A position in a file. Both numbers start at 1."""

    line: int
    column: int


START = Place(1, 1)


class NamedFile(NamedTuple):
    """A file that a policy names, and where. Whether it exists is checked by the caller."""

    key: str  # "certificates.trust"
    name: str
    at: Place


def code_line(text: str) -> Text:
    """A line of the file as it should be written: the same in both languages."""
    return Text(text, text)


@dataclass(frozen=True, slots=True)
class Mistake:
    """What stands at ``line``:``column`` and what to write there.

    ``found`` is a piece of the file as it stands, "" where something is
    missing. ``code`` is the finding that calls would meet because of it, or
    None where the mistake is about the file alone. A warning does not keep
    the file from being used.
    """

    line: int
    column: int
    found: str
    expected: Text
    instead: Text
    source: str = "policy.yaml"
    code: Code | None = None
    is_warning: bool = False

    def in_lang(self, lang: str) -> str:
        """The whole mistake as one line in ``lang`` ("zh" or "en"), safe to print."""
        place = f"{self.source}:{self.line}:{self.column}: "
        if self.is_warning:
            place += "警告：" if lang == "zh" else "warning: "
        found = beginning(self.found)
        expected, instead = self.expected.in_lang(lang)[:_SAID_LENGTH], self.instead.in_lang(lang)[:_SAID_LENGTH]
        if lang == "zh":
            body = (f"发现 “{found}”，" if found else "") + f"{expected}。改法：{instead}"
        else:
            body = (f'found "{found}": ' if found else "") + f"{expected}. Write instead: {instead}"
        return printable(place + body)


class Notes:
    """Gathers the mistakes and warnings of one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._mistakes: list[Mistake] = []
        self._warnings: list[Mistake] = []
        self.files: list[NamedFile] = []
        self.places: dict[tuple[str, str], Place] = {}

    def mistake(self, at: Place, found: str, expected: Text, instead: Text, code: Code | None = None) -> None:
        self._mistakes.append(Mistake(*at, found, expected, instead, self.source, code))

    def warning(self, at: Place, found: str, expected: Text, instead: Text, code: Code | None = None) -> None:
        self._warnings.append(Mistake(*at, found, expected, instead, self.source, code, is_warning=True))

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """In the order of the file."""
        return tuple(sorted(self._mistakes, key=_place))

    @property
    def warnings(self) -> tuple[Mistake, ...]:
        return tuple(sorted(self._warnings, key=_place))


def _place(mistake: Mistake) -> Place:
    return Place(mistake.line, mistake.column)
