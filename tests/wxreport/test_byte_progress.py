"""A large file shows a bar on a terminal; pipes and small files see nothing of it."""

import io

import pytest

from wxreport.byte_progress import LONG_FILE_BYTES
from wxreport.byte_progress import with_byte_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("case", "out", "size_bytes", "is_shown"),
    [
        ("a large file on a terminal", Terminal(), LONG_FILE_BYTES, True),
        ("a small file on a terminal", Terminal(), LONG_FILE_BYTES - 1, False),
        ("a large file into a pipe", io.StringIO(), LONG_FILE_BYTES, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bar_is_shown_where_somebody_can_see_it(case, out, size_bytes, is_shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    items = list(range(500))
    assert list(with_byte_progress(iter(items), size_bytes, "zh", lambda _: size_bytes, out=out)) == items
    assert ("检查抓包" in out.getvalue()) is is_shown
