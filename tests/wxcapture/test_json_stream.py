"""JSON in pieces is the same JSON; what is none is said with its place."""

import codecs
import io
import json

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxcapture import json_stream
from wxcapture.captured import Unreadable
from wxcapture.json_stream import JsonStream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


class Slow(io.BytesIO):
    """Gives a few bytes at a time, whatever is asked."""

    def __init__(self, data, at_a_time):
        super().__init__(data)
        self.at_a_time = at_a_time

    def read(self, size=-1):
        return super().read(min(size, self.at_a_time) if size >= 0 else size)


def stream(data, at_a_time=1_000_000):
    return JsonStream(Slow(data, at_a_time), "file.har")


@settings(max_examples=150, deadline=None)
@given(JSON, st.integers(1, 9), st.booleans(), st.sampled_from([None, 1]))
def test_any_value_reads_as_json_reads_it_wherever_it_is_cut(value, at_a_time, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    data = text.encode("utf-8", "surrogatepass" if ascii_only else "replace")
    assert stream(data, at_a_time).value() == json.loads(data.decode("utf-8", "replace"))


@settings(max_examples=150, deadline=None)
@given(st.lists(JSON, max_size=5), st.integers(1, 7))
def test_elements_and_members_are_those_of_the_whole(values, at_a_time):
    data = json.dumps(values).encode()
    assert [value for _, value in stream(data, at_a_time).elements()] == values
    members = {f"k{number}": value for number, value in enumerate(values)}
    reading = stream(json.dumps(members, indent=2).encode(), at_a_time)
    assert {key: reading.value() for key in reading.members()} == members


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-8"),
    ],
)
def test_a_byte_order_mark_is_no_part_of_the_text(bom, encoding):
    assert stream(bom + '{"名": "值"}'.encode(encoding), 3).value() == {"名": "值"}


BROKEN = [
    ("cut inside a string", '[1,\n {"a": "b', "file.har:2:10: the file ends here"),
    ("cut behind an element", "[1, 2", "file.har:1:6: the file ends here"),
    ("cut behind a key", '{"a"', "file.har:1:5: the file ends here"),
    ("no comma", "[1 2]", "file.har:1:4: expected , or ], found 2]"),
    ("no colon", '{"a" 1}', "file.har:1:6: expected :, found 1}"),
    ("a key without quotes", "{a: 1}", "file.har:1:2: expected a key in double quotes, found a: 1}"),
    ("no value", "[\n\n  <html>]", "file.har:3:3: this is not valid JSON, found <html>]"),
    ("no number", "[" + "1" * 5000 + "x]", "file.har:1:5002: expected , or ], found x]"),
    ("endlessly nested", "[" * 200_000, "nested too deeply"),
    ("what a terminal would obey", "[\x1b[2J]", r"\x1b[2J"),
]


@pytest.mark.parametrize(("case", "text", "said"), BROKEN, ids=[case for case, _, _ in BROKEN])
@pytest.mark.parametrize("at_a_time", [1, 1_000_000])
def test_what_is_broken_is_said_with_its_place(case, text, said, at_a_time):
    if at_a_time == 1 and len(text) > 10_000:
        at_a_time = 1000
    reading = stream(text.encode(), at_a_time)
    with pytest.raises(Unreadable) as caught:
        if text.startswith("{"):
            for _ in reading.members():
                reading.value()
        else:
            list(reading.elements())
    assert said in caught.value.text.en and "file.har:" in caught.value.text.zh


@pytest.mark.parametrize("at_a_time", [7, 1_000_000])
def test_a_number_of_thousands_of_digits_is_one_and_what_follows_is_read(at_a_time):
    text = "[" + "1" * 5000 + ", -" + "1" * 5000 + ', {"a": 5}, ' + "1" * 4000 + "]"
    first, second, third, fourth = (value for _, value in stream(text.encode(), at_a_time).elements())
    assert (first, second, third) == (float("inf"), float("-inf"), {"a": 5})
    assert fourth == int("1" * 4000) and type(third["a"]) is int


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=80) | st.text('[]{},:"\\ab1 \n', max_size=60).map(str.encode), st.integers(1, 9))
def test_any_bytes_are_read_or_said_to_be_unreadable(data, at_a_time):
    reading = stream(data, at_a_time)
    try:
        reading.value()
        assert reading.peek() is not None
    except Unreadable as error:
        assert error.text.zh and error.text.en


def test_a_value_without_an_end_is_given_up_at_the_limit(monkeypatch):
    monkeypatch.setattr(json_stream, "LONGEST_VALUE", 1000)
    monkeypatch.setattr(json_stream, "CHUNK_BYTES", 100)
    with pytest.raises(Unreadable, match="1:2.*longer than"):
        list(stream(b'["' + b"x" * 100_000 + b'"]').elements())
