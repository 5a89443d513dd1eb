"""What is kept of upstream handshakes, for whom it is judged, and what has no permit; the wire itself is in tests/live."""

import asyncio
import gc
from types import SimpleNamespace

import pytest
from mitmproxy import connection
from mitmproxy import options
from mitmproxy.certs import Cert
from mitmproxy.proxy.context import Context
from OpenSSL import SSL

from wxgate.call.live_calls import LiveCalls
from wxgate.connections import upstreams as module
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.upstreams import Upstreams
from wxgate.layers.asked import Asked
from wxgate.start.policy_source import PolicySource
from wxlab.authority import Authority
from wxpolicy.call.events import UpstreamSeen
from wxpolicy.finding import Code
from wxpolicy.terms import Mode

ASKED = Asked("api.example.com", 443, "api.example.com", "https")


class Found:
    """Stands for the judge: counts, and says for which name it was asked."""

    def __init__(self, monkeypatch):
        self.names = []
        monkeypatch.setattr(module, "judge", self._judge)

    def _judge(self, chain, handshake, *more):
        self.names.append(handshake.host)
        return ()


@pytest.fixture
def upstreams():
    return Upstreams(PolicySource(), TrustSource(), LiveCalls())


def policy(**changes):
    from dataclasses import replace

    return replace(PolicySource().policies.nameless, **changes)


class Handshake:
    """One upstream connection, led through its hooks by hand."""

    def __init__(self, upstreams, address=("api.example.com", 443)):
        self.upstreams = upstreams
        client = connection.Client(
            peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080), state=connection.ConnectionState.OPEN
        )
        context = Context(client, options.Options())
        context.server = self.server = connection.Server(address=address, tls=True)
        self.ssl = SSL.Connection(SSL.Context(SSL.TLS_METHOD), None)
        self.data = SimpleNamespace(conn=self.server, ssl_conn=self.ssl, context=context)
        self.ssl.set_verify = self._set_verify
        upstreams.tls_start_server(self.data)

    def _set_verify(self, mode, verify):
        assert mode == SSL.VERIFY_PEER
        self.verify = verify

    def show(self):
        return self.verify(self.ssl, None, 0, 0, 1)


def codes(seen):
    return [finding.code for finding in seen.findings]


def test_nothing_is_kept_of_connections_that_nobody_has(upstreams):
    for _ in range(50):
        Handshake(upstreams).show()
    gc.collect()
    assert len(upstreams._known) == 0


def test_a_connection_is_judged_once_for_each_name_and_policy(upstreams, monkeypatch):
    found, one = Found(monkeypatch), Handshake(upstreams)
    assert one.show()
    for _ in range(3):
        assert upstreams.seen(one.server, ASKED, policy()).findings == ()
    assert found.names == ["api.example.com"]
    other = Asked("other.example.com", 443, None, "https")
    upstreams.seen(one.server, other, policy())
    assert found.names == ["api.example.com", "other.example.com"]
    from dataclasses import replace

    certificates = policy().certificates
    edited = policy(certificates=replace(certificates, platforms=certificates.platforms[:1]))
    upstreams.seen(one.server, ASKED, edited)
    assert len(found.names) == 3, "a permit is asked anew under the policy in force"


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        (Asked("api.example.com", 443, "other.example.com"), "api.example.com"),
        (Asked("203.0.113.7", 443, "api.example.com"), "api.example.com"),
        (Asked("2001:db8::7", 443, "api.example.com"), "api.example.com"),
        (Asked("203.0.113.7", 443, None), "203.0.113.7"),
        (Asked("", 443, "api.example.com"), "api.example.com"),
    ],
)
def test_the_name_is_the_one_of_connect_or_the_sni_where_that_is_an_address(asked, name):
    assert asked.certificate_name == name


def test_what_a_hook_made_of_address_and_sni_changes_no_name(upstreams, monkeypatch):
    found, one = Found(monkeypatch), Handshake(upstreams, address=("127.0.0.1", 9999))
    one.server.sni = "anything.example.com"
    one.show()
    upstreams.seen(one.server, ASKED, policy())
    assert found.names == ["api.example.com"]


