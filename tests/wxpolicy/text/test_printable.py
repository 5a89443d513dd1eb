"""Nothing from the wire reaches a terminal as more than letters."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened


@pytest.mark.parametrize(
    ("case", "text", "shown"),
    [
        ("plain", "https://api.example.com/?a=b", "https://api.example.com/?a=b"),
        ("Chinese", "域名「request合法域名」，", "域名「request合法域名」，"),
        ("emoji", "🙂", "🙂"),
        ("NUL", "a\x00b", "a\\x00b"),
        ("line breaks", "a\r\nb\u2028c\x85d", "a\\r\\nb\\u2028c\\x85d"),
        ("ANSI colour", "\x1b[31mred", "\\x1b[31mred"),
        ("C1 introducer", "\x9b31m", "\\x9b31m"),
        ("bidi override", "a\u202egpj.exe", "a\\u202egpj.exe"),
        ("bidi isolate", "\u2066a\u2069", "\\u2066a\\u2069"),
        ("zero width", "a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("lone surrogate", "a\ud800b", "a\\ud800b"),
        ("tag character", "\U000e0041", "\\U000e0041"),
        ("private use", "\ue000", "\\ue000"),
        ("no-break space", "a\u00a0b", "a\\xa0b"),
    ],
    ids=lambda value: ascii(value),
)
def test_what_is_shown(case, text, shown):
    assert printable(text) == shown


@settings(max_examples=200)
@given(st.text(st.characters(codec=None, exclude_categories=())))
def test_any_text_becomes_one_line_that_can_be_written(text):
    shown = printable(text)
    assert shown.isprintable()
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert printable(shown) == shown


@pytest.mark.parametrize(
    ("case", "text", "longest", "middle_left_out", "end_left_out"),
    [
        ("short enough", "abcdef", 6, "abcdef", "abcdef"),
        ("too long", "abcdefghij", 6, "abc…ij", "abcdef…"),
        ("no room for an end", "abcdef", 2, "a…", "ab…"),
        ("empty", "", 6, "", ""),
    ],
)
def test_long_texts_are_cut_and_say_so(case, text, longest, middle_left_out, end_left_out):
    assert shortened(text, longest) == middle_left_out
    assert beginning(text, longest) == end_left_out


@settings(max_examples=100)
@given(st.text(max_size=300), st.integers(1, 120))
def test_a_cut_text_keeps_its_length_and_both_ends(text, longest):
    shown = shortened(text, longest)
    assert len(shown) <= longest
    if len(text) > longest:
        left, right = longest - longest // 3 - 1, longest // 3
        assert text[:left] == shown[:left] and shown[left] == "…" and shown[left + 1 :] == text[len(text) - right :]
