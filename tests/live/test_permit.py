"""Not one byte of a call goes to an upstream connection for which it has no permit, whatever has become of its address.

How an address can change, times protocol, times certificate fault: in release, no application byte at
a faulty origin. Good origins are served, twenty calls on one connection.
"""

import socket
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from testenv.kept_alive import KeptAlive
from testenv.kept_alive import KeptAliveHttp2
from testenv.proxy import run_script
from testenv.rawserver import RawServer
from testenv.rawserver import http_answer
from testenv.recorded import codes
from testenv.recorded import facts
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tunnel import open_tunnel
from wxlab.authority import Authority
from wxlab.authority import self_signed
from wxlab.origin import Origin

HOST = "api.example.com"
SCRIPT = Path(__file__).resolve().parents[1] / "testenv" / "sends_elsewhere.py"
POLICY = f"""\
appid: any
scope: all
mode: release
domains:
  request:       [https://{HOST}]
  uploadFile:    [https://{HOST}]
  downloadFile:  [https://{HOST}]
  connectSocket: [wss://{HOST}]
"""
NOW = datetime.now(UTC)
DAY = timedelta(days=1)

FAULTS = {
    "CERT_EXPIRED": lambda lab: lab.issuing.issue(HOST, not_after=NOW - DAY),
    "CERT_NOT_YET_VALID": lambda lab: lab.issuing.issue(HOST, not_before=NOW + DAY),
    "CERT_NAME_MISMATCH": lambda lab: lab.issuing.issue("elsewhere.example.com"),
    "CERT_SELF_SIGNED": lambda lab: self_signed(HOST),
    "CERT_UNTRUSTED_ROOT": lambda lab: Authority.new("A root of nobody's").issue(HOST),
    "CERT_NO_SAN": lambda lab: lab.issuing.issue(HOST, san=False),
    "CERT_WRONG_PURPOSE": lambda lab: lab.issuing.issue(HOST, eku="client"),
    "CERT_WEAK_KEY": lambda lab: lab.issuing.issue(HOST, key="rsa1024"),
}
ALPN = {"HTTP/1.1": ["http/1.1"], "HTTP/2": ["h2"], "WebSocket": ["http/1.1"], "POST": ["http/1.1"]}


@dataclass(frozen=True)
class Way:
    """How the call comes to another place: what the proxy is started with, and whether the name lives there already."""

    arguments: tuple[str, ...] = ()
    script: str = ""
    lives_there: bool = False  # by the resolver alone


def elsewhere(how):
    return Way(script=how)


WAYS = {
    "nothing": Way(lives_there=True),
    "server_connect": elsewhere("server_connect"),
    "server_connect and SNI": elsewhere("server_connect_sni"),
    "SNI": Way(script="sni", lives_there=True),
    "requestheaders": elsewhere("requestheaders"),
    "request": elsewhere("request"),
    "map_remote": Way(arguments=("--map-remote", f"|https://{HOST}/|https://127.0.0.1:PORT/")),
    "eager": Way(arguments=("--set", "connection_strategy=eager"), lives_there=True),
    "eager and server_connect": Way(("--set", "connection_strategy=eager"), "server_connect"),
}
# What is tried every time; the rest is marked slow.
OFTEN = {("server_connect", "CERT_UNTRUSTED_ROOT"), ("server_connect and SNI", "CERT_NAME_MISMATCH")} | {
    (way, "CERT_SELF_SIGNED") for way in WAYS
}
ROOT_POLICY = POLICY + "certificates: {{trust: '{root}'}}\n"


class Elsewhere:
    """A proxy for one way, and the port at which the name lives for it."""

    def __init__(self, way, shared_proxy, lab, folder):
        self.way, self.lab = way, lab
        self.file = folder / "port"
        # --map-remote cannot be changed later: one port for all of its servers.
        self.fixed_port = None
        arguments = list(way.arguments)
        if "--map-remote" in arguments:
            self.fixed_port = free_port()
            arguments[-1] = arguments[-1].replace("PORT", str(self.fixed_port))
        if way.script:
            arguments += [
                "-s",
                str(SCRIPT),
                "--set",
                f"elsewhere_how={way.script}",
                "--set",
                f"elsewhere_port={self.file}",
            ]
        self.proxy = shared_proxy(policy=POLICY, mitmproxy=tuple(arguments))

    def goes_to(self, server):
        self.file.write_text(str(server.port), "utf-8")
        if self.way.lives_there:
            self.lab.place(HOST, 443, server)
            self.lab.write_map(self.proxy.map)


