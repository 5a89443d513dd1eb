"""An exception of ours inside a gate refuses the call, keeps the record, and leaves the proxy alive.

mitmproxy alone would log it and forward the request. Where nothing is altered
(observe), nothing is refused either, and the record says what happened.
"""

from pathlib import Path

import pytest

from testenv.proxy import POLICY
from testenv.rawserver import RawServer
from testenv.rawserver import connect_through
from testenv.rawserver import read_until_end
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_recorded
from testenv.steps import BEFORE_ANYTHING_LEAVES
from testenv.steps import WITHOUT_A_BYTE_OF_HTTP
from wxpolicy.catalogue import message_of

LISTED = "https://api.example.com"
BREAK_RULE = Path(__file__).resolve().parents[1] / "testenv" / "break_rule.py"

# What raises -> the path that has it asked; see testenv.steps for what raises earlier.
AFTER_THE_ANSWER_BEGAN = {
    "wxpolicy.rules.redirect:check": "/redirect?to=https://api.example.com/x",
    "wxpolicy.rules.status:check": "/json",
    "wxgate.call.bodies:stream_response": "/json",
    "wxpolicy.call.state:Ledger": "/charset",
    "wxgate.call.conversion:concluded": "/charset",
    "wxpolicy.rules.charset:check": "/charset",
}
ALL = BEFORE_ANYTHING_LEAVES | WITHOUT_A_BYTE_OF_HTTP | AFTER_THE_ANSWER_BEGAN


class Breakable:
    """A proxy in which one function at a time can be made to raise."""

    def __init__(self, start, mode, folder):
        self.file = folder / f"break-{mode}"
        arguments = ("--mode", mode, "--scope", "all")
        loaded = ("-s", str(BREAK_RULE), "--set", f"break_file={self.file}")
        self.proxy = start(policy=POLICY, arguments=arguments, mitmproxy=loaded)

    def break_(self, target):
        self.file.write_text(target, "utf-8")

    def fix(self):
        broken = self.file.read_text("utf-8")
        assert self.file.with_suffix(".is").read_text("utf-8") == broken, "there is no such function"
        self.file.write_text("", "utf-8")


@pytest.fixture(scope="module")
def breakable_proxies(shared_proxy, tmp_path_factory):
    made = {}

    def of(mode):
        if mode not in made:
            made[mode] = Breakable(shared_proxy, mode, tmp_path_factory.mktemp("break"))
        return made[mode]

    return of


def marked(target, path, more=""):
    separator = "&" if "?" in path else "?"
    return f"{path}{separator}mark-{target.replace(':', '-').replace('.', '-')}{more}"


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("target", ALL)
@pytest.mark.parametrize("mode", ["release", "debug"])
def test_the_call_is_refused_recorded_and_the_proxy_lives(breakable_proxies, lab, mode, target, http2):
    breakable = breakable_proxies(mode)
    proxy, path = breakable.proxy, marked(target, ALL[target], f"-{http2}")
    breakable.break_(target)
    answer = proxy.clients.curl(LISTED + path, http2=http2)
    again = proxy.clients.curl(f"{LISTED}{path}-again", http2=http2)
    breakable.fix()
    assert (answer.kind, answer.status, again.kind) == ("network_error", None, "network_error")
    if target in BEFORE_ANYTHING_LEAVES:
        assert lab.origin.connections == 0
    elif target in WITHOUT_A_BYTE_OF_HTTP:
        assert lab.origin.paths() == []
    found = recorded(proxy, f"mark-{target.replace(':', '-').replace('.', '-')}-{http2}")
    if not found:  # its URL could not be read any more
        found = [record for record in recorded(proxy) if record.url == "api.example.com:443"][-2:]
    assert len(found) == 2
    for record in found:
        assert "INTERNAL_ERROR" in codes(record)
        assert (record.outcome, record.acted, record.release.outcome) == ("fail", "fail", "fail")
        assert "broken on purpose" in next(
            message_of(each).en for each in record.findings if each.code == "INTERNAL_ERROR"
        )
    assert proxy.clients.curl(f"{LISTED}/json?fixed", http2=http2).status == 200
    assert proxy.program.process.poll() is None


