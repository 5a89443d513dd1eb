"""Trouble with a session's files: said once a spell, and once more in the report when it is over."""

import time
from collections.abc import Callable
from pathlib import Path

from wxpolicy.terms import Text
from wxsession import words
from wxsession.schema import Statement
from wxsession.schema import notice_statement

_MOST_NOTES = 20
# Trouble with another file this soon after is the same trouble: a full disk, a deleted folder.
_SAME_SPELL_S = 1.0


class Troubles:
    """``on_trouble`` is called once per spell. ``notes`` are what the database is still to take for the report."""

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
        """Says it, unless it belongs to what was said just before."""
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
        """An item that no try writes."""
        if not self._has_unwritable:
            self._has_unwritable = True
            self._on_trouble(words.unwritable(error))
            self.note(words.unwritable(error))

    def note_the_last(self) -> None:
        """What lasted to the end of the session."""
        if self._lasting:
            self.note(words.to_the_end(next(iter(self._lasting.values()))))

    def note(self, text: Text) -> None:
        """Has the report say it too, once the database takes it."""
        if len(self.notes) < _MOST_NOTES:
            self.notes.append(notice_statement(time.time(), text))
