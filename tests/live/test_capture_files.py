"""Captures in and out: what was recorded live is judged the same offline, and other people's tools read and write it."""

import json

import pytest

from testenv import har_tools
from testenv.captures import API
from testenv.captures import CERTIFICATE
from testenv.captures import DOMAIN
from testenv.captures import FAULTY
from testenv.captures import POLICY
from testenv.captures import checked
from testenv.captures import verdicts
from testenv.har_rules import mistakes_of
from testenv.proxy import run_script
from testenv.recorded import recorded
from testenv.recorded import wait_recorded
from wxpolicy.catalogue import entry
from wxpolicy.finding import Code
from wxpolicy.finding import Family

SECRETS = ("S3cr3tCookie", "S3cr3tToken", "S3cr3tQuery", "S3cr3tBody", "13800138000")


def make_calls(clients):
    """Calls of every outcome: good, refused for their domain, a redirect, their certificate; text in GBK; a socket."""
    secret = {"Cookie": "sid=S3cr3tCookie", "Authorization": "Bearer S3cr3tToken"}
    clients.curl(f"{API}/json", headers=secret, http2=True)
    clients.curl(f"{API}/charset?name=gbk&declared=gbk&token=S3cr3tQuery&tel=13800138000")
    clients.curl(f"{API}/charset?name=gb18030&declared=&coding=gzip")
    clients.curl(
        f"{API}/echo", method="POST", data=b'{"appsecret": "S3cr3tBody"}', headers={"content-type": "application/json"}
    )
    clients.curl(f"{API}/status/404")
    clients.curl(f"{API}/image.png")
    clients.curl(f"{API}/bytes?n=2000000")
    clients.curl(f"{API}/declared", headers={"X-Miniprogram-Api": "downloadFile"})
    clients.curl("https://unlisted.example.com/json")
    clients.curl("http://api.example.com/plain")
    clients.curl("https://192.168.1.9/address")
    clients.curl(f"{API}/redirect?to=https://unlisted.example.com/hop")
    for host in FAULTY:
        clients.curl(f"https://{host}/json")
    clients.websocket("wss://ws.example.com/ws", messages=("你好", b"\x00\xff"))
    clients.websocket("wss://unlisted.example.com/ws")
    clients.websocket("wss://api.example.com/wrong-category")
    # One tunnel, another Host: what a URL alone does not tell.
    clients.bytes_in_tunnel("api.example.com:443", b"GET /other-host HTTP/1.1\r\nHost: unlisted.example.com\r\n\r\n")


CALLS = 19


@pytest.fixture(scope="module", params=["release", "debug"])
def session(request, shared_proxy, lab_root):
    """A session of ``make_calls`` that has ended, with its policy."""
    proxy = shared_proxy(policy=POLICY.replace("ROOT", str(lab_root)), arguments=("--mode", request.param))
    make_calls(proxy.clients)
    wait_recorded(proxy, "", CALLS)
    proxy.stop()
    return proxy


@pytest.fixture(scope="module")
def lab_root(whole_lab, tmp_path_factory):
    return whole_lab.write_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def har(session):
    path = session.folder / "session.har"
    done = run_script("report.py", session.session, "--format", "har", "--output", path)
    assert (done.returncode, done.stderr) == (0, "")
    return path


def live(session):
    return verdicts([record.as_json("en") | {"url": record.url} for record in recorded(session)], DOMAIN)


@pytest.mark.parametrize("source", ["session", "har", "flows.mitm"])
def test_offline_gives_the_domain_verdicts_of_live(session, har, source):
    path = {"session": session.session, "har": har, "flows.mitm": session.session / "flows.mitm"}[source]
    offline = verdicts(checked(path, session.policy, "--with-secrets"), DOMAIN)
    expected = live(session)
    if source == "har":  # its URLs are masked, the record in it too
        expected = {
            (method, url.replace("S3cr3tQuery", "***").replace("13800138000", "***")): each
            for (method, url), each in expected.items()
        }
    if source == "flows.mitm":  # a handshake that was refused is in the record alone
        expected = {key: (found, None) for key, (found, _) in expected.items()}
        offline = {key: (found, None) for key, (found, _) in offline.items()}
    assert offline == expected
    assert {code for found, _ in expected.values() for code, _ in found} >= {
        "DOMAIN_NOT_LISTED", "SCHEME_NOT_SECURE", "HOST_IS_IP", "REDIRECT_NOT_LISTED", "DOMAIN_WRONG_CATEGORY",
    }  # fmt: skip


