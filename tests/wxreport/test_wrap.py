"""Lines break where a reader of either language would break them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from rich.cells import cell_len

from wxpolicy.text.printable import printable
from wxreport.wrap import NEVER_FIRST
from wxreport.wrap import NEVER_LAST
from wxreport.wrap import wrapped


@pytest.mark.parametrize(
    ("case", "text", "width", "lines"),
    [
        ("nothing", "", 10, [""]),
        ("fits", "one line", 10, ["one line"]),
        ("English words", "one line and more", 10, ["one line", "and more"]),
        ("Chinese between characters", "一二三四五六七", 10, ["一二三四五", "六七"]),
        ("no closing mark in front", "一二三四五，六", 10, ["一二三四", "五，六"]),
        ("no opening mark at the end", "一二三四「五六」", 10, ["一二三四", "「五六」"]),
        ("a short name stays whole", "加入「request合法域名」中", 24, ["加入「request合法域名」", "中"]),
        ("a name moves to the next line", "请加入到「request合法域名」中", 24, ["请加入到", "「request合法域名」中"]),
        ("a host beside Chinese", "不在 api.example.com 列表中", 18, ["不在", "api.example.com 列", "表中"]),
        (
            "a URL before its query",
            "GET https://a.example.com/some/path?and=a&long=query",
            30,
            ["GET https://a.example.com/some", "/path?and=a&long=query"],
        ),
        ("a URL that needs its own line", "see https://a.example.com/", 24, ["see", "https://a.example.com/"]),
        (
            "a host at its dots",
            "x.aaaaaaaaaa.bbbbbbbbbb.example.com",
            16,
            ["x.aaaaaaaaaa", ".bbbbbbbbbb", ".example.com"],
        ),
        ("no way but anywhere", "aaaaaaaaaaaaaaa", 10, ["aaaaaaaaaa", "aaaaa"]),
        ("a list's dash stays with its entry", 'add "- https://a.com" here', 17, ["add", '"- https://a.com"', "here"]),
        (
            "a list's entry is broken behind its scheme alone",
            "加一行「- https://aaaaaaaaaa.example.com」。",
            24,
            ["加一行", "「- https://aaaaaaaaaa", ".example.com」。"],
        ),
        (
            "a URL is not broken before its slashes",
            "https://aaaaaaaaaaaaaaa.com/",
            10,
            ["https://aa", "aaaaaaaaaa", "aaa.com/"],
        ),
        ("a number stays with its noun", "some calls · 2 calls", 14, ["some calls ·", "2 calls"]),
        ("a short bracket stays whole", "request:fail timeout (errno 5)", 27, ["request:fail timeout", "(errno 5)"]),
        ("blanks at an end are dropped", "one       two", 5, ["one", "two"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_where_lines_end(case, text, width, lines):
    assert wrapped(text, width) == lines


TEXTS = (st.text('中文「」（），。：a b-./?&=:()"1', max_size=200) | st.text(max_size=200)).map(printable)


@settings(max_examples=200)
@given(TEXTS, st.integers(2, 40))
def test_no_line_is_too_wide_and_only_blanks_are_lost(text, width):
    lines = wrapped(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=200)
@given(st.lists(st.sampled_from(["中", "文", "，", "。", "」", "「", "（见", "）"]), max_size=80), st.integers(44, 60))
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(pieces, width):
    """Wherever there is a letter between two marks, there is a better place to break."""
    text = "".join(piece if piece in "中文" else f"{piece}字" for piece in pieces)
    for before, after in pairwise(wrapped(text, width)):
        assert after[0] not in NEVER_FIRST
        assert before[-1] not in NEVER_LAST


@pytest.mark.parametrize("piece", ["a", "/", "中", "「", "，", "- ", "1 ", "(a "])
def test_a_long_text_takes_no_long_time(piece):
    text = piece * (20_000 // len(piece))
    assert max(map(cell_len, wrapped(text, 80))) <= 80
