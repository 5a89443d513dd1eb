"""Long work shows a bar on a terminal; pipes, files and short work see nothing of it."""

import io

import pytest

from wxreport.progress import LONG_FILE_BYTES
from wxreport.progress import LONG_WORK
from wxreport.progress import with_byte_progress
from wxreport.progress import with_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("case", "out", "total", "is_shown"),
    [
        ("long work on a terminal", Terminal(), LONG_WORK, True),
        ("short work on a terminal", Terminal(), LONG_WORK - 1, False),
        ("long work into a file", io.StringIO(), LONG_WORK, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bar_is_shown_where_somebody_can_see_it(case, out, total, is_shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    items = list(range(total))
    assert list(with_progress(iter(items), total, "en", out=out)) == items
    assert ("Reading the session" in out.getvalue()) is is_shown


@pytest.mark.parametrize(
    ("case", "out", "size_bytes", "is_shown"),
    [
        ("a large file on a terminal", Terminal(), LONG_FILE_BYTES, True),
        ("a small file on a terminal", Terminal(), LONG_FILE_BYTES - 1, False),
        ("a large file into a pipe", io.StringIO(), LONG_FILE_BYTES, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_s_bar_is_shown_where_somebody_can_see_it(case, out, size_bytes, is_shown, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    items = list(range(500))
    assert list(with_byte_progress(iter(items), size_bytes, "zh", lambda _: size_bytes, out=out)) == items
    assert ("检查抓包" in out.getvalue()) is is_shown


def test_who_stops_in_the_middle_leaves_the_terminal_in_order(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    taken = with_progress(range(LONG_WORK), LONG_WORK, "zh", out=out)
    next(taken)
    taken.close()
    assert out.getvalue().rstrip("\r").endswith("\x1b[2K") or "\x1b[?25h" in out.getvalue(), "the cursor stays hidden"
