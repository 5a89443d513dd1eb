"""Fields read from their bytes are those that mitmproxy reads."""

from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http

from wxgate.call.fields import first
from wxgate.call.fields import joined_fields
from wxpolicy.call.headers import joined

_NAMES = st.sampled_from([b"Host", b"HOST", b"X-A", b"x-a", b"Content-Length", b"\xff"]) | st.binary(
    min_size=1, max_size=4
)


@given(st.lists(st.tuples(_NAMES, st.binary(max_size=6)), max_size=6))
def test_all_of_them(fields):
    headers = http.Headers(fields)
    assert joined_fields(headers) == joined(headers.items(multi=True))


@given(st.lists(st.tuples(_NAMES, st.binary(max_size=6)), max_size=6))
def test_the_first_of_a_name(fields):
    headers = http.Headers(fields)
    for name in (b"host", b"x-a", b"content-length"):
        found = headers.get_all(name.decode())
        assert first(headers, name) == (found[0] if found else "")


def test_names_are_remembered_up_to_a_bound():
    for number in range(2000):
        joined_fields(http.Headers([(b"x-%d" % number, b"")]))
    headers = http.Headers([(b"X-1999", b"a"), (b"N" * 5000, b"b")])
    assert joined_fields(headers) == {"x-1999": "a", "n" * 5000: "b"}
