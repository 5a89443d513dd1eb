"""Every certificate fault through the real proxy, for the clients of each platform: refused in release, passed in debug."""

import pytest

from testenv.faults import EVERYWHERE
from testenv.faults import FaultLab
from testenv.recorded import recorded
from wxlab.lab import Lab
from wxpolicy.catalogue import message_of

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50(0x18003237)",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android",
    "devtools": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 wechatdevtools/1.06.2402040 MicroMessenger/8.0.5 Language/zh_CN",
    "unknown": "curl/8.5.0",
}


@pytest.fixture(scope="module")
def faults(whole_lab: Lab):
    with FaultLab(whole_lab.root) as made:
        yield made


def policy_for(faults, mode, store):
    hosts = ", ".join(f"https://{fault.host}" for fault in faults.all)
    return (
        f"appid: any\nscope: all\nmode: {mode}\ndomains:\n  request: [{hosts}]\n  downloadFile: [{hosts}]\n"
        f"certificates: {{trust: '{store}'}}\n"
    )


@pytest.fixture(scope="module")
def start(faults, shared_proxy, whole_lab, tmp_path_factory):
    """A proxy in a mode, whose store holds the public root and, as an extra one, the lab's."""
    store = faults.public_root.write(tmp_path_factory.mktemp("store"))

    def started(mode):
        proxy = shared_proxy(policy=policy_for(faults, mode, store))
        faults.write_map(proxy.map, whole_lab.resolve_map())
        return proxy

    return started


@pytest.fixture(scope="module")
def release(start):
    return start("release")


@pytest.fixture(scope="module")
def debug(start):
    return start("debug")


@pytest.fixture(scope="module")
def observe(start):
    return start("observe")


def ask(proxy, fault, client, marker):
    return proxy.clients.python_request(f"https://{fault.host}{marker}", headers={"User-Agent": AGENTS[client]})


def by_name(faults, name):
    (found,) = (fault for fault in faults.all if fault.name == name)
    return found


def violations(record):
    """Per platform the certificate codes that fail a call there."""
    return {
        platform: {finding.code.value for finding in record.findings if finding.fails and platform in finding.platforms}
        for platform in EVERYWHERE
    }


# Names alone: the certificates are made once the tests run.
NAMES = [
    "good EC", "good RSA", "only TLS12", "only TLS13", "wildcard one level up", "wildcard two levels up", "expired", "not yet valid",
    "wrong host", "CN only", "no name at all", "self signed", "EKU of a client", "no EKU", "SHA1 leaf", "RSA1024 leaf", "826 days",
    "825 days", "unknown root", "unknown root served", "hole with AIA", "hole without AIA", "reversed", "superfluous",
    "SHA1 intermediate", "RSA1024 intermediate", "WoSign before", "WoSign after", "StartCom before", "StartCom after",
    "398 days, public", "399 days, public", "no EKU, public", "399 days, private", "only old TLS",
]  # fmt: skip

REFUSED: list[str] = []  # markers of the calls that were refused


def test_every_fault_of_the_lab_is_asked_for(faults):
    assert sorted(NAMES) == sorted(fault.name for fault in faults.all)


@pytest.mark.parametrize("mode", ["release", "debug"])
@pytest.mark.parametrize("name", NAMES)
def test_each_platform_gives_each_server_its_own_code(name, mode, faults, request):
    proxy = request.getfixturevalue(mode)
    fault = by_name(faults, name)
    for client in AGENTS:
        marker = f"/{mode}/{client}/{fault.host}"
        answer = ask(proxy, fault, client, marker)
        (record,) = recorded(proxy, marker)
        fails = fault.fails_for(client)
        refused = fails and mode == "release"
        if refused:
            assert (answer.kind, answer.status, answer.body) == ("network_error", None, b""), (client, answer)
        else:
            assert (answer.kind, answer.status) == ("answered", 200), (client, answer)
        if refused:
            REFUSED.append(marker)
        else:
            # It notes a request when it has answered it.
            assert fault.origin.wait_for(lambda _, marker=marker: faults.requests(marker) == 1), client
        assert record.client == client
        expected = {platform: {fault.code} if platform in fault.platforms else set() for platform in EVERYWHERE}
        assert violations(record) == expected
        assert (record.outcome, record.acted) == (("fail", "fail") if refused else ("success", "pass"))
        assert (record.release.outcome, record.debug.outcome) == ("fail" if fails else "success", "success")
        assert record.debug_only == fails
        certificate = [finding for finding in record.findings if finding.code.value.startswith("CERT_")]
        assert all("trust store: public-root.pem + 1 extra" in message_of(finding).en for finding in certificate)
        assert refused or set(record.tls["trust_stores"].values()) == {"public-root.pem + 1 extra"}


def test_no_origin_has_logged_a_request_that_was_refused(faults):
    """Asked after all others, when whatever was under way has arrived."""
    assert [marker for marker in REFUSED if faults.requests(marker)] == []


def test_observing_refuses_nothing_and_says_what_a_release_build_would_do(faults, observe):
    for fault in faults.all:
        assert ask(observe, fault, "unknown", "/observe").status == 200, fault.name
        (record,) = recorded(observe, fault.host + "/observe")
        assert (record.outcome, record.acted) == ("success", "pass")
        assert record.release.outcome == ("fail" if fault.platforms else "success"), fault.name


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
@pytest.mark.parametrize("name", ["expired", "hole with AIA", "only old TLS"])
def test_curl_sees_a_network_failure_and_no_502(name, http2, faults, release):
    fault = by_name(faults, name)
    answer = release.clients.curl(f"https://{fault.host}/curl", http2=http2, headers={"User-Agent": AGENTS["android"]})
    assert (answer.kind, answer.status, answer.body) == ("network_error", None, b""), answer
    assert faults.requests("/curl") == 0


def test_a_websocket_to_a_bad_certificate_is_refused(faults, start):
    fault = by_name(faults, "expired")
    hosts = f"appid: any\nscope: all\ndomains:\n  connectSocket: [wss://{fault.host}]\n"
    proxy = start("release")
    proxy.write_policy(hosts)
    proxy.program.wait_for_line("applies to new calls", timeout_s=10)
    answer = proxy.clients.websocket(f"wss://{fault.host}/socket", user_agent_header=AGENTS["android"])
    assert (answer.kind, answer.status) == ("network_error", None)
    assert faults.plain.messages == []
    (record,) = recorded(proxy, "/socket")
    assert (record.api, record.release.outcome) == ("connectSocket", "fail")
    assert violations(record)["android"] == {"CERT_EXPIRED"}
