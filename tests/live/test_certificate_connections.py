"""One connection after another to the same host: each is judged, and each call by the policy in force when it began."""

import textwrap
from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest

from testenv import h2client
from testenv.kept_alive import KeptAlive
from testenv.kept_alive import KeptAliveHttp2
from testenv.recorded import codes
from testenv.recorded import one_record
from testenv.recorded import recorded
from testenv.recorded import wait_until
from wxlab.origin import Origin

HOST = "turning.example.com"
OTHER = "api.example.com"
CLIENTS = {"HTTP/1.1": KeptAlive, "HTTP/2": KeptAliveHttp2}
every_version = pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
APPID = "wx0123456789abcdef"


def policy(mode, scope="all"):
    return f"appid: {APPID}\nscope: {scope}\nmode: {mode}\ndomains:\n  request: [https://{HOST}, https://{OTHER}]\n  downloadFile: [https://{HOST}, https://{OTHER}]\n"


@pytest.fixture
def turning(lab):
    """An origin of a good certificate that can come back with a bad one: ``turning.good``, ``turning.bad``."""
    origin = Origin(lab.issuing.issue(HOST))
    origin.good = lab.issuing.issue(HOST)
    origin.bad = lab.issuing.issue(HOST, not_after=datetime.now(UTC) - timedelta(days=1))
    lab.place(HOST, 443, origin.start())
    yield origin
    origin.stop()


def come_back(origin, leaf):
    """The origin goes away with all its connections and comes back on the same port with another certificate."""
    origin.stop()
    origin.present(leaf)
    origin.start()


def put_in_force(proxy, text):
    before = proxy.output.count("applies to new calls")
    proxy.write_policy(text)
    assert wait_until(lambda: proxy.output.count("applies to new calls") > before, timeout_s=10), proxy.output


@every_version
def test_an_origin_that_comes_back_with_a_bad_certificate_is_refused(client, turning, start_proxy):
    proxy = start_proxy(policy=policy("release"))
    app = client(proxy, HOST)
    assert [app.get("/first").status, app.get("/second").status] == [200, 200]
    assert turning.connections == 1, "kept alive"
    come_back(turning, turning.bad)
    # A call to another host goes round the proxy meanwhile: it has heard that the connection ended.
    assert proxy.clients.python_request(f"https://{OTHER}/between").status == 200
    answer = app.get("/after-it-came-back")
    assert (answer.kind, answer.status) == ("network_error", None)
    assert turning.wait_for(lambda origin: origin.connections == 2)
    assert turning.paths() == ["/first", "/second"]
    assert codes(one_record(proxy, "/after-it-came-back"))[-1] == "CERT_EXPIRED"
    come_back(turning, turning.good)
    again = client(proxy, HOST)
    assert again.get("/fixed").status == 200
    for opened in (app, again):
        opened.close()


@every_version
def test_what_a_debug_session_let_through_serves_no_release_call(client, turning, start_proxy):
    turning.present(turning.bad)
    proxy = start_proxy(policy=policy("debug"))
    app = client(proxy, HOST)
    assert app.get("/in-debug").status == 200
    put_in_force(proxy, policy("release"))
    answer = app.get("/in-release")
    assert (answer.kind, answer.status) == ("network_error", None)
    put_in_force(proxy, policy("debug"))
    assert app.get("/in-debug-again").status == 200
    put_in_force(proxy, policy("observe"))
    assert app.get("/observed").status == 200
    assert turning.paths() == ["/in-debug", "/in-debug-again", "/observed"]
    modes = {
        record.url.rpartition("/")[2]: (record.mode, record.acted, record.release.outcome)
        for record in recorded(proxy, HOST)
    }
    assert modes == {
        "in-debug": ("debug", "pass", "fail"),
        "in-release": ("release", "fail", "fail"),
        "in-debug-again": ("debug", "pass", "fail"),
        "observed": ("observe", "pass", "fail"),
    }
    app.close()


def test_two_devices_at_the_same_time_are_each_judged_by_the_mode_in_which_they_called(turning, start_proxy):
    turning.present(turning.bad)
    proxy = start_proxy(policy=policy("debug"))
    one, two = KeptAlive(proxy, HOST), KeptAlive(proxy, HOST, source="127.0.0.2")
    one.begin("/slow?ms=800&from=one")
    # A call is taken with its policy before its connection is made.
    assert turning.wait_for(lambda origin: origin.connections == 1)
    put_in_force(proxy, policy("release"))
    assert two.get("/from-two").failed
    assert one.end().status == 200
    assert one.get("/from-one-again").failed
    devices = {(record.device, record.mode, record.acted) for record in recorded(proxy, HOST)}
    assert devices == {
        ("127.0.0.1", "debug", "pass"),
        ("127.0.0.2", "release", "fail"),
        ("127.0.0.1", "release", "fail"),
    }
    assert [path for path in turning.paths() if "slow" not in path] == []
    for app in (one, two):
        app.close()