# What a capture file may tell otherwise than the record of the live call, and why. All else must be the same.
MAY_DIFFER = {
    "flows.mitm": {
        "mode": "a flow does not tell the mode of the proxy",
        "acted": "a flow does not tell who ended it but by its error",
        "started_at": "taken from mitmproxy's own timestamps",
        "duration_ms": "taken from mitmproxy's own timestamps",
        "queued_ms": "waiting for a slot leaves no trace in a flow",
        "tls": "the trust stores of the live run are not in a flow",
        "findings": "see FINDINGS_MAY_DIFFER",
        "release": "follows from the findings",
        "debug": "follows from the findings",
        "debug_only": "follows from the findings",
        "encoding": "a body that was not kept cannot be read again",
        "errno": "an error that the gate did not write down",
        "errmsg": "an error that the gate did not write down",
        "outcome": "an error that the gate did not write down",
        "http_status": "the gate may end a call whose answer had begun",
        "response_bytes": "a body that was cut is kept as far as it came",
    },
    "har without its records": {
        "id": "a HAR numbers its entries",
        "device": "a HAR names no client",
        "started_at": "a HAR's time has milliseconds",
        "url": "secrets in it are masked",
        "version": "the Referer is that of the call as it left",
    },
}
MAY_DIFFER["har without its records"] |= MAY_DIFFER["flows.mitm"] | {
    "request_bytes": "a body is masked or left out",
    "appid": "as version",
    "api": "the header that declared it was taken off before the call left",
    "apis": "as api",
    "api_confidence": "as api",
}
# Codes that the capture cannot show, or shows for another reason.
FINDINGS_MAY_DIFFER = CERTIFICATE | {
    code.value for code in Code if entry(code).family in (Family.BEHAVIOUR, Family.RESPONSE, Family.OURS)
}


@pytest.mark.parametrize("source", MAY_DIFFER)
def test_what_a_capture_may_tell_otherwise_is_listed_with_its_reason(session, har, tmp_path, source):
    path = session.session / "flows.mitm"
    if source == "har without its records":
        path = tmp_path / "stripped.har"
        document = json.loads(har.read_text("utf-8"))
        for each in document["log"]["entries"]:
            del each["_miniprogram"]
        path.write_text(json.dumps(document), "utf-8")
    expected = {(record.method, masked(record.url)): record.as_json("en") for record in recorded(session)}
    found = {(each["method"], masked(each["url"])): each for each in checked(path, session.policy, "--with-secrets")}
    assert len(found) >= len(expected) - 2, "sockets and refused tunnels may lack in a HAR"
    differing = {
        name
        for key, offline in found.items()
        if key in expected
        for name in offline
        if expected[key][name] != offline[name]
    }
    assert differing <= set(MAY_DIFFER[source])
    for key in found.keys() & expected.keys():
        codes = [
            {each["code"] for each in side["findings"] if each["code"] not in FINDINGS_MAY_DIFFER}
            for side in (expected[key], found[key])
        ]
        assert codes[0] == codes[1], key


def masked(url):
    return url.replace("S3cr3tQuery", "***").replace("13800138000", "***")


def test_certificates_are_judged_again_where_the_flows_hold_them(session):
    """In debug mode the handshakes went through and their chains are in flows.mitm; in release they were refused."""
    offline = verdicts(checked(session.session / "flows.mitm", session.policy), CERTIFICATE)
    went_through = "debug" in session.arguments
    for host, code in zip(FAULTY, ("CERT_EXPIRED", "CERT_CHAIN_INCOMPLETE", "CERT_SELF_SIGNED"), strict=True):
        found, _ = offline["GET", f"https://{host}/json"]
        assert (code in {each for each, _ in found}) is went_through, host
    assert offline["GET", f"{API}/status/404"] == ([], None)


