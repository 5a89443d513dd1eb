"""The output of a report: everything passes through ``lines``, which removes control characters and limits the
width."""

import io
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Line

from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened
from wxreport.wrap import wrapped

# Text after a heading or a bullet is indented below it.
INDENT = 4
# Below this nothing would be readable.
LEAST_WIDTH = 40
LONGEST_TEXT = 1500


class Paper:
    """``width`` in columns; Chinese characters take two."""

    def __init__(self, lang: str, width: int, color: bool) -> None:
        self.lang = lang
        self.width = max(width, LEAST_WIDTH)
        self.out = io.StringIO()
        self.console = Console(
            file=self.out, width=self.width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False,
            color_system="standard" if color else None, legacy_windows=False,
        )  # fmt: skip

    @property
    def text(self) -> str:
        """Everything written, without blanks at the end of a line."""
        return "\n".join(line.rstrip() for line in self.out.getvalue().split("\n")).rstrip("\n")

    def in_lang(self, text: Text) -> str:
        return text.in_lang(self.lang)

    def lines(self, text: str, width: int) -> list[str]:
        return wrapped(printable(shortened(text, LONGEST_TEXT)), width)

    def show(self, line: Line) -> None:
        self.console.print(line, no_wrap=True, overflow="ignore", crop=False)

    def line(self, text: str = "", style: str = "") -> None:
        for line in self.lines(text, self.width):
            self.show(Line(line, style=style))

    def heading(self, text: Text, style: str = "bold") -> None:
        self.line()
        self.line(self.in_lang(text), style)

    def rows(self, rows: Iterable[tuple[Text, str, str]], indent: int) -> None:
        """Labels in one column, each with its text and style next to it; rows without text are omitted."""
        labelled = [(self.in_lang(label), text, style) for label, text, style in rows if text]
        column = max(cell_len(label) for label, _, _ in labelled) + 2
        for label, text, style in labelled:
            first = " " * indent + label + " " * (column - cell_len(label))
            for line in self.lines(text, self.width - indent - column):
                self.show(Line.assemble((first, "dim"), (line, style)))
                first = " " * (indent + column)

    def bullet(self, text: str, style: str = "") -> None:
        first = "  · "
        for line in self.lines(text, self.width - INDENT):
            self.show(Line(first + line, style=style))
            first = " " * INDENT

    def indented(self, text: str, style: str = "") -> None:
        for line in self.lines(text, self.width - INDENT):
            self.show(Line(" " * INDENT + line, style=style))
