"""Where nobody can listen, and what to do about it."""

import os
import socket

import pytest

from wxgate.start.ports import bind_error


def test_a_free_port_is_free():
    assert bind_error("127.0.0.1", 0, "--listen") is None


def test_a_taken_port_is_said_with_another_to_choose():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        found = bind_error("127.0.0.1", port, "--page")
        assert f"127.0.0.1:{port} is in use" in found.en and "--page 127.0.0.1:" in found.en
        assert "已被占用" in found.zh
        # On every address is on this one too.
        assert bind_error("0.0.0.0", port, "--listen") is not None
    assert bind_error("127.0.0.1", port, "--page") is None


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a..b", "x" * 70])
def test_what_is_not_this_machines_is_said(host):
    assert "is not an address of this machine" in bind_error(host, 8080, "--listen").en


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may listen on every port")
def test_a_reserved_port_is_the_administrators():
    assert "administrator" in bind_error("127.0.0.1", 80, "--listen").en
