"""A chunked answer as a phone's stack reads it, in whatever pieces it comes."""

import pytest
from h11 import Data
from h11 import EndOfMessage
from h11 import RemoteProtocolError
from h11._receivebuffer import ReceiveBuffer
from hypothesis import given
from hypothesis import strategies as st

from wxgate.layers.answer_chunks import AnswerChunks
from wxgate.layers.answer_chunks import RequestChunks

# Case -> the bytes, the body, the trailers, and whether h11 would have taken it.
CASES = {
    "one chunk": (b"2\r\n{}\r\n0\r\n\r\n", b"{}", [], False),
    "two chunks": (b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"{}", [], False),
    "an extension": (b"2;a=b\r\n{}\r\n0\r\n\r\n", b"{}", [], False),
    "zeros before the size": (b"0002\r\n{}\r\n000\r\n\r\n", b"{}", [], False),
    "a trailer": (b"2\r\n{}\r\n0\r\nX-T: 1\r\n\r\n", b"{}", [(b"x-t", b"1")], False),
    "blanks after the size": (b"2  \r\n{}\r\n0\r\n\r\n", b"{}", [], True),
    "LF alone": (b"2\n{}\n0\n\n", b"{}", [], True),
    "a trailer without a colon": (b"2\r\n{}\r\n0\r\nodd\r\nX-T: 1\r\n\r\n", b"{}", [(b"x-t", b"1")], True),
    "a blank before a trailer's colon": (b"2\r\n{}\r\n0\r\nX-T : 1\r\n\r\n", b"{}", [(b"x-t", b"1")], True),
    "a trailer that frames": (b"2\r\n{}\r\n0\r\nContent-Length: 9\r\ncontent-length: 8\r\n\r\n", b"{}", [], False),
    "nothing": (b"0\r\n\r\n", b"", [], False),
}
BROKEN = {
    "a size in words": b"two\r\n{}\r\n0\r\n\r\n",
    "a size with a sign": b"+2\r\n{}\r\n0\r\n\r\n",
    "no size": b"\r\n{}\r\n0\r\n\r\n",
    "a chunk that is longer than it says": b"1\r\n{}\r\n0\r\n\r\n",
    "a size beyond 64 bits": b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "a line without an end": b"2;" + b"a" * 20_000,
    "a trailer without an end": b"0\r\n" + b"X: y\r\n" * 60_000,
}


def read(pieces):
    """The body, the end, the reader, and what it left."""
    reader, buffer, body = AnswerChunks(), ReceiveBuffer(), b""
    for piece in pieces:
        buffer += piece
        while (event := reader(buffer)) is not None:
            if isinstance(event, EndOfMessage):
                return body, event, reader, bytes(buffer)
            assert isinstance(event, Data)
            body += event.data
    return body, None, reader, bytes(buffer)


@pytest.mark.parametrize("size", [1, 3, 10_000])
@pytest.mark.parametrize("case", CASES)
def test_a_chunked_answer_is_read(case, size):
    raw, body, trailers, is_irregular = CASES[case]
    found, end, reader, left = read([raw[at : at + size] for at in range(0, len(raw), size)])
    assert (found, end is not None, left) == (body, True, b"")
    assert list(end.headers) == trailers
    assert reader.is_irregular is is_irregular


@pytest.mark.parametrize("case", BROKEN)
def test_what_a_phone_refuses_is_refused(case):
    with pytest.raises(RemoteProtocolError):
        read([BROKEN[case]])


def test_what_follows_the_end_is_left():
    assert read([b"2\r\n{}\r\n0\r\n\r\nHTTP/1.1 200"])[3] == b"HTTP/1.1 200"


def test_an_end_before_the_last_chunk_is_none():
    reader = AnswerChunks()
    with pytest.raises(RemoteProtocolError):
        reader.read_eof()


@given(
    st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([b"2\r\n", b"{}\r\n", b"0\r\n", b"\r\n", b"\n", b"a: b\r\n"]))
    )
)
def test_whatever_comes_is_read_or_refused(pieces):
    try:
        body, end, _, _ = read(pieces)
    except RemoteProtocolError:
        return
    assert len(body) <= sum(map(len, pieces))
    assert end is None or isinstance(end, EndOfMessage)


@pytest.mark.parametrize("case", CASES)
def test_a_request_is_read_strictly(case):
    raw, body, _, is_irregular = CASES[case]
    reader, buffer, found = RequestChunks(), ReceiveBuffer(), b""
    buffer += raw
    if is_irregular:
        with pytest.raises(RemoteProtocolError):
            while not isinstance(reader(buffer), EndOfMessage):
                pass
        return
    while not isinstance(event := reader(buffer), EndOfMessage):
        found += event.data
    assert found == body


@pytest.mark.parametrize("raw", [b"1" + b";a" * 5000, b"0\r\n" + b"a: b\r\n" * 5000])
def test_a_request_with_too_long_a_line_or_trailer_says_so(raw):
    reader, buffer = RequestChunks(), ReceiveBuffer()
    buffer += raw
    with pytest.raises(RemoteProtocolError):
        reader(buffer)
    assert reader.is_too_long


def test_chunks_that_came_together_go_on_together():
    reader, buffer = AnswerChunks(), ReceiveBuffer()
    buffer += b"1\r\na\r\n" * 1000 + b"zz"
    assert reader(buffer).data == b"a" * 1000
    assert reader(buffer) is None
    buffer += b"\r\n"
    with pytest.raises(RemoteProtocolError):
        reader(buffer)