@pytest.mark.parametrize(
    ("mode", "fails"), [(Mode.RELEASE, True), (Mode.DEBUG, False), (Mode.OBSERVE, False)], ids=lambda each: str(each)
)
def test_a_handshake_that_nobody_judged_has_no_permit_in_release(upstreams, mode, fails):
    server = connection.Server(address=("api.example.com", 443), tls=True)
    (finding,) = upstreams.seen(server, ASKED, policy(mode=mode)).findings
    assert (finding.code, finding.fails) == (Code.CERT_NOT_SEEN, fails)


def test_https_that_an_addon_sends_by_plain_http_has_no_permit_in_release(upstreams):
    plain = connection.Server(address=("127.0.0.1", 8080))
    assert codes(upstreams.seen(plain, ASKED, policy(mode=Mode.RELEASE))) == [Code.CERT_NOT_SEEN]
    assert upstreams.seen(plain, Asked("api.example.com", 80, None, "http"), policy(mode=Mode.RELEASE)) is None


def test_a_handshake_that_fails_by_itself_has_a_code_and_the_reason(upstreams):
    one = Handshake(upstreams)
    one.server.error = "no shared cipher"
    upstreams.tls_failed_server(one.data)
    (finding,) = upstreams.tried(one.server, ASKED, policy()).findings
    assert finding.code is Code.TLS_HANDSHAKE_FAILED
    assert finding.data["error"] == "no shared cipher"


def test_a_handshake_that_ended_with_its_client_is_nobodys_fault(upstreams):
    one = Handshake(upstreams)
    one.data.context.client.state = connection.ConnectionState.CLOSED
    one.server.error = "connection closed"
    upstreams.tls_failed_server(one.data)
    assert upstreams.tried(one.server, ASKED, policy()) is None


def test_of_a_connection_that_showed_nothing_nothing_is_said(upstreams):
    assert upstreams.tried(connection.Server(address=("api.example.com", 443)), ASKED, policy()) is None
    assert upstreams.tried(None, ASKED, policy()) is None


def test_the_tls_of_an_upstream_proxy_is_left_alone(upstreams):
    one = Handshake(upstreams)
    hop = connection.Server(address=("proxy.example.com", 8443), tls=True)
    upstreams.tls_start_server(SimpleNamespace(conn=hop, ssl_conn=object(), context=one.data.context))
    assert hop not in upstreams._known


def test_the_verdict_is_asked_for_once_and_the_listening_ends_with_it(upstreams, monkeypatch):
    asked = []
    one = Handshake(upstreams)
    assert "bio_write" in vars(one.ssl)
    monkeypatch.setattr(upstreams, "_is_refused_by_all", lambda *given: asked.append(given) or True)
    assert [one.verify(one.ssl, None, 0, depth, 1) for depth in (2, 1, 0)] == [False, False, False]
    assert len(asked) == 1
    assert "bio_write" not in vars(one.ssl)


def test_a_look_that_fails_refuses_nothing_by_itself_and_gives_no_permit(upstreams, monkeypatch):
    one = Handshake(upstreams)
    monkeypatch.setattr(module, "_shown", lambda *given: 1 / 0)
    assert one.show(), "the handshake goes on, for whoever needs no permit"
    seen = upstreams.seen(one.server, ASKED, policy(mode=Mode.RELEASE))
    assert isinstance(seen, UpstreamSeen) and codes(seen) == [Code.CERT_NOT_SEEN]


@pytest.mark.parametrize(("name", "code"), [("api.example.com", None), ("other.example.com", Code.CERT_NAME_MISMATCH)])
def test_a_quic_handshake_is_judged_by_what_it_showed(upstreams, name, code):
    """HTTP/3: no hook runs within the handshake, and nothing is sent before the permit is asked for."""
    leaf = Authority.new("Root").issue(name)
    server = connection.Server(address=("127.0.0.1", 443), tls=True, tls_version="QUICv1", transport_protocol="udp")
    server.certificate_list = [Cert(leaf.certificate)]
    context = Context(connection.Client(peername=("10.0.0.2", 1), sockname=("10.0.0.1", 2)), options.Options())
    context.server = server
    asyncio.run(upstreams.tls_established_server(SimpleNamespace(conn=server, context=context)))
    found = codes(upstreams.seen(server, ASKED, policy(mode=Mode.RELEASE)))
    assert Code.CERT_NOT_SEEN not in found and Code.CERT_UNTRUSTED_ROOT in found
    assert (Code.CERT_NAME_MISMATCH in found) is (code is not None)
