"""What is written on a report's paper is harmless, in its columns, and no wider than asked."""

import pytest
from rich.cells import cell_len

from wxpolicy.terms import Text
from wxreport.paper import LEAST_WIDTH
from wxreport.paper import Paper

LONG = "每个域名 every domain " * 20


@pytest.fixture
def paper():
    return Paper("zh", 60, color=False)


def test_labels_stand_in_one_column_and_rows_without_text_are_left_out(paper):
    paper.rows(
        [(Text("修复", "fix"), "one", ""), (Text("平台名称", "platforms"), "two", ""), (Text("无", "no"), "", "")], 2
    )
    first, second = paper.text.splitlines()
    assert cell_len(first.partition("one")[0]) == cell_len(second.partition("two")[0])


@pytest.mark.parametrize("write", ["line", "bullet", "indented"])
def test_nothing_is_wider_than_asked(paper, write):
    getattr(paper, write)(LONG)
    lines = paper.text.splitlines()
    assert len(lines) > 5 and max(map(cell_len, lines)) <= 60


def test_a_terminal_that_is_too_narrow_to_read_gets_what_can_be_read():
    narrow = Paper("en", 3, color=False)
    narrow.line("word " * 30)
    assert 3 < max(map(cell_len, narrow.text.splitlines())) <= LEAST_WIDTH


def test_what_would_steer_a_terminal_is_shown_as_its_escape(paper):
    paper.line("a\x1b[2Jb")
    assert paper.text == r"a\x1b[2Jb"
