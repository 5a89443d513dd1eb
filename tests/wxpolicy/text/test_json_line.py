"""Whatever the wire held, its JSON can be shown, written as UTF-8, and read back the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.text.json_line import json_line


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\ud800", "\x7f", "\x85", "\x1b"]
)
def test_what_a_terminal_could_obey_is_escaped(character):
    line = json_line({"a": f"x{character}y"})
    assert line.isprintable() and character not in line
    assert json.loads(line) == {"a": f"x{character}y"}


@given(st.dictionaries(st.text(), st.text(st.characters(codec=None, exclude_categories=()))))
def test_it_reads_back_the_same(value):
    line = json_line(value)
    assert line.isprintable() and json.loads(line) == value
    line.encode()


def test_chinese_stays_as_it_is():
    assert json_line({"说": "你好"}) == '{"说": "你好"}'
