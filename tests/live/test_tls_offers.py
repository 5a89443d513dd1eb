"""The handshake as each client offers it: servers that some of them have nothing in common with, live and in the probe."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from testenv.proxy import run_script
from testenv.recorded import recorded
from testenv.recorded import wait_until
from testenv.tls_cases import CASES
from testenv.tls_cases import EVERYWHERE
from testenv.tls_cases import NOT_OFFERED
from testenv.tls_servers import TlsServer
from testenv.tls_servers import needs_openssl

pytestmark = needs_openssl

AGENTS = {
    "ios": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0.50(0x18003237)",
    "android": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android",
    "devtools": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 wechatdevtools/1.06.2402040 MicroMessenger/8.0.5 Language/zh_CN",
}
# Systems that know no TLS 1.3, and how far up they go.
OLDER = {
    "Android 9": "Mozilla/5.0 (Linux; Android 9; V1838A) AppleWebKit/537.36 MicroMessenger/8.0.50 MiniProgramEnv/android",
    "iOS 12.1": "Mozilla/5.0 (iPhone; CPU iPhone OS 12_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/7.0.0(0x17000024)",
}
# Servers whose keyUsage allows to decipher alone: with which key exchange, and for whom that is a violation.
DECIPHERS = {
    "deciphers-ecdhe.example.com": (("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256"), {"android", "devtools"}),
    "deciphers-1-3.example.com": (("-tls1_3",), {"android", "devtools"}),
    "deciphers-rsa.example.com": (("-tls1_2", "-cipher", "AES128-GCM-SHA256"), set()),
}
ONE_AT_A_TIME = "one-at-a-time.example.com"
NAMES = [case.name for case in CASES]
CLIENT_CERTIFICATE = "TLS_CLIENT_CERTIFICATE"


@pytest.fixture(scope="module")
def servers(whole_lab, tmp_path_factory):
    """Each case's server, by its name."""
    started = {}
    for case in CASES:
        leaf = whole_lab.issuing.issue(case.host, key=case.key)
        started[case.name] = TlsServer(
            leaf, tmp_path_factory.mktemp("server"), *case.arguments, at_once=case.at_once
        ).start()
        whole_lab.place(case.host, 443, started[case.name])
    for host, (arguments, _) in DECIPHERS.items():
        leaf = whole_lab.issuing.issue(host, key="rsa2048", signs=False)
        started[host] = TlsServer(leaf, tmp_path_factory.mktemp("server"), *arguments).start()
        whole_lab.place(host, 443, started[host])
    chooses = named("P-521 preferred").arguments
    leaf = whole_lab.issuing.issue(ONE_AT_A_TIME, key="rsa2048")
    started[ONE_AT_A_TIME] = TlsServer(leaf, tmp_path_factory.mktemp("server"), *chooses).start()
    whole_lab.place(ONE_AT_A_TIME, 443, started[ONE_AT_A_TIME])
    yield started
    for server in started.values():
        server.stop()


def policy_for(mode):
    hosts = ", ".join(f"https://{host}" for host in (*(case.host for case in CASES), *DECIPHERS, ONE_AT_A_TIME))
    return f"appid: any\nscope: all\nmode: {mode}\ndomains:\n  request: [{hosts}]\n  downloadFile: [{hosts}]\n"


@pytest.fixture(scope="module")
def release(servers, shared_proxy):
    return shared_proxy(policy=policy_for("release"))


@pytest.fixture(scope="module")
def debug(servers, shared_proxy):
    return shared_proxy(policy=policy_for("debug"))


def named(name):
    return next(case for case in CASES if case.name == name)


def ask(proxy, case, client, mode):
    return ask_host(proxy, case.host, AGENTS[client], f"{mode}/{client}")


def ask_host(proxy, host, agent, place):
    marker = f"/{place}/{host}".replace(" ", "-")
    answer = proxy.clients.python_request(f"https://{host}{marker}", headers={"User-Agent": agent})
    # Where a server hangs up after the handshake, its client may learn of it before the session does.
    assert wait_until(lambda: recorded(proxy, marker)), f"no record of {marker}"
    (record,) = recorded(proxy, marker)
    return answer, record


def codes_for(record, client, **only):
    """The TLS codes of a record's findings that count for a platform."""
    return {
        finding.code.value
        for finding in record.findings
        if client in finding.platforms
        and finding.code.value.startswith("TLS_")
        and all(getattr(finding, name) == value for name, value in only.items())
    }


@pytest.mark.parametrize("client", AGENTS)
@pytest.mark.parametrize("name", NAMES)
def test_the_server_itself_answers_for_the_calling_client(name, client, release):
    case = named(name)
    answer, record = ask(release, case, client, "release")
    fails = client in case.fails
    assert codes_for(record, client, fails=True) == ({case.code} if fails else set()), record.findings
    assert (answer.status, record.release.outcome) == ((None, "fail") if fails else (200, "success"))
    # Debugging skips what a client checks, and not what it cannot speak.
    assert record.debug_only is (fails and (case.code == "TLS_TOO_OLD" or (client, case.code) == ("ios", NOT_OFFERED)))
    # What a client's own offer does not tell of the others is never said to pass.
    for other in EVERYWHERE - {client}:
        if other in case.fails:
            assert codes_for(record, other), (other, record.findings)