@every_version
def test_an_old_refusal_does_not_explain_a_later_failure(client, turning, start_proxy):
    turning.present(turning.bad)
    proxy = start_proxy(policy=policy("release"))
    app = client(proxy, HOST)
    assert app.get("/refused").failed
    turning.stop()
    assert (KeptAlive(proxy, HOST) if client is KeptAlive else app).get("/nobody-there").failed
    assert codes(one_record(proxy, "/refused"))[-1] == "CERT_EXPIRED"
    assert codes(one_record(proxy, "/nobody-there"))[-1] == "NETWORK_ERROR"
    assert "CERT_EXPIRED" not in codes(one_record(proxy, "/nobody-there"))
    app.close()


def test_all_streams_that_wait_for_a_bad_certificate_are_reset(turning, start_proxy):
    turning.present(turning.bad)
    proxy = start_proxy(policy=policy("release"))
    requests = [h2client.get(HOST, f"/stream-{number}") for number in range(5)]
    refused = proxy.clients.h2_streams(f"{HOST}:443", requests)
    assert {answer.kind for answer in refused} == {"network_error"}
    assert all(answer.error.startswith("reset: ") for answer in refused), refused
    assert turning.paths() == []
    records = recorded(proxy, "/stream-")
    assert len(records) == 5 and all("CERT_EXPIRED" in codes(record) for record in records)


# Our own bugs


@pytest.mark.parametrize("mode", ["release", "debug", "observe"])
def test_a_bug_of_the_judge_refuses_the_call_unless_it_only_watches(mode, turning, start_proxy, tmp_path):
    script = tmp_path / "break_the_judge.py"
    script.write_text(
        textwrap.dedent(f"""
        import wxgate.connections.upstreams as upstreams
        rightly = upstreams.judge
        def judge(chain, handshake, *more):
            if handshake.host == "{HOST}":
                raise RuntimeError("a bug for the test")
            return rightly(chain, handshake, *more)
        upstreams.judge = judge
        """),
        "utf-8",
    )
    proxy = start_proxy(policy=policy(mode), mitmproxy=("-s", str(script)))
    app = KeptAlive(proxy, HOST)
    answers = [app.get("/broken-1"), app.get("/broken-2")]
    passes = mode == "observe"
    assert [answer.status for answer in answers] == ([200, 200] if passes else [None, None])
    assert turning.paths() == (["/broken-1", "/broken-2"] if passes else [])
    for record in recorded(proxy, "/broken-"):
        assert "INTERNAL_ERROR" in codes(record)
        assert (record.acted, record.release.outcome, record.debug.outcome) == (
            "pass" if passes else "fail",
            "fail",
            "fail",
        )
    assert proxy.clients.python_request(f"https://{OTHER}/others-go-on").status == 200


# Scope and addresses


def test_traffic_out_of_scope_passes_whatever_its_certificate(turning, start_proxy):
    turning.present(turning.bad)
    proxy = start_proxy(policy=policy("release", scope="miniprogram"))
    app = KeptAlive(proxy, HOST)
    assert app.get("/out-of-scope").status == 200
    # The same connection must not serve the mini-program's own call.
    referer = {"Referer": f"https://servicewechat.com/{APPID}/0/page-frame.html"}
    assert app.get("/in-scope", referer).failed
    assert app.get("/out-of-scope-again").status == 200
    assert turning.paths() == ["/out-of-scope", "/out-of-scope-again"]
    (record,) = recorded(proxy, HOST)
    assert codes(record) == ["CERT_EXPIRED"]
    app.close()


@pytest.mark.parametrize(("address", "code"), [("203.0.113.7", None), ("203.0.113.8", "CERT_NAME_MISMATCH")])
def test_an_ip_address_is_judged_by_its_own_kind_of_name(address, code, lab, start_proxy):
    with Origin(lab.issuing.issue("203.0.113.7")) as by_address:
        lab.place(address, 443, by_address)
        debug = start_proxy(policy=policy("debug"))
        assert debug.clients.python_request(f"https://{address}/by-address").status == 200
        record = one_record(debug, "/by-address")
        certificate = [finding.code.value for finding in record.findings if finding.code.value.startswith("CERT_")]
        assert certificate == ([code] if code else [])
        assert codes(record)[0] == "HOST_IS_IP"
        assert debug.stop() == 0
        release = start_proxy(policy=policy("release"))
        assert release.clients.python_request(f"https://{address}/by-address").failed
        assert codes(one_record(release, "/by-address"))[0] == "HOST_IS_IP"
        assert by_address.connections == 1, "the refused call made none"