def is_recorded(proxy, mark):
    return bool(recorded(proxy, mark))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


@pytest.fixture(scope="module")
def proxies(shared_proxy, whole_lab, tmp_path_factory):
    made = {}

    def of(name):
        if name not in made:
            made[name] = Elsewhere(WAYS[name], shared_proxy, whole_lab, tmp_path_factory.mktemp("elsewhere"))
        return made[name]

    return of


def call(proxy, protocol, mark):
    if protocol == "WebSocket":
        return proxy.clients.websocket(f"wss://{HOST}/{mark}", timeout_s=5)
    data = b"x" * 300_000 if protocol == "POST" else None
    headers = {"Authorization": "Bearer secret"}
    return proxy.clients.curl(
        f"https://{HOST}/{mark}", http2=protocol == "HTTP/2", data=data, headers=headers, timeout_s=5
    )


def cells():
    for way in WAYS:
        for fault in FAULTS:
            for protocol in ALPN:
                is_often = (way, fault) in OFTEN and (way == "server_connect" or protocol in ("HTTP/1.1", "HTTP/2"))
                yield pytest.param(
                    way, protocol, fault, id=f"{way}-{protocol}-{fault}", marks=() if is_often else pytest.mark.slow
                )


@pytest.mark.parametrize(("way", "protocol", "fault"), list(cells()))
def test_no_byte_reaches_a_faulty_origin(proxies, lab, way, protocol, fault):
    elsewhere = proxies(way)
    proxy, mark = elsewhere.proxy, f"{way}-{protocol}-{fault}".replace(" ", "-").replace("/", "-")
    with RawServer(http_answer, FAULTS[fault](lab), alpn=ALPN[protocol], port=elsewhere.fixed_port) as server:
        elsewhere.goes_to(server)
        answers = [call(proxy, protocol, mark) for _ in range(2)]
        assert [answer.kind for answer in answers] == ["network_error"] * 2, answers
        assert [received for received in server.received if received] == []
    assert wait_until(lambda: len(recorded(proxy, mark)) >= 2), proxy.output
    for record in recorded(proxy, mark):
        assert fault in codes(record), codes(record)
        assert (record.acted, record.release.outcome) == ("fail", "fail")


