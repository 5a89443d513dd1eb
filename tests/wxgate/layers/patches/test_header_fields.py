"""Fields are looked up as mitmproxy looks them up: the same answers, and the same errors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.http import Headers

from wxgate.layers.patches import header_fields

NAMES = st.sampled_from(
    [b"Host", b"host", b"HOST", b"Content-Length", b"content-length", b"X-\xff", b"", b"X" * 70, "X-é".encode()]
)
FIELDS = st.lists(st.tuples(NAMES, st.binary(max_size=6)), max_size=8)
ASKED = st.one_of(
    NAMES,
    st.sampled_from(["Host", "hOST", "content-length", "transfer-encoding", "X-\udcff", "x" * 70, "x-é", "X-É", ""]),
    st.sampled_from([None, 3, ("Host",)]),
)


def told(fields, name):
    """What each way of asking gives, or raises."""
    headers = Headers(fields)
    asked = {
        "get_all": lambda: headers.get_all(name),
        "get": lambda: headers.get(name),
        "get with a default": lambda: headers.get(name, "nothing"),
        "in": lambda: name in headers,
        "[]": lambda: headers[name],
        "fields": lambda: headers.fields,
    }
    found = {}
    for way, ask in asked.items():
        try:
            found[way] = ask()
        except (KeyError, TypeError, AttributeError) as error:
            found[way] = type(error)
    return found


def made(fields, named):
    try:
        return Headers(fields, **named).fields
    except (TypeError, ValueError, IndexError) as error:
        return type(error)


def patched(what, *arguments):
    undo = header_fields.apply()
    try:
        return what(*arguments)
    finally:
        undo()


@given(FIELDS, ASKED)
def test_a_lookup_gives_what_mitmproxy_gives(fields, name):
    assert patched(told, fields, name) == told(fields, name)


@pytest.mark.parametrize(
    "fields",
    [
        (),
        [],
        [(b"a", b"b")],
        ((b"a", b"b"), (b"A", b"c")),
        [[b"a", b"b"]],
        [("a", "b")],
        [(b"a", "b")],
        [(b"a", b"b", b"c")],
        [(b"a",)],
        [b"ab"],
    ],
    ids=str,
)
@pytest.mark.parametrize("named", [{}, {"content_type": "text/html"}], ids=["fields alone", "and a name"])
def test_headers_are_made_of_what_mitmproxy_makes_them_of(fields, named):
    assert patched(made, fields, named) == made(fields, named)
    assert patched(made, iter(fields), named) == made(fields, named)


def test_what_a_client_sends_does_not_stay():
    header_fields._kept.cache_clear()
    patched(lambda: [Headers().get(f"{at}" * 70) for at in range(10)])
    assert header_fields._kept.cache_info().currsize == 0
    assert header_fields._kept.cache_info().maxsize


def test_the_lookup_of_a_base_class_is_back():
    before = vars(Headers).keys()
    header_fields.apply()()
    assert vars(Headers).keys() == before and header_fields.needed()
