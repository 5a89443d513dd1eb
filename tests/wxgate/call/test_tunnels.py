"""What is not HTTP: which layer a connection gets, before anything is sent upstream."""

import pytest
from mitmproxy import connection
from mitmproxy import options
from mitmproxy.proxy import commands
from mitmproxy.proxy import context as proxy_context
from mitmproxy.proxy import events
from mitmproxy.proxy import layer
from mitmproxy.proxy import layers
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import taddons

from wxgate.call.tunnels import Tunnels
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.finding import Code
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope


@pytest.fixture(autouse=True)
def mitmproxy_options():
    with taddons.context():
        yield


MMTLS = b"\x16\xf1\x03\x00\xab"
SSH = b"SSH-2.0-OpenSSH_9.6\r\n"


def meet(policy, start, port=443, transport="tcp", mode="regular", tls_since=None):
    """A connection whose first bytes are ``start``, as mitmproxy would hand it over."""
    client = connection.Client(peername=("10.0.0.2", 50000), sockname=("10.0.0.1", 8080))
    client.transport_protocol = transport
    client.timestamp_tls_setup = tls_since
    client.proxy_mode = ProxyMode.parse(mode)
    context = proxy_context.Context(client, options.Options())
    context.server = connection.Server(address=("files.example.com", port), transport_protocol=transport)
    nextlayer = layer.NextLayer(context)
    nextlayer.data_client = lambda: start
    nextlayer.data_server = lambda: b""
    nextlayer.layer = layers.TCPLayer(context) if transport == "tcp" else layers.UDPLayer(context)
    source, counters, recorded = PolicySource(), Counters(), []
    source.policies = PolicySet(policy if isinstance(policy, list) else [policy])
    Tunnels(source, counters, recorded.append).next_layer(nextlayer)
    return nextlayer, counters.facts()["counts"], recorded


@pytest.mark.parametrize("port", [80, 443, 8080])
@pytest.mark.parametrize("scope", Scope)
def test_mmtls_is_forwarded_raw_in_every_scope(port, scope):
    nextlayer, counts, recorded = meet(Policy(scope=scope), MMTLS, port)
    assert nextlayer.layer.flow is None and nextlayer.context.server.error is None
    assert counts == '{"mmtls": 1}' and recorded == []


def test_what_is_framed_like_mmtls_inside_of_tls_is_judged_as_any_tunnel():
    nextlayer, _, (record,) = meet(Policy(scope=Scope.ALL), MMTLS, tls_since=1.0)
    assert nextlayer.context.server.error == "refused by the policy"
    assert record.acted == "fail"


@pytest.mark.parametrize(
    ("case", "policy", "error", "acted"),
    [
        ("release refuses what is none of the APIs", Policy(scope=Scope.ALL), "refused by the policy", "fail"),
        ("debug skips the check", Policy(scope=Scope.ALL, mode=Mode.DEBUG), None, "pass"),
        ("observe alters nothing", Policy(scope=Scope.ALL, mode=Mode.OBSERVE), None, "pass"),
    ],
)
def test_a_raw_tunnel_is_judged_where_every_call_counts(case, policy, error, acted):
    nextlayer, _, (record,) = meet(policy, SSH, 22)
    assert nextlayer.context.server.error == error, case
    assert record.acted == acted and record.debug_only, case
    assert Code.SCHEME_NOT_SECURE in [finding.code for finding in record.findings]
    assert nextlayer.layer.flow is None, "its bytes would be kept in memory"


@pytest.mark.parametrize("start", [SSH, MMTLS], ids=["SSH", "mmtls"])
@pytest.mark.parametrize(
    ("exclude", "counts"), [(("*.example.com",), '{"excluded": 1}'), (("example.org",), None)], ids=["its", "another's"]
)
def test_a_tunnel_to_an_excluded_host_is_no_call(exclude, counts, start):
    nextlayer, found, recorded = meet(Policy(scope=Scope.ALL, exclude=exclude), start, 22)
    assert (nextlayer.context.server.error is None, recorded == []) == (counts is not None,) * 2
    assert counts is None or found == counts


def test_an_excluded_host_may_greet_first():
    source = PolicySource()
    source.policies = PolicySet([Policy(scope=Scope.ALL, exclude=("git.example.com",))])
    tunnels = Tunnels(source, Counters(), lambda record: None)
    assert tunnels.waits_for_a_greeting(("git.example.com", 22))
    assert not tunnels.waits_for_a_greeting(("files.example.com", 22))


def test_a_raw_tunnel_is_nobody_s_call_in_miniprogram_scope():
    nextlayer, counts, recorded = meet(Policy(), SSH, 22)
    assert nextlayer.context.server.error is None and recorded == [] and counts == '{"raw": 1}'


@pytest.mark.parametrize(
    ("case", "mode", "port", "blocked"),
    [
        ("quic in release", Mode.RELEASE, 443, True),
        ("quic in debug, so that calls are seen", Mode.DEBUG, 443, True),
        ("observe alters nothing", Mode.OBSERVE, 443, False),
        ("dns", Mode.RELEASE, 53, False),
    ],
)
def test_quic_is_sent_back_to_tcp(case, mode, port, blocked):
    nextlayer, counts, _ = meet(Policy(mode=mode), b"\xc0" * 20, port, "udp")
    assert (nextlayer.context.server.error is not None) is blocked, case
    assert (counts == '{"quic": 1}') is blocked, case


