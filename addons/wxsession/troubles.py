"""Problems with a session's files: reported when they start, and again in the report when they are over."""

import time
from collections.abc import Callable
from pathlib import Path

from wxpolicy.terms import Text
from wxsession import words
from wxsession.schema import Statement
from wxsession.schema import notice_statement

_MOST_NOTES = 20
# A problem with another file within this time is the same problem: a full disk, a deleted folder.
_SAME_SPELL_S = 1.0


class Troubles:
    """``on_trouble`` is called once per problem. ``notes`` are what is still to be written to the database for the
    report."""

    def __init__(self, folder: Path, on_trouble: Callable[[Text], None]) -> None:
        self.notes: list[Statement] = []
        self._folder = folder
        self._on_trouble = on_trouble
        self._lasting: dict[str, Exception] = {}  # by file
        self._said_at = float("-inf")
        self._has_unwritable = False

    def __bool__(self) -> bool:
        return bool(self._lasting)

    def __contains__(self, file: str) -> bool:
        return file in self._lasting

    def begin(self, file: str, error: Exception) -> None:
        """Reports it, unless it belongs to what was reported just before."""
        if file in self._lasting:
            return
        is_news = not self._lasting and time.monotonic() - self._said_at > _SAME_SPELL_S
        self._lasting[file] = error
        if is_news:
            self._said_at = time.monotonic()
            self._on_trouble(words.trouble(self._folder, error))

    def end(self, file: str) -> None:
        error = self._lasting.pop(file, None)
        if error is not None:
            self.note(words.over(file, error))

    def forget(self, file: str) -> None:
        self._lasting.pop(file, None)

    def unwritable(self, error: Exception) -> None:
        """An item that cannot be written, however often it is tried."""
        if not self._has_unwritable:
            self._has_unwritable = True
            self._on_trouble(words.unwritable(error))
            self.note(words.unwritable(error))

    def note_the_last(self) -> None:
        """A problem that lasted to the end of the session."""
        if self._lasting:
            self.note(words.to_the_end(next(iter(self._lasting.values()))))

    def note(self, text: Text) -> None:
        """Adds it to the report, as soon as the database can be written."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(notice_statement(time.time(), text))