@pytest.mark.parametrize("target", ALL)
def test_where_nothing_is_altered_the_call_passes_and_the_record_tells(breakable_proxies, lab, target):
    breakable = breakable_proxies("observe")
    proxy, path = breakable.proxy, marked(target, ALL[target])
    breakable.break_(target)
    before = len(recorded(proxy))
    answer = proxy.clients.python_request(LISTED + path)
    breakable.fix()
    assert answer.status == (302 if "redirect" in path else 200)
    assert lab.origin.paths() == [path]
    records = recorded(proxy)[before:]
    assert len(records) == 1
    assert "INTERNAL_ERROR" in codes(records[0])
    assert (records[0].outcome, records[0].acted) == ("success", "pass")


def test_a_raw_tunnel_that_cannot_be_judged_is_refused(breakable_proxies, lab):
    breakable = breakable_proxies("debug")
    breakable.break_("wxpolicy.rules.not_http:judge_tunnel")
    with RawServer(lambda received: received) as server:
        lab.place("raw.example.com", 9000, server)
        lab.write_map(breakable.proxy.map)
        with connect_through(breakable.proxy.port, "raw.example.com:9000") as sock:
            sock.sendall(b"hello")
            assert read_until_end(sock) == b""
        assert server.connections == 0
        breakable.fix()
        (record,) = wait_recorded(breakable.proxy, "tcp://raw.example.com:9000")
        assert (codes(record), record.outcome, record.acted) == (["INTERNAL_ERROR"], "fail", "fail")
        with connect_through(breakable.proxy.port, "raw.example.com:9000") as sock:
            sock.sendall(b"hello")
            assert sock.recv(100) == b"hello"


def test_a_socket_whose_gate_fails_is_refused(breakable_proxies, lab):
    breakable = breakable_proxies("release")
    breakable.break_("wxpolicy.call.stages:judge_domains")
    answer = breakable.proxy.clients.websocket("wss://ws.example.com/broken")
    breakable.fix()
    assert (answer.kind, lab.origin.connections) == ("network_error", 0)
    assert codes(one_record(breakable.proxy, "/broken")) == ["INTERNAL_ERROR"]


def test_in_miniprogram_scope_other_traffic_passes_while_a_rule_is_broken(shared_proxy, lab, tmp_path):
    file = tmp_path / "break"
    file.write_text("wxpolicy.call.stages:judge_domains", "utf-8")
    proxy = shared_proxy(
        policy=POLICY,
        arguments=("--scope", "miniprogram"),
        mitmproxy=("-s", str(BREAK_RULE), "--set", f"break_file={file}"),
    )
    mine = {"Referer": "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html"}
    assert proxy.clients.python_request(f"{LISTED}/mine", headers=mine).failed
    assert lab.origin.connections == 0
    assert proxy.clients.python_request(f"{LISTED}/others").status == 200
    assert [codes(record)[0] for record in recorded(proxy)] == ["INTERNAL_ERROR"]


@pytest.mark.parametrize(
    "target",
    [
        "wxgate.recording.recorder:record_of",
        "wxgate.recording.recorder:mark",
        "wxgate.recording.recorder:log_call",
        "wxgate.recording.session:Session.record",
    ],
)
@pytest.mark.parametrize("host", ["api.example.com", "unlisted.example.com"])
def test_what_only_tells_of_a_call_never_changes_its_end(breakable_proxies, lab, target, host):
    breakable = breakable_proxies("release")
    breakable.break_(target)
    answer = breakable.proxy.clients.curl(f"https://{host}/json?telling")
    breakable.fix()
    if host == "api.example.com":
        assert answer.status == 200
    else:
        assert (answer.kind, answer.status, lab.origin.connections) == ("network_error", None, 0)
    assert breakable.proxy.clients.curl(f"{LISTED}/json?told").status == 200
