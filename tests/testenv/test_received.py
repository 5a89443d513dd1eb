"""What comes on a socket is waited for; an end that comes first is told, with what came before it."""

import socket

import pytest

from testenv.received import head_of
from testenv.received import until


@pytest.fixture
def pair():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(5)
        yield ours, theirs


def test_what_is_waited_for_comes_in_pieces(pair):
    ours, theirs = pair
    theirs.sendall(b"HTTP/1.1 101\r")
    theirs.sendall(b"\n\r\nmore")
    assert until(ours, b"\r\n\r\n").startswith(b"HTTP/1.1 101\r\n\r\n")


def test_a_head_leaves_what_follows_it(pair):
    ours, theirs = pair
    theirs.sendall(b"HTTP/1.1 200\r\n\r\n\x16\x03")
    assert head_of(ours) == b"HTTP/1.1 200\r\n\r\n"
    assert ours.recv(10) == b"\x16\x03"


@pytest.mark.parametrize("reading", [lambda sock: until(sock, b"\r\n\r\n"), head_of], ids=["until", "head_of"])
def test_an_end_before_it_is_an_error(pair, reading):
    ours, theirs = pair
    theirs.sendall(b"HTTP/1.1 2")
    theirs.close()
    with pytest.raises(ConnectionError, match="after b'HTTP/1.1 2'"):
        reading(ours)
