"""``hosts:`` and ``--connect``: a name lives elsewhere for the proxy alone, and is judged by the name."""

import pytest

from testenv.foreign import ARGUMENTS
from testenv.foreign import Device
from testenv.foreign import until_end
from testenv.proxy import POLICY
from testenv.rawserver import RawServer
from testenv.rawserver import http_answer
from testenv.recorded import wait_until
from wxlab.origin import Origin

NAME = "api.example.com"
SOCKET = "ws.example.com"


@pytest.fixture
def good(whole_lab):
    """A server of its own on loopback with the name's certificate."""
    with Origin(whole_lab.issuing.issue(NAME, SOCKET)) as origin:
        yield origin


@pytest.fixture
def bad(whole_lab):
    with Origin(whole_lab.issuing.issue("other.example.com")) as origin:
        yield origin


def hosts(**places):
    told = ", ".join(f"{name.replace('_', '.')}: 127.0.0.1:{port}" for name, port in places.items())
    return POLICY + f"hosts: {{{told}}}\n"


def save(proxy, text):
    said = proxy.output.count("applies to new calls")
    proxy.write_policy(text)
    assert wait_until(lambda: proxy.output.count("applies to new calls") > said), proxy.output


def codes(record):
    return [finding["code"] for finding in record["findings"] if finding["severity"] == "violation"]


CLIENTS = {
    "HTTP/1.1": lambda clients: clients.python_request(f"https://{NAME}/json").status == 200,
    "HTTP/2": lambda clients: clients.curl(f"https://{NAME}/json").status == 200,
    "WebSocket": lambda clients: clients.websocket(f"wss://{SOCKET}/ws").status == 101,
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_name_is_connected_to_where_the_policy_says(start_proxy, good, client):
    proxy = start_proxy(policy=hosts(api_example_com=good.port, ws_example_com=good.port))
    assert CLIENTS[client](proxy.clients)
    assert good.wait_requests(1)
    proxy.stop()
    (record,) = proxy.records()
    assert codes(record) == [] and record["tls"]["connected_to"] == f"127.0.0.1:{good.port}"
    assert proxy.output.count(f"hosts    {NAME} is at 127.0.0.1:{good.port}") == 1
    assert f"{NAME} -> 127.0.0.1:{good.port}" in proxy.output.rpartition("1 call")[2]
    assert "another addon" not in proxy.output  # nothing but the policy has moved it


def test_plain_http_says_where_it_went_too(start_proxy, whole_lab):
    with Origin() as plain:
        policy = f"appid: any\nscope: all\nmode: debug\ndomains: {{}}\nhosts: {{{NAME}: 127.0.0.1:{plain.port}}}\n"
        proxy = start_proxy(policy=policy)
        assert proxy.clients.python_request(f"http://{NAME}/json").status == 200
        proxy.stop()
    (record,) = proxy.records()
    assert (record["tls"]["connected_to"], record["tls"]["version"]) == (f"127.0.0.1:{plain.port}", None)


def test_behind_an_upstream_proxy_hosts_does_nothing_and_says_so(start_proxy, start_bare_proxy, good, lab):
    upstream = start_bare_proxy()
    lab.write_map(upstream.map)
    proxy = start_proxy(
        policy=hosts(api_example_com=good.port), mitmproxy=("--mode", f"upstream:http://127.0.0.1:{upstream.port}")
    )
    assert "hosts in the policy has no effect on calls through the upstream proxy" in proxy.output
    proxy.clients.python_request(f"https://{NAME}/json")
    assert not good.requests


@pytest.mark.parametrize("client", CLIENTS)
def test_a_bad_certificate_is_judged_by_the_name(start_proxy, bad, client):
    proxy = start_proxy(policy=hosts(api_example_com=bad.port, ws_example_com=bad.port))
    assert not CLIENTS[client](proxy.clients)
    proxy.stop()
    (record,) = proxy.records()
    assert codes(record) == ["CERT_NAME_MISMATCH"]
    (message,) = [finding["message"] for finding in record["findings"] if finding["code"] == "CERT_NAME_MISMATCH"]
    assert (SOCKET if client == "WebSocket" else NAME) in message and "127.0.0.1" not in message


def test_an_edit_takes_effect_for_the_next_call(start_proxy, good, bad):
    proxy = start_proxy(policy=hosts(api_example_com=bad.port))
    assert proxy.clients.python_request(f"https://{NAME}/json").status is None
    save(proxy, hosts(api_example_com=good.port))
    assert proxy.clients.python_request(f"https://{NAME}/json").status == 200


def test_connect_says_it_on_the_command_line(start_proxy, good):
    proxy = start_proxy(arguments=("--connect", f"{NAME}=127.0.0.1:{good.port}"))
    assert proxy.clients.python_request(f"https://{NAME}/json").status == 200
    assert good.wait_requests(1)


def test_a_device_reaches_a_place_on_loopback_that_the_policy_names(start_proxy):
    with RawServer(http_answer) as server:
        text = POLICY.replace("scope: all", "scope: all\nmode: debug") + f"hosts: {{{NAME}: 127.0.0.1:{server.port}}}\n"
        proxy = start_proxy(policy=text, mitmproxy=ARGUMENTS)
        with Device(proxy.port).connect() as sock:
            sock.sendall(f"GET http://{NAME}/ HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            assert until_end(sock).endswith(b"ok")