@pytest.mark.parametrize("protocol", ["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("way", WAYS)
def test_twenty_calls_to_a_good_origin_go_on_one_connection(proxies, lab, way, protocol):
    elsewhere = proxies(way)
    client = KeptAliveHttp2 if protocol == "HTTP/2" else KeptAlive
    alpn = ("h2", "http/1.1") if protocol == "HTTP/2" else ("http/1.1",)
    origin = Origin(lab.issuing.issue(HOST), alpn=alpn)
    origin.port = elsewhere.fixed_port or 0
    with origin:
        elsewhere.goes_to(origin)
        app = client(elsewhere.proxy, HOST)
        answers = [app.get(f"/good-{number}").status for number in range(20)]
        app.close()
        assert answers == [200] * 20
        assert origin.connections == 1
    assert len(recorded(elsewhere.proxy, "/good-")) % 20 == 0


# A permit is asked anew


@pytest.mark.parametrize("client", [KeptAlive, KeptAliveHttp2], ids=["HTTP/1.1", "HTTP/2"])
def test_a_root_that_is_taken_out_counts_no_more_on_an_open_connection(start_proxy, lab, client, tmp_path):
    root, mine = Authority.new("A root for a while"), tmp_path / "mine"
    mine.mkdir()
    trusted = root.write(mine)
    with Origin(root.issue(HOST)) as origin:
        lab.place(HOST, 443, origin)
        proxy = start_proxy(policy=ROOT_POLICY.format(root=trusted))
        app = client(proxy, HOST)
        assert app.get("/before").status == 200
        proxy.write_policy(ROOT_POLICY.format(root=lab.write_root(tmp_path)))
        assert wait_until(lambda: "in force for new calls" in proxy.output, timeout_s=10), proxy.output
        assert app.get("/after").kind == "network_error"
        assert (origin.paths(), origin.connections) == (["/before"], 1)
        app.close()
    assert codes(recorded(proxy, "/after")[0]) == ["CERT_UNTRUSTED_ROOT"]


# What is asked for on the command line


def test_what_passes_because_of_an_option_is_counted_and_said_first(start_proxy, lab):
    proxy = start_proxy(policy=POLICY, mitmproxy=("--ignore-hosts", "api.example.com"))
    with open_tunnel(proxy.port, proxy.root, f"{HOST}:443") as sock:
        assert sock.version(), "the origin's own certificate"
    assert wait_until(lambda: facts(proxy).passed_by_option == {f"ignore_hosts {HOST}": 1})
    report = run_script("report.py", proxy.session, "--lang", "en").stdout.splitlines()
    head = " ".join(report[: report.index("")])
    assert f"because of the option ignore_hosts, 1 connection to {HOST} passed unjudged" in head
    assert recorded(proxy) == []


def test_an_option_that_the_gates_stand_on_is_set_back_and_said(start_proxy, lab):
    proxy = start_proxy(
        policy=POLICY, mitmproxy=("--set", "connection_strategy=eager", "--set", "validate_inbound_headers=false")
    )
    assert "connection_strategy=eager does not hold here" in proxy.output
    assert "validate_inbound_headers=False does not hold here" in proxy.output
    assert proxy.clients.curl("https://unlisted.example.com/").kind == "network_error"
    assert lab.origin.connections == 0


def test_a_place_that_a_call_is_sent_to_is_said(proxies, lab):
    elsewhere = proxies("map_remote")
    origin = Origin(lab.issuing.issue(HOST))
    origin.port = elsewhere.fixed_port
    with origin:
        assert elsewhere.proxy.clients.curl(f"https://{HOST}/said").status == 200
    assert f"calls to {HOST}:443 are sent to 127.0.0.1:{elsewhere.fixed_port}" in elsewhere.proxy.output


# Further modes


@pytest.mark.parametrize(
    ("mode", "client"),
    [
        ("socks5", ("--proxy", "socks5h://127.0.0.1:PORT")),
        ("socks5", ("--proxy", "socks5://127.0.0.1:PORT", "--resolve", f"{HOST}:443:203.0.113.9")),
    ],
    ids=["SOCKS5 by name", "SOCKS5 by address"],
)
@pytest.mark.parametrize("is_good", [True, False], ids=["good", "self-signed"])
def test_other_modes(start_proxy, lab, mode, client, is_good):
    leaf = lab.issuing.issue(HOST) if is_good else self_signed(HOST)
    with RawServer(http_answer, leaf, alpn=["http/1.1"]) as server:
        for name in (HOST, "203.0.113.9"):
            lab.place(name, 443, server)
        proxy = start_proxy(policy=POLICY, mitmproxy=("--mode", mode))
        arguments = tuple(each.replace("PORT", str(proxy.port)) for each in client)
        answer = proxy.clients.curl(f"https://{HOST}/by-socks", arguments=arguments, timeout_s=5)
        assert answer.kind == ("answered" if is_good else "network_error"), (answer, proxy.output)
        assert bool([each for each in server.received if each]) is is_good
    if not is_good:
        assert "CERT_SELF_SIGNED" in codes(recorded(proxy, "/by-socks")[0])


def test_a_call_that_is_made_again_is_judged_like_any(start_proxy, lab):
    leaf = lab.issuing.issue(HOST)
    with RawServer(http_answer, leaf, alpn=["http/1.1"]) as good:
        lab.place(HOST, 443, good)
        first = start_proxy(policy=POLICY)
        assert first.clients.curl(f"https://{HOST}/again").status == 200
        first.stop()
    for served, ends in ((leaf, "success"), (self_signed(HOST), "fail")):
        with RawServer(http_answer, served, alpn=["http/1.1"]) as server:
            lab.place(HOST, 443, server)
            proxy = start_proxy(policy=POLICY, mitmproxy=("--client-replay", str(first.session / "flows.mitm")))
            assert wait_until(partial(is_recorded, proxy, "/again"), timeout_s=10), proxy.output
            (record,) = recorded(proxy, "/again")
            assert record.outcome == ends, codes(record)
            assert bool([each for each in server.received if each]) is (ends == "success")
    assert codes(record) == ["CERT_SELF_SIGNED"]
