"""All domain rules together: the order, the shared per-name loop, and the invariant that the gate rests on."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.domain_calls import BARE_GET
from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import carrying
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import Where
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.rules.lan import Lan
from wxpolicy.rules.lan import lan_place
from wxpolicy.rules.listing import admits
from wxpolicy.rules.names import named_hosts
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.url.hosts import read_host

LISTS = {
    "request": ["https://api.example.com", "https://中文.com"],
    "downloadFile": ["https://cdn.example.com"],
    "connectSocket": ["wss://ws.example.com"],
}
SEED, CURRENT = listing(**LISTS), current(**LISTS, uploadFile=["https://up.example.com:8443"])


@pytest.mark.parametrize(
    ("policy", "api", "host", "port", "admitted"),
    [
        (SEED, Api.REQUEST, "api.example.com", None, True),
        (SEED, Api.REQUEST, "api.example.com", 443, False),
        (SEED, Api.UPLOAD_FILE, "api.example.com", None, False),
        (CURRENT, Api.REQUEST, "api.example.com", 443, False),
        (CURRENT, Api.UPLOAD_FILE, "up.example.com", 8443, True),
        (CURRENT, Api.UPLOAD_FILE, "up.example.com", None, False),
        (CURRENT, Api.CONNECT_SOCKET, "ws.example.com", 9000, True),
        (CURRENT, Api.CONNECT_SOCKET, "ws.example.com.", None, False),
    ],
)
def test_what_a_list_admits(policy, api, host, port, admitted):
    assert admits(policy, api, read_host(host), port) is admitted


def judge(call, classification=REQUEST, policy=SEED):
    return [finding for rule in discover(Stage.TARGET) for finding in rule.check(call, classification, policy)]


@pytest.mark.parametrize(
    ("case", "call", "policy", "expected"),
    [
        ("a good call says nothing", through_tunnel("api.example.com"), SEED, []),
        ("loopback is said once", through_tunnel("127.0.0.1"), SEED, ["HOST_IS_IP"]),
        ("localhost is said once", through_tunnel("localhost"), SEED, ["HOST_IS_LOCALHOST"]),
        ("reserved is said once", through_tunnel("api.weixin.qq.com"), SEED, ["HOST_RESERVED"]),
        ("unreadable is said once", through_tunnel("a..b"), SEED, ["URL_INVALID"]),
        ("unlisted is said once", through_tunnel("evil.com"), SEED, ["DOMAIN_NOT_LISTED"]),
        ("no names", carrying(), SEED, ["URL_INVALID"]),
        (
            "everything wrong, deepest cause first",
            to_host("192.168.1.20", 8080, scheme="http"),
            SEED,
            ["SCHEME_NOT_SECURE", "HOST_IS_IP", "PORT_NOT_ALLOWED"],
        ),
        ("LAN with a port over http, current", to_host("192.168.1.20", 8080, scheme="http"), CURRENT, []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_order_and_no_repeats(case, call, policy, expected):
    assert violations(judge(call, policy=policy)) == expected


def test_one_host_in_many_spellings_is_one():
    call = carrying(
        named(Where.CONNECT, "API.example.com", 443),
        named(Where.SNI, "api.example.com"),
        named(Where.HOST, "api。example.com."),
    )
    (host,) = named_hosts(call)
    assert (host.shown, host.host.tail_dot, host.ports) == ("api.example.com", True, (None,))
    assert host.where == ["CONNECT", "SNI", "Host"]


@pytest.mark.parametrize(
    ("case", "names", "where"),
    [
        ("one place", [named(Where.URL, "a.com")], []),
        (
            "all places agree",
            [named(Where.CONNECT, "a.com", 443), named(Where.SNI, "a.com"), named(Where.HOST, "a.com")],
            [],
        ),
        ("all agree but for case", [named(Where.SNI, "a.com"), named(Where.HOST, "A.com")], []),
        ("one spelling differs", [named(Where.SNI, "a.com"), named(Where.HOST, "a.com.")], ["SNI", "Host"]),
        ("another host beside it", [named(Where.SNI, "a.com"), named(Where.HOST, "b.com")], ["SNI"]),
        ("all places equally unreadable", [named(Where.SNI, "a b"), named(Where.HOST, "a b")], []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_places_are_named_only_where_they_differ(case, names, where):
    first = next(iter(named_hosts(carrying(*names))))
    assert first.where == where


def test_unreadable_hosts_stay_apart_from_readable_ones():
    assert (
        len(list(named_hosts(carrying(named(Where.SNI, "a b"), named(Where.HOST, "a.b"), named(Where.URL, "a b")))))
        == 2
    )


@pytest.mark.parametrize(
    ("case", "names", "ports"),
    [
        ("CONNECT default", [named(Where.CONNECT, "a.com", 443)], (None,)),
        ("CONNECT other", [named(Where.CONNECT, "a.com", 444), named(Where.SNI, "a.com")], (444,)),
        ("Host alone", [named(Where.HOST, "a.com", 443)], (443,)),
        ("Host without, CONNECT other", [named(Where.CONNECT, "a.com", 444), named(Where.HOST, "a.com")], (444, None)),
        ("the same port twice", [named(Where.CONNECT, "a.com", 444), named(Where.HOST, "a.com", 444)], (444,)),
        ("SNI alone", [named(Where.SNI, "a.com")], (None,)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_which_ports_the_url_can_have_had(case, names, ports):
    (host,) = named_hosts(carrying(*names))
    assert host.ports == ports


HOSTILE = st.text() | st.text(alphabet="0123456789abxX.:[]%-。１@\\/ ", max_size=20)
# Names that nearly pass, so that the examples meet both sides of each rule.
NEAR = st.sampled_from(
    [
        "api.example.com",
        "API.EXAMPLE.COM",
        "api.example.com.",
        "a.api.example.com",
        "аpi.example.com",
        "api%2Eexample.com",
    ]
    + ["中文.com", "xn--fiq228c.com", "cdn.example.com", "ws.example.com", "up.example.com", "localhost"]
    + ["192.168.1.20", "192.168.1.5", "3232235796", "127.0.0.1", "api.weixin.qq.com"]
)
HOST_TEXTS = NEAR | HOSTILE
NODES_PORT = (Where.AUTHORITY, 443)
PORTS = st.sampled_from([None, None, 443, 80, 8443, 0]) | st.integers()
NAMES = st.builds(named, st.sampled_from(Where), HOST_TEXTS, PORTS)
LISTED = st.sampled_from(
    ["api.example.com", "API.Example.com", "中文.com", "cdn.example.com", "ws.example.com", "192.168.1.20"]
)
# One host in some places, which is what passes if anything does.
REPEATED = st.builds(
    lambda host, places: [named(where, host, 443 if where is Where.CONNECT else None) for where in places],
    LISTED | NEAR,
    st.lists(st.sampled_from(Where), min_size=1, max_size=3, unique=True),
)
CALLED = REPEATED | st.lists(NAMES, max_size=3) | st.builds(lambda first, more: [*first, more], REPEATED, NAMES)
SCHEMES = st.sampled_from(["https", "https", "wss", "http", "ws"])


@settings(max_examples=200)
@given(CALLED, SCHEMES, st.sampled_from([REQUEST, BARE_GET, SOCKET]), st.sampled_from([SEED, CURRENT]))
def test_a_call_passes_only_if_one_api_lists_every_name(names, scheme, classification, policy):
    """Whatever the names are, judging never raises, no host gets one code twice, and a call is without
    violation only if one API of its classification lists the canonical ASCII name of every name it carries,
    or (edition current) if that name is an address that may lie in the device's own subnet."""
    call = carrying(*names, scheme=scheme)
    findings = judge(call, classification, policy)
    told = [(finding.code, finding.subject) for finding in findings]
    assert len(told) == len(set(told))
    if violations(findings):
        return

    assert names
    hosts = [read_host(name.host) for name in names]
    places = [lan_place(host, call, policy) for host in hosts]
    rest = {host.ascii for host, place in zip(hosts, places, strict=True) if place not in (Lan.OWN_SUBNET, Lan.UNKNOWN)}
    assert any(rest <= {entry.host for entry in policy.listed(api)} for api in classification.apis)
    assert policy.edition is WECHAT_CURRENT or len(rest) > 0
    if rest:
        assert scheme in ("https", "wss")
        assert not any(host.tail_dot for host in hosts)
        # Node writes 443 into :authority by itself.
        silent = [name.where in (Where.CONNECT, Where.SNI) or (name.where, name.port) == NODES_PORT for name in names]
        spelled = [name for name, is_silent in zip(names, silent, strict=True) if name.port and not is_silent]
        assert policy.edition is WECHAT_CURRENT or not spelled


@settings(max_examples=100)
@given(HOST_TEXTS, SCHEMES)
def test_every_finding_speaks_both_languages_and_is_safe_to_print(host, scheme):
    for finding in judge(through_tunnel(host, 8443, 443, scheme=scheme), BARE_GET):
        for text in (*message_of(finding), *fix_of(finding), finding.subject):
            assert text.isprintable()
        assert (
            message_of(finding).zh
            and message_of(finding).en
            and fix_of(finding).zh
            and fix_of(finding).en
            and finding.clause
        )
