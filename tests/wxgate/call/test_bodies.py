"""What of a body is put back once it has gone out, and how long it was."""

from mitmproxy import http

from wxgate.call.bodies import put_back
from wxgate.call.bodies import wire_size
from wxgate.call.body import Body


def message(content):
    made = http.Request.make("POST", "https://api.example.com/")
    made.data.content = content
    return made


def test_what_was_streamed_is_put_back():
    request, body = message(None), Body(100)
    body(b"streamed")
    put_back(request, body)
    assert (request.raw_content, wire_size(request, body)) == (b"streamed", 8)


def test_more_than_is_kept_is_not():
    request, body = message(None), Body(4)
    body(b"streamed")
    put_back(request, body)
    assert (request.raw_content, wire_size(request, body)) == (None, 8)


def test_nothing_is_put_back_where_nothing_came():
    request, body = message(None), Body(100)
    put_back(request, body)
    assert (request.raw_content, wire_size(request, body)) == (b"", 0)


def test_what_an_addon_puts_into_an_empty_message_stays():
    """A message without a body is not streamed, whatever its ``stream`` says: its content is yet to be sent."""
    request, body = message(b"put there"), Body(100)
    put_back(request, body)
    assert (request.raw_content, wire_size(request, body)) == (b"put there", 9)