@pytest.mark.parametrize(
    ("modes", "blocked"), [((Mode.OBSERVE, Mode.RELEASE), True), ((Mode.OBSERVE, Mode.OBSERVE), False)]
)
def test_of_several_policies_one_that_enforces_has_quic_sent_back(modes, blocked):
    policies = [Policy(f"wx00000000000000a{number}", mode=mode) for number, mode in enumerate(modes)]
    _, counts, _ = meet(policies, b"\xc3\x00\x00\x00\x01", 443, "udp")
    assert (counts == '{"quic": 1}') is blocked


@pytest.mark.parametrize(("scheme", "blocked"), [("https", True), ("http3", False), ("quic", False), ("udp", False)])
def test_quic_to_a_target_that_is_reached_by_udp_alone_is_carried(scheme, blocked):
    nextlayer, _, _ = meet(Policy(), b"\xc0" * 20, 443, "udp", f"reverse:{scheme}://files.example.com:443")
    assert (nextlayer.context.server.error is not None) is blocked


@pytest.mark.parametrize(("mode", "refused"), [(Mode.RELEASE, True), (Mode.DEBUG, True), (Mode.OBSERVE, False)])
def test_a_judge_that_raises_refuses_the_tunnel_and_is_recorded(monkeypatch, mode, refused):
    monkeypatch.setattr("wxpolicy.rules.not_http.judge_tunnel", lambda *_: 1 / 0)
    nextlayer, _, (record,) = meet(Policy(scope=Scope.ALL, mode=mode), SSH, 22)
    assert (nextlayer.context.server.error is not None) is refused
    assert Code.INTERNAL_ERROR in [finding.code for finding in record.findings]


def test_a_tunnel_is_named_as_its_client_wrote_it_and_its_refusal_is_said():
    nextlayer, _, (record,) = meet(Policy(scope=Scope.ALL), SSH, 7000)
    assert record.url == "tcp://files.example.com:7000"
    assert [finding.code for finding in record.findings if finding.code is Code.HOST_IS_IP] == []


def test_udp_that_passes_is_counted():
    _, counts, _ = meet(Policy(), b"\x00" * 20, 5000, "udp")
    assert counts == '{"udp": 1}'


def relayed(policy, *pieces, port=443, peer="203.0.113.7"):
    """What a tunnel that begins as mmtls sends on to its server, and its record where it was judged."""
    nextlayer, _, recorded = meet(policy, pieces[0], port)
    tunnel = nextlayer.layer
    context = nextlayer.context
    context.server.timestamp_start, context.server.peername = 1.0, (peer, port)
    context.server.state = context.client.state = connection.ConnectionState.OPEN
    list(tunnel.handle_event(events.Start()))
    sent = b""
    for piece in pieces:
        for command in tunnel.handle_event(events.DataReceived(context.client, piece)):
            if isinstance(command, commands.SendData) and command.connection is context.server:
                sent += command.data
    return sent, recorded


FRAMED = b"\x16\xf1\x04\x00\x03abc"
PUBLIC = "8.8.8.8"


def test_a_framed_tunnel_passes_whole_where_every_call_counts():
    sent, recorded = relayed(Policy(scope=Scope.ALL), FRAMED, b"\x17\xf1\x04\x00", b"\x02de", peer=PUBLIC)
    assert sent == FRAMED + b"\x17\xf1\x04\x00\x02de" and recorded == []


UNFRAMED = [
    ("anything behind a record", (FRAMED, b"PING\r\n"), 443, PUBLIC),
    ("a private address", (FRAMED,), 443, "192.168.1.7"),
]


@pytest.mark.parametrize(("case", "pieces", "port", "peer"), UNFRAMED, ids=[each[0] for each in UNFRAMED])
def test_what_is_not_framed_is_judged_as_a_tunnel(case, pieces, port, peer):
    sent, (record,) = relayed(Policy(scope=Scope.ALL), *pieces, port=port, peer=peer)
    assert b"PING" not in sent and record.acted == "fail"
    assert Code.SCHEME_NOT_SECURE in [finding.code for finding in record.findings]


def test_observe_relays_it_and_says_so():
    sent, (record,) = relayed(Policy(scope=Scope.ALL, mode=Mode.OBSERVE), FRAMED, b"PING", peer=PUBLIC)
    assert sent == FRAMED + b"PING" and record.acted == "pass"


def test_another_port_is_a_tunnel_from_the_start():
    nextlayer, _, (record,) = meet(Policy(scope=Scope.ALL), FRAMED, 6379)
    assert nextlayer.context.server.error and record.acted == "fail"


def test_what_is_not_framed_in_its_first_bytes_is_a_tunnel_from_the_start():
    nextlayer, _, (record,) = meet(Policy(scope=Scope.ALL), FRAMED + b"PING\r\n")
    assert nextlayer.context.server.error and record.acted == "fail"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"GET /js", layers.HttpLayer),
        (b"POST /" + b"a" * 20_000, layers.HttpLayer),
        (b"GE", type(None)),
        (b"P", type(None)),
        (b"GETX", layers.TCPLayer),
        (b"get /", layers.TCPLayer),
        (SSH, layers.TCPLayer),
        (b"GET\n", layers.TCPLayer),
    ],
)
@pytest.mark.parametrize("scope", Scope)
def test_a_request_that_has_not_come_whole_is_no_raw_tunnel(start, kind, scope):
    nextlayer, _, recorded = meet(Policy(scope=scope), start)
    assert type(nextlayer.layer) is kind
    assert bool(recorded) is (kind is layers.TCPLayer and scope is Scope.ALL)
