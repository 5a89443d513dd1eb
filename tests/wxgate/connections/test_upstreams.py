"""What is remembered of upstream connections, and for how long; the handshakes themselves are in tests/live."""

from types import SimpleNamespace

import pytest
from mitmproxy import connection
from OpenSSL import SSL

from wxgate.call.live_calls import LiveCalls
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.upstreams import Upstreams
from wxgate.start.policy_source import PolicySource
from wxpolicy.catalogue import message_of
from wxpolicy.finding import Code

ADDRESS = ("api.example.com", 443)


@pytest.fixture
def upstreams():
    return Upstreams(PolicySource(), TrustSource(), LiveCalls())


def client():
    return connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))


class Handshake:
    """One upstream connection, led through its hooks by hand."""

    def __init__(self, upstreams, of, address=ADDRESS):
        self.upstreams = upstreams
        self.server = connection.Server(address=address)
        self.ssl = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
        self.data = SimpleNamespace(conn=self.server, ssl_conn=self.ssl, context=SimpleNamespace(client=of))
        self.ssl.set_verify = self._set_verify
        upstreams.tls_start_server(self.data)

    def _set_verify(self, mode, verify):
        assert mode == SSL.VERIFY_PEER
        self.verify = verify

    def refuse(self):
        upstream = self.upstreams.of(self.server)
        upstream.refused, upstream.broke_at = True, 10.0

    def fail(self):
        self.server.error = "no shared cipher"
        self.upstreams.tls_failed_server(self.data)

    def establish(self):
        self.upstreams.tls_established_server(self.data)

    def end(self):
        self.upstreams.server_disconnected(SimpleNamespace(server=self.server))


def remembered(upstreams):
    known = upstreams._known
    return len(known.by_server), sum(map(len, known.by_place.values()))


def test_nothing_is_remembered_of_connections_that_ended(upstreams):
    phone = client()
    for _ in range(100):
        one = Handshake(upstreams, phone)
        one.establish()
        assert upstreams.of(one.server) is upstreams.at(phone, ADDRESS)[0]
        one.end()
    assert remembered(upstreams) == (0, 0) and upstreams._known.by_place == {}


@pytest.mark.parametrize("how", ["refuse", "fail"])
def test_of_many_that_came_to_nothing_one_is_remembered_until_the_client_leaves(upstreams, how):
    phone = client()
    for _ in range(100):
        one = Handshake(upstreams, phone)
        getattr(one, how)()
        one.end()
        assert remembered(upstreams)[1] == 1
    assert upstreams.broken(phone, ADDRESS, since=0.0) is not None
    assert upstreams.at(phone, ADDRESS) == [], "no call is sent on it"
    upstreams.client_disconnected(phone)
    assert remembered(upstreams) == (0, 0)


def test_a_client_that_leaves_first_takes_its_connections_with_it(upstreams):
    phone, other = client(), client()
    mine, theirs = Handshake(upstreams, phone), Handshake(upstreams, other)
    upstreams.client_disconnected(phone)
    assert upstreams.of(mine.server) is None and upstreams.of(theirs.server) is not None
    mine.end()
    theirs.end()
    assert remembered(upstreams) == (0, 0)


def test_an_old_failure_is_none_of_a_new_calls(upstreams):
    phone = client()
    one = Handshake(upstreams, phone)
    one.refuse()
    one.end()
    assert upstreams.broken(phone, ADDRESS, since=9.0) is not None
    assert upstreams.broken(phone, ADDRESS, since=11.0) is None
    assert upstreams.broken(phone, ("other.example.com", 443), since=0.0) is None
    assert upstreams.broken(client(), ADDRESS, since=0.0) is None


def test_a_handshake_that_fails_by_itself_has_a_code_and_the_reason(upstreams):
    phone = client()
    one = Handshake(upstreams, phone)
    one.fail()
    (finding,) = upstreams.of(one.server).findings
    assert finding.code is Code.TLS_HANDSHAKE_FAILED
    assert "no shared cipher" in message_of(finding).en and finding.subject == "api.example.com"


def test_one_clients_connections_are_not_anothers(upstreams):
    phone, other = client(), client()
    Handshake(upstreams, phone).establish()
    assert len(upstreams.at(phone, ADDRESS)) == 1
    assert upstreams.at(other, ADDRESS) == []


def test_connections_that_are_no_upstreams_tls_are_left_alone(upstreams):
    phone = client()
    upstreams.tls_start_server(SimpleNamespace(conn=phone, ssl_conn=object(), context=SimpleNamespace(client=phone)))
    nowhere = connection.Server(address=None)
    upstreams.tls_start_server(SimpleNamespace(conn=nowhere, ssl_conn=object(), context=SimpleNamespace(client=phone)))
    upstreams.tls_start_server(
        SimpleNamespace(conn=connection.Server(address=ADDRESS), ssl_conn=None, context=SimpleNamespace(client=phone))
    )
    assert remembered(upstreams) == (0, 0)


def test_the_verdict_is_asked_for_once_and_the_listening_ends_with_it(upstreams, monkeypatch):
    asked = []
    one = Handshake(upstreams, client())
    assert "bio_write" in vars(one.ssl)
    monkeypatch.setattr(upstreams, "_accepts", lambda conn, server, upstream, cipher: asked.append(cipher) or False)
    assert [one.verify(one.ssl, None, 0, depth, 1) for depth in (2, 1, 0)] == [False, False, False]
    assert asked == [None]
    assert "bio_write" not in vars(one.ssl)
