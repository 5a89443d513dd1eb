"""A permit is asked anew for each call, whatever was asked for on the command line, and of a call that is made again too."""

from contextlib import suppress
from functools import partial

import pytest

from testenv.elsewhere import FAULTS
from testenv.elsewhere import HOST
from testenv.elsewhere import POLICY
from testenv.elsewhere import OwnConfdir
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

ROOT_POLICY = POLICY + "certificates: {{trust: '{root}'}}\n"
CLIENTS = pytest.mark.parametrize("client", [KeptAlive, KeptAliveHttp2], ids=["HTTP/1.1", "HTTP/2"])


def is_recorded(proxy, mark):
    return bool(recorded(proxy, mark))


@CLIENTS
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
        assert wait_until(lambda: "applies to new calls" in proxy.output, timeout_s=10), proxy.output
        assert app.get("/after").kind == "network_error"
        assert (origin.paths(), origin.connections) == (["/before"], 1)
        app.close()
    assert codes(recorded(proxy, "/after")[0]) == ["CERT_UNTRUSTED_ROOT"]


@pytest.fixture(scope="module")
def edited(shared_proxy):
    return shared_proxy(policy=POLICY)


@CLIENTS
@pytest.mark.parametrize(
    "fault", [fault if fault == "CERT_SELF_SIGNED" else pytest.param(fault, marks=pytest.mark.slow) for fault in FAULTS]
)
def test_what_debug_let_pass_is_refused_once_the_policy_says_release(edited, lab, client, fault):
    proxy = edited

    def save(mode):
        output = len(proxy.output)
        proxy.write_policy(POLICY.replace("mode: release", f"mode: {mode}"))
        assert wait_until(lambda: "applies to new calls" in proxy.output[output:], timeout_s=10), proxy.output

    with Origin(FAULTS[fault](lab)) as origin:
        lab.place(HOST, 443, origin)
        lab.write_map(proxy.map)
        save("debug")
        app, mark = client(proxy, HOST), f"-{client.__name__}-{fault}"
        assert app.get(f"/before{mark}").status == 200
        save("release")
        assert app.get(f"/after{mark}").kind == "network_error"
        assert (origin.paths(), origin.connections) == ([f"/before{mark}"], 1)
        app.close()
    assert fault in codes(recorded(proxy, f"/after{mark}")[0])


# What is asked for on the command line


@pytest.mark.parametrize(
    ("name", "value", "by_file"),
    [
        ("ignore_hosts", HOST, False),
        pytest.param("ignore_hosts", ".*", True, marks=pytest.mark.slow),
        pytest.param("allow_hosts", "other[.]example[.]org", False, marks=pytest.mark.slow),
        pytest.param("tcp_hosts", HOST, False, marks=pytest.mark.slow),
    ],
)
def test_what_passes_because_of_an_option_is_counted_and_said_first(shared_proxy, lab, name, value, by_file):
    if by_file:
        proxy = shared_proxy(kind=OwnConfdir, policy=POLICY, config=f"{name}: ['{value}']\n")
    else:
        proxy = shared_proxy(policy=POLICY, mitmproxy=(f"--{name.replace('_', '-')}", value))
    # Raw TCP is spoken inside of the proxy's own TLS, all else passes with the origin's.
    trusted = proxy.ca_pem if name == "tcp_hosts" else proxy.root
    with open_tunnel(proxy.port, trusted, f"{HOST}:443") as sock:
        sock.sendall(b"GET /by-option HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
    assert wait_until(lambda: facts(proxy).passed_by_option == {f"{name} {HOST}": 1}), facts(proxy).passed_by_option
    report = run_script("report.py", proxy.session, "--lang", "en").stdout.splitlines()
    head = " ".join(report[: report.index("")])
    assert f"because of the option {name}, 1 connection to {HOST} passed unjudged" in head
    assert recorded(proxy) == []


def test_an_option_that_the_gates_stand_on_is_set_back_and_said(start_proxy, lab):
    proxy = start_proxy(
        policy=POLICY, mitmproxy=("--set", "connection_strategy=eager", "--set", "validate_inbound_headers=false")
    )
    assert "connection_strategy=eager has no effect" in proxy.output
    assert "validate_inbound_headers=False has no effect" in proxy.output
    assert proxy.clients.curl("https://unlisted.example.com/").kind == "network_error"
    assert lab.origin.connections == 0


# Client replay


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


# What is no call


@pytest.mark.parametrize("leaf", ["good", "self-signed"])
def test_what_is_framed_like_mmtls_reaches_nobody_inside_of_tls(edited, lab, leaf):
    served = lab.issuing.issue(HOST) if leaf == "good" else self_signed(HOST)
    with RawServer(http_answer, served) as server:
        lab.place(HOST, 443, server)
        lab.write_map(edited.map)
        with open_tunnel(edited.port, edited.ca_pem, f"{HOST}:443", alpn=(), timeout_s=3) as sock:
            sock.sendall(b"\x16\xf1\x04\x00\x05hello")
            with suppress(OSError):
                assert sock.recv(100) == b""
        assert [each for each in server.received if each] == []
