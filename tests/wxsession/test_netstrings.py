"""The format of flow files, against mitmproxy's own reader and writer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.io import tnetstring

from wxsession.netstrings import Dumped
from wxsession.netstrings import dumped
from wxsession.netstrings import member
from wxsession.netstrings import value_at

_TEXT = st.text(max_size=9, alphabet=st.characters(exclude_categories=["Cs"]))
_PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.binary(max_size=9) | _TEXT
_VALUES = st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3))


@given(_VALUES)
def test_mitmproxy_reads_what_is_written_and_so_do_we(value):
    data = dumped(value)
    assert tnetstring.loads(data) == value
    assert value_at(data) == (value, len(data))


@given(st.dictionaries(_TEXT, _VALUES, min_size=1, max_size=5), st.data())
def test_one_member_is_found_among_the_others(value, draw):
    name = draw.draw(st.sampled_from(sorted(value)))
    assert member(dumped(value), name) == value[name]


def test_what_is_written_already_stands_in_its_place():
    assert value_at(dumped({"a": Dumped(dumped([1, 2]))}))[0] == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("case", "data"),
    [
        ("nothing", b""),
        ("no length", b"abc"),
        ("cut in its length", b"12"),
        ("cut in its value", b"5:abc"),
        ("without a tag", b"3:abc"),
        ("a tag of nobody", b"3:abc?"),
        ("a length that is none", b"-3:abc;"),
        ("a key without a value", b"4:1:a;}"),
        ("no number", b"1:x#"),
        ("no text", b"1:\xff;"),
        ("a length without end", b"9" * 40 + b":"),
    ],
)
def test_what_is_no_value_is_said(case, data):
    with pytest.raises(ValueError):
        value_at(data)


@given(st.binary(max_size=40))
def test_no_bytes_do_worse(data):
    for read in (value_at, lambda each: member(each, "id")):
        try:
            read(data)
        except (ValueError, TypeError):
            pass