@pytest.mark.parametrize("system", OLDER)
def test_a_system_without_tls_1_3_is_not_offered_it(system, release):
    client = "android" if "Android" in system else "ios"
    answer, record = ask_host(release, named("TLS 1.3 only").host, OLDER[system], system)
    assert (answer.status, record.release.outcome) == (None, "fail")
    assert codes_for(record, client, fails=True) == {"TLS_TOO_NEW"}
    assert {each.data["platforms"] for each in record.findings if each.code == "TLS_TOO_NEW"} == {system}
    answer, record = ask_host(release, named("common ground").host, OLDER[system], system)
    assert (answer.status, record.tls["version"], codes_for(record, client)) == (200, "TLSv1.2", set())
    _, record = ask_host(release, named("TLS 1.1 only").host, OLDER[system], system)
    assert codes_for(record, client, fails=True) == {"TLS_TOO_OLD"}


@pytest.mark.parametrize("client", AGENTS)
@pytest.mark.parametrize("host", DECIPHERS)
def test_a_key_that_may_only_decipher_serves_static_rsa_alone(host, client, release):
    answer, record = ask_host(release, host, AGENTS[client], client)
    refusing = {
        platform
        for finding in record.findings
        if finding.code == "CERT_WRONG_PURPOSE" and finding.fails
        for platform in finding.platforms
    }
    if client == "ios" and host == "deciphers-rsa.example.com":
        assert answer.status is None and codes_for(record, client, fails=True) == {"TLS_NOT_OFFERED"}
        return
    assert refusing == DECIPHERS[host][1]
    assert (answer.status, record.release.outcome) == ((None, "fail") if client in refusing else (200, "success"))


def test_a_server_that_is_asked_again_holds_up_nobody_else(release):
    """mitmproxy 11 cannot set groups: a server that chose P-521 is asked once more, and this one serves one at a time."""
    agent = AGENTS["android"]
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask_host, release, ONE_AT_A_TIME, agent, "again")
        durations_s = []
        while not asked.done() or not durations_s:
            begun = time.monotonic()
            ask_host(release, named("common ground").host, agent, f"beside-{len(durations_s)}")
            durations_s.append(time.monotonic() - begun)
        answer, record = asked.result()
    assert (answer.status, record.release.outcome) == (200, "success")
    assert max(durations_s) < 0.7, durations_s


@pytest.mark.parametrize("name", NAMES)
def test_with_debugging_on_everything_is_offered_and_nothing_claimed(name, debug):
    case = named(name)
    answer, record = ask(debug, case, "android", "debug")
    if case.code == CLIENT_CERTIFICATE:
        # No switch gives a client a certificate.
        assert answer.status is None and codes_for(record, "android", fails=True) == {CLIENT_CERTIFICATE}
        assert not record.debug_only and record.debug.outcome == "fail"
        return
    if name == "P-521 key":
        # Nor one the means to read a signature.
        assert answer.status is None and codes_for(record, "android", fails=True) == {case.code}
        assert not record.debug_only and record.debug.outcome == "fail"
        return
    assert answer.status == 200
    fails = codes_for(record, "android", fails=True)
    # A version tells by itself that no client of Android takes it.
    assert fails == ({case.code} if case.code == "TLS_TOO_OLD" else set())
    if case.code == "TLS_NOT_OFFERED":
        lacking = EVERYWHERE & case.fails
        told = {platform for platform in EVERYWHERE if codes_for(record, platform, status="not_observable")}
        assert told == lacking


def test_a_note_says_where_a_certificate_is_asked_for_and_not_needed(release):
    _, record = ask(release, named("client certificate if any"), "ios", "note")
    notes = [finding for finding in record.findings if finding.code.value == CLIENT_CERTIFICATE]
    assert [finding.severity for finding in notes] == ["note"]


@pytest.mark.parametrize("name", NAMES)
def test_the_probe_asks_as_each_client(name, servers, whole_lab, tmp_path):
    case = named(name)
    done = run_script(
        "policy.py", "--lang", "en", "probe", case.host, "--connect", f"127.0.0.1:{servers[name].port}",
        "--extra-root", whole_lab.write_root(tmp_path),
    )  # fmt: skip
    rows = {
        line.split()[0]: line.split()[1:]
        for line in done.stdout.splitlines()
        if "trust store" not in line and line.strip()
    }
    shown = {"ios": "iOS", "android": "Android", "devtools": "devtools"}
    for platform in EVERYWHERE:
        verdict, *codes = rows[shown[platform]]
        if platform in case.fails:
            expected = (
                "TLS_NO_FORWARD_SECRECY" if "TLS_NO_FORWARD_SECRECY" in codes and platform == "ios" else case.code
            )
            assert verdict == "fails" and expected in codes, done.stdout
        elif name == "TLS 1.3 only" and platform == "android":
            assert (verdict, codes) == ("may", ["fail", "TLS_TOO_NEW"]), done.stdout
        elif name == "P-521 group in 1.3" and platform == "android":
            assert verdict in ("fails", "may")
        else:
            assert verdict in ("passes", "may") and "TLS_NOT_OFFERED" not in codes, done.stdout
    assert done.returncode == (1 if case.fails else 0)
