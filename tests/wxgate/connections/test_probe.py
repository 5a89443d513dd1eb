"""The probe's sockets against real origins: what they offer, and an end in bounded time."""

import socket
import threading
import time
from contextlib import ExitStack

import pytest

from wxgate.connections import probe as module
from wxgate.connections.probe import look
from wxgate.connections.probe import place_in
from wxgate.connections.probe import probe
from wxgate.connections.probe import probe_all
from wxlab.origin import Origin
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.probe import Answer
from wxpolicy.certificates.probe import Target
from wxpolicy.certificates.probe import offered
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.policy import HostPlace
from wxpolicy.terms import Platform

HOST = "probed.example.com"
TIMEOUT_S = 0.4


@pytest.fixture
def served(lab):
    """Starts an origin for HOST: ``served(tls=("1.2", "1.2"), key="rsa2048")``; gives where it lives."""
    with ExitStack() as stack:

        def start(*, key="ec", **options):
            origin = stack.enter_context(Origin(lab.issuing.issue(HOST, key=key), **options))
            return Target("127.0.0.1", origin.port)

        yield start


@pytest.mark.parametrize(
    ("options", "versions", "secrecy"),
    [
        ({}, "1.2 1.3", Answer.AGREED),
        ({"tls": ("1.0", "1.3")}, "1.0 1.1 1.2 1.3", Answer.AGREED),
        ({"tls": ("1.3", "1.3")}, "1.3", Answer.AGREED),
        ({"tls": ("1.2", "1.2")}, "1.2", Answer.AGREED),
        ({"tls": ("1.0", "1.1")}, "1.0 1.1", Answer.REFUSED),
        ({"tls": ("1.2", "1.2"), "ciphers": "AES128-GCM-SHA256", "key": "rsa2048"}, "1.2", Answer.REFUSED),
        (
            {"tls": ("1.2", "1.2"), "ciphers": "AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", "key": "rsa2048"},
            "1.2",
            Answer.AGREED,
        ),
        ({"handshake": "refuse"}, "", Answer.UNKNOWN),
    ],
    ids=["today's", "all", "1.3 alone", "1.2 alone", "old ones", "RSA key exchange", "both key exchanges", "none"],
)
def test_what_a_server_offers_is_seen(served, options, versions, secrecy):
    seen = look(Target(HOST), served(**options), TIMEOUT_S)
    assert (offered(seen), seen.forward_secrecy, seen.offers is not None) == (versions, secrecy, True)
    assert len(seen.best.chain.der) == 2 if versions else seen.best is None


def test_no_http_is_sent_and_every_connection_is_closed(lab):
    with Origin(lab.issuing.issue(HOST)) as origin:
        look(Target(HOST), Target("127.0.0.1", origin.port), TIMEOUT_S)
        assert origin.wait_closed_connections()
        # One for each version, one with ATS's suites, one as each client, and one to see whether anybody is there.
        assert (origin.paths(), origin.connections) == ([], 9)


def test_the_name_is_sent_as_sni(lab):
    with Origin(lab.issuing.issue("default.example.com"), lab.issuing.issue(HOST)) as origin:
        stores = everywhere(build("lab", [], [lab.root.cert_pem.decode()]))
        at = Target("127.0.0.1", origin.port)
        assert not probe(Target(HOST), stores, tuple(Platform), connect_to=at, timeout_s=TIMEOUT_S).refused
        wrong = probe(Target("other.example.com"), stores, tuple(Platform), connect_to=at, timeout_s=TIMEOUT_S)
        assert {finding.code.value for finding in wrong.findings if finding.fails} == {"CERT_NAME_MISMATCH"}
        assert "(trust store: lab)" in message_of(wrong.findings[0]).en


def test_a_server_that_never_answers_ends_in_bounded_time(served):
    at = served(handshake="stall")
    began = time.monotonic()
    seen = look(Target(HOST), at, 0.2)
    assert time.monotonic() - began < 2.0
    assert {attempt.answer for attempt in seen.attempts} == {Answer.UNKNOWN}
    assert seen.offers is None and "no answer in 0.2 s" in seen.attempts[0].reason


def test_a_silent_server_is_asked_once_more_for_a_moment_and_then_left(served, monkeypatch):
    monkeypatch.setattr(module, "SECOND_TIMEOUT_S", 0.1)
    at = served(handshake="stall")
    began = time.monotonic()
    seen = look(Target(HOST), at, 1.0)
    assert 1.0 <= time.monotonic() - began < 1.8
    assert [attempt.waited_s for attempt in seen.attempts] == [1.0, 0.1, 0.1, 0.1]
    assert (seen.silent_s, seen.at) == (1.0, at)


def test_a_server_that_answers_byte_by_byte_ends_in_bounded_time(lab):
    """Each byte in time, the handshake never: the deadline is the handshake's."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopped = threading.Event()

        def drip():
            while not stopped.is_set():
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(sock,), daemon=True).start()

        def one(sock):
            with sock:
                try:
                    for byte in b"\x16\x03\x03\x40\x00" + bytes(10_000):
                        if stopped.wait(0.02):
                            return
                        sock.sendall(bytes([byte]))
                except OSError:
                    pass

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        seen = look(Target(HOST), Target("127.0.0.1", listener.getsockname()[1]), 0.3)
        stopped.set()
    assert time.monotonic() - began < 2.5
    assert seen.best is None


@pytest.mark.parametrize(
    "at", [Target("127.0.0.1", 1), Target("name.invalid", 443)], ids=["nobody listens", "no such name"]
)
def test_a_server_out_of_reach_is_told(at):
    seen = look(Target(HOST), at, 2.0)
    assert seen.trouble and not seen.attempts


def test_a_resolver_that_hangs_is_left(monkeypatch):
    hangs = threading.Event()
    monkeypatch.setattr(module.socket, "getaddrinfo", lambda *_, **__: hangs.wait(10))
    assert "no answer from DNS in 0.1 s" in look(Target(HOST), Target(HOST), 0.1).trouble
    hangs.set()


@pytest.mark.parametrize(
    ("host", "at"),
    [
        (HOST, Target("10.0.0.5", 8443)),
        ("cdn.example.com", Target("10.0.0.6", 443)),
        ("www.example.com", Target("www.example.com", 443)),
    ],
)
def test_hosts_of_the_policy_say_where_a_server_is_asked(host, at):
    hosts = {HOST: HostPlace("10.0.0.5", 8443), "cdn.example.com": HostPlace("10.0.0.6")}
    assert place_in(hosts, Target(host)) == at


def test_several_are_probed_once_each_in_their_order(served, lab):
    at = served()
    stores = everywhere(build("lab", [], [lab.root.cert_pem.decode()]))
    targets = [Target(HOST), Target("other.example.com"), Target(HOST)]
    assert [
        probed.seen.target for probed in probe_all(targets, stores, tuple(Platform), lives_at=lambda target: at)
    ] == targets[:2]