def test_what_a_recorded_handshake_showed_is_kept(session, har):
    for path in (session.session, har):
        offline = verdicts(checked(path, session.policy), CERTIFICATE)
        for host, code in zip(FAULTY, ("CERT_EXPIRED", "CERT_CHAIN_INCOMPLETE", "CERT_SELF_SIGNED"), strict=True):
            assert code in {each for each, _ in offline["GET", f"https://{host}/json"][0]}


def test_the_exit_status_and_the_formats(session):
    texts = {}
    for how in ("text", "json", "junit", "html"):
        done = run_script("check.py", session.session, "--policy", session.policy, "--format", how, "--lang", "zh")
        assert (done.returncode, done.stderr) == (1, "")
        texts[how] = done.stdout
    assert all("DOMAIN_NOT_LISTED" in text for text in texts.values())
    assert len(json.loads(texts["json"])["calls"]) == CALLS
    assert run_script("check.py", session.session, "--policy", session.policy, "--fail-on", "never").returncode == 0


def test_another_policy_gives_another_verdict_offline(session, tmp_path):
    """What an edit of policy.yaml would change is known before a phone is taken up again."""
    path = tmp_path / "policy.yaml"
    path.write_text(
        session.policy.read_text().replace(
            "[https://api.example.com,", "[https://api.example.com, https://unlisted.example.com,"
        )
    )
    record = next(each for each in checked(session.session, path) if each["url"] == "https://unlisted.example.com/json")
    assert record["release"]["outcome"] == "success"


def test_a_broken_file_is_judged_as_far_as_it_goes(har, session, tmp_path):
    cut = tmp_path / "cut.har"
    data = har.read_bytes()
    cut.write_bytes(data[: len(data) // 2])
    done = run_script(
        "check.py", cut, tmp_path / "none.har", "--policy", session.policy, "--format", "jsonl", "--lang", "en"
    )
    assert done.returncode == 2
    assert 0 < len(done.stdout.splitlines()) < CALLS
    assert (
        "cut.har:" in done.stderr and "the file ends here" in done.stderr and "none.har cannot be read" in done.stderr
    )


# Out


def test_the_har_holds_every_call_and_no_secret(har, session):
    text = har.read_text("utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    document = json.loads(text)
    assert mistakes_of(document) == []
    entries = {each["_miniprogram"]["url"].removeprefix(API): each for each in document["log"]["entries"]}
    assert len(document["log"]["entries"]) == CALLS
    assert "你好，小程序" in entries["/charset?name=gb18030&declared=&coding=gzip"]["response"]["content"]["text"]
    socket = entries["wss://ws.example.com/ws"]
    assert [(each["type"], each["data"]) for each in socket["_webSocketMessages"]] == [
        ("send", "你好"), ("receive", "你好"), ("send", "AP8="), ("receive", "AP8="),
    ]  # fmt: skip
    assert entries["/bytes?n=2000000"]["response"]["content"]["size"] == 2_000_000
    refused = entries["https://unlisted.example.com/json"]
    if "release" in session.arguments:
        assert (refused["response"]["status"], refused["response"]["_error"]) == (
            0,
            "request:fail url not in domain list:unlisted.example.com",
        )
    else:
        assert refused["response"]["status"] == 200 and refused["_miniprogram"]["debug_only"]


def test_secrets_are_kept_where_they_are_asked_for(session):
    done = run_script("report.py", session.session, "--format", "har", "--with-secrets")
    assert not [secret for secret in SECRETS if secret not in done.stdout]


def test_the_har_is_valid_by_the_published_schema(har):
    assert har_tools.validate(har) == {"valid": True, "errors": []}


def test_a_page_is_replayed_from_the_har_alone(har):
    urls = [
        f"{API}/json",
        f"{API}/charset?name=gb18030&declared=&coding=gzip",
        f"{API}/status/404",
        f"{API}/never-called",
    ]
    json_answer, gbk, missing, unknown = har_tools.replay(har, urls)
    assert json_answer["status"] == 200 and "你好，小程序" in json_answer["text"]
    assert gbk["status"] == 200 and "你好，小程序" in gbk["text"]
    assert missing["status"] == 404
    assert unknown["status"] is None
