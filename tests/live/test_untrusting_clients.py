"""Clients that refuse the proxy's certificate are noticed, and left alone where nothing is lost by it."""

import ssl

import pytest

from testenv.clients import Clients
from testenv.enforcing import FIXED
from testenv.enforcing import PHONE_POLICY as POLICY
from testenv.rawserver import connect_through
from testenv.recorded import facts
from testenv.recorded import wait_until
from wxgate.connections.client_trust import REFUSALS_BEFORE_PASSING


@pytest.fixture
def untrusting(lab):
    """A context that trusts the lab's origins, as an app that ignores what the user installed."""
    context = ssl.create_default_context(cadata=lab.root.cert_pem.decode())
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def refuse(proxy, host, context):
    """A handshake with an app that trusts its own roots alone; its answer, or None where it refused ours."""
    try:
        with (
            connect_through(proxy.port, f"{host}:443") as sock,
            context.wrap_socket(sock, server_hostname=host) as tunnel,
        ):
            issuer = dict(pair[0] for pair in tunnel.getpeercert()["issuer"])["commonName"]
            tunnel.sendall(f"GET /own HTTP/1.1\r\nHost: {host}\r\nReferer: {FIXED}\r\n\r\n".encode())
            return issuer, tunnel.recv(65536)
    except ssl.SSLCertVerificationError:
        return None


def test_a_client_that_refuses_twice_is_left_alone_for_hosts_that_are_not_listed(shared_proxy, lab, untrusting):
    proxy = shared_proxy(policy=POLICY)
    host = "unlisted.example.com"
    for _ in range(REFUSALS_BEFORE_PASSING):
        assert refuse(proxy, host, untrusting) is None
    assert lab.origin.connections == 0
    issuer, answer = refuse(proxy, host, untrusting)
    assert issuer == "Lab issuing CA" and answer.startswith(b"HTTP/1.1 200")
    for _ in range(REFUSALS_BEFORE_PASSING + 2):
        assert refuse(proxy, "api.example.com", untrusting) is None
    assert {seen.sni for seen in lab.origin.requests} == {host}
    assert wait_until(lambda: facts(proxy).passed_unopened == (host,))
    refusals = {f"127.0.0.1 {host}": 2, "127.0.0.1 api.example.com": 4}
    assert wait_until(lambda: facts(proxy).untrusting == refusals), facts(proxy)


def test_a_client_that_once_trusted_is_looked_into_all_the_same(shared_proxy, lab, untrusting):
    """Two apps of one phone: the one that pins must not hide the calls of the one that does not."""
    proxy = shared_proxy(policy=POLICY)
    host = "unlisted.example.com"
    assert proxy.clients.python_request(f"https://{host}/trusting").status == 200
    for _ in range(REFUSALS_BEFORE_PASSING + 1):
        assert refuse(proxy, host, untrusting) is None
    assert proxy.clients.python_request(f"https://{host}/mine", headers={"Referer": FIXED}).failed


def test_where_every_call_counts_nothing_is_forwarded_unopened(shared_proxy, lab, untrusting):
    proxy = shared_proxy(policy=POLICY, arguments=("--scope", "all"))
    for _ in range(REFUSALS_BEFORE_PASSING + 2):
        assert refuse(proxy, "unlisted.example.com", untrusting) is None
    assert lab.origin.connections == 0
    assert wait_until(lambda: facts(proxy).untrusting == {"127.0.0.1 unlisted.example.com": 4}), proxy.output
    assert facts(proxy).passed_unopened == ()


@pytest.mark.parametrize("client", ["curl", "node_https", "chromium"])
def test_a_real_client_that_refuses_is_noticed(shared_proxy, lab, client, tmp_path):
    proxy = shared_proxy(policy=POLICY)
    stranger = Clients(proxy.port, lab.stranger.write(tmp_path))
    for _ in range(3):
        assert getattr(stranger, client)("https://unlisted.example.com/").failed
    assert wait_until(lambda: facts(proxy).untrusting.get("127.0.0.1 unlisted.example.com", 0) >= 1), proxy.output
    # Whoever sits at the terminal need not wait for the report to learn it, and hears it once.
    assert proxy.output.count("does not trust the proxy's certificate") == 1
