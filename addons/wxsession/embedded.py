"""The default store: a folder for each session, with an SQLite database."""

from collections.abc import Callable
from pathlib import Path

from wxpolicy.terms import Text
from wxsession.reader import SessionReader
from wxsession.writer import SessionWriter


class EmbeddedStore:
    def create(self, folder: Path, on_trouble: Callable[[Text], None]) -> SessionWriter:
        return SessionWriter(folder, on_trouble)

    def open(self, folder: Path) -> SessionReader:
        return SessionReader(folder)


EMBEDDED = EmbeddedStore()
