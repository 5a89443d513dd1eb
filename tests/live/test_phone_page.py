"""The phone's page tells the truth in every state, in a real browser that calls itself an iPhone's or an Android's."""

import json
import plistlib
import socket
import ssl

import pytest
from cryptography import x509

from testenv.browser import opened_tab
from testenv.devices import CALL
from testenv.recorded import wait_until
from testenv.steering import Steering
from testenv.tunnel import read_answer

POLICY = """\
appid: any
scope: miniprogram
domains:
  request: [https://api.example.com]
"""
IOS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5"
    " Mobile/15E148 Safari/604.1"
)
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
PHONES = {
    "ios": (IOS, "zh-CN", "证书信任设置", "/certificate.mobileconfig"),
    "android": (ANDROID, "en-GB", "Install a certificate", "/certificate.cer"),
}
PAGE = "http://miniprogram.test/"


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))


@pytest.fixture(scope="module")
def still(shared_proxy):
    """One proxy for all tests that only look."""
    return shared_proxy(policy=POLICY)


def stands(tab, standing):
    tab.wait_until(f"document.querySelector('[data-standing]').dataset.standing === '{standing}'")


def state_of(tab, step):
    return tab.run(f"document.querySelector('[data-step={step}]').dataset.state")


def asked(proxy, path="/", *, host=None, source="127.0.0.1", absolute=True, headers=()):
    """One plain request to the phone's page, as the device ``source``."""
    host = host or "miniprogram.test"
    target = f"http://{host}{path}" if absolute else path
    lines = "".join(f"{name}: {value}\r\n" for name, value in dict(headers).items())
    with socket.create_connection(("127.0.0.1", proxy.port), 10, source_address=(source, 0)) as sock:
        sock.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{lines}\r\n".encode())
        return read_answer(sock)


@pytest.mark.browser
@pytest.mark.parametrize("phone", ["ios", pytest.param("android", marks=pytest.mark.slow)])
def test_each_state_is_told_as_it_is(proxy, phone):
    agent, lang, words, form = PHONES[phone]
    at_home = f"http://127.0.0.1:{proxy.port}/"
    # 1) No proxy set: the QR code's address, opened as it is.
    with opened_tab(0, None) as tab:
        tab.pretend(agent, lang, (390, 844))
        tab.go(at_home)
        stands(tab, "no-proxy")
        assert [state_of(tab, step) for step in ("reach", "proxy", "certificate")] == ["done", "next", "open"]
        assert str(proxy.port) in tab.run("document.querySelector('[data-step=proxy] dl').innerText")
        assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    # 2) The proxy is set, and the certificate is not known yet; 3) it is tried, and missing.
    with opened_tab(proxy.port, None) as tab:
        tab.pretend(agent, lang, (390, 844))
        tab.go(at_home)
        assert 'data-standing="proxied"' in tab.run("fetch('/').then(answer => answer.text())")
        stands(tab, "no-certificate")
        assert [state_of(tab, step) for step in ("proxy", "certificate", "app")] == ["done", "failed", "open"]
        assert words in tab.run("document.querySelector('[data-step=certificate]').innerText")
        assert tab.run("document.querySelector('.button').getAttribute('href')") == form
        # It trusted another CA of this proxy before.
        tab.run("localStorage.setItem('trusted certificate', 'another')")
        tab.go(at_home)
        stands(tab, "older-certificate")
    # 4) Trusted, by a real connection; 5) a mini-program calls; 6) a call of it is refused.
    with opened_tab(proxy.port, proxy.ca_pem) as tab:
        tab.pretend(agent, lang, (390, 844))
        tab.go(PAGE)
        stands(tab, "trusted")
        assert [state_of(tab, step) for step in ("certificate", "app")] == ["done", "next"]
        assert proxy.clients.python_request("https://api.example.com/json", headers=CALL).status == 200
        stands(tab, "seen")
        proxy.clients.python_request("https://unlisted.example.com/<b>?token=s3cr3t", headers=CALL)
        stands(tab, "refused")
        told = tab.run("document.querySelector('.calls').innerText")
        assert "unlisted.example.com" in told and "url not in domain list" in told and "s3cr3t" not in told
        assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    # The terminal and the computer's page follow along.
    arrival = Steering(proxy).ask("GET", "/api/devices")[1]["arrivals"][0]
    assert (arrival["device"], arrival["system"], arrival["browser"]) == ("127.0.0.1", phone, "trusted")
    for said in ("not yet through the proxy", "comes through the proxy", "does not trust", "trusts the certificate"):
        assert f"127.0.0.1 {said}" in proxy.output or said in proxy.output


@pytest.mark.browser
def test_it_goes_on_by_itself_where_the_browser_comes_to_the_page_past_its_proxy(proxy):
    """As desktop browsers do with addresses of the same machine: the page finds the proxy by its own name."""
    with opened_tab(proxy.port, proxy.ca_pem, past_the_proxy="127.0.0.1") as tab:
        tab.go(f"http://127.0.0.1:{proxy.port}/")
        tab.wait_until(f"location.href === '{PAGE}'")
        stands(tab, "trusted")


def test_a_device_sees_no_others_calls(proxy):
    assert proxy.clients.python_request("https://api.example.com/mine", headers=CALL).status == 200
    assert wait_until(lambda: b"api.example.com/mine" in asked(proxy).body)
    assert b"api.example.com" not in asked(proxy, source="127.0.0.2").body
    token = asked(proxy).body.partition(b"token=")[2].partition(b'"')[0].decode()
    other = asked(proxy, source="127.0.0.2").body.partition(b"token=")[2].partition(b'"')[0].decode()
    assert token and other and token != other


@pytest.mark.parametrize(
    ("case", "host", "path"),
    [
        ("a name that was bound to the proxy's address", "rebound.example.com:{port}", "/"),
        ("another name under the page's path", "evil.example.com", "/steps"),
    ],
)
def test_the_host_is_checked(still, case, host, path):
    answer = asked(still, path, host=host.format(port=still.port), absolute=False)
    assert b"data-standing" not in answer.body


def test_the_steps_are_not_for_another_sites_page(still):
    assert asked(still, "/steps", headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    answer = asked(still, "/steps")
    assert answer.status == 200
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("host", ["miniprogram.test", "mitm.it", "192.0.2.53"])
def test_the_same_page_wherever_a_person_arrives(still, host):
    assert b'data-step="certificate"' in asked(still, host=host).body


def test_the_certificate_comes_in_the_form_that_each_system_takes(still):
    der = ssl.PEM_cert_to_DER_cert(still.ca_pem.read_text())
    assert asked(still, "/certificate.cer").body == der
    assert x509.load_pem_x509_certificate(asked(still, "/certificate.pem").body)
    answer = asked(still, "/certificate.mobileconfig", headers={"Accept-Language": "zh-CN"})
    profile = plistlib.loads(answer.body)
    assert answer.headers["content-type"] == "application/x-apple-aspen-config"
    (root,) = profile["PayloadContent"]
    assert (root["PayloadType"], root["PayloadContent"]) == ("com.apple.security.root", der)
    # mitmproxy's own, by the name that tutorials say.
    assert asked(still, "/cert/pem", host="mitm.it").body == still.ca_pem.read_bytes()


def test_the_page_is_nobodys_call(proxy):
    for host in ("miniprogram.test", f"127.0.0.1:{proxy.port}"):
        assert asked(proxy, host=host, headers=CALL).status == 200
    assert proxy.records() == []


def test_hosts_that_refused_the_certificate_are_told_and_switched(proxy):
    steering = Steering(proxy)
    refused = ssl.create_default_context()
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", proxy.port), 10) as sock:
            sock.sendall(b"CONNECT pinned.example.com:443 HTTP/1.1\r\nHost: pinned.example.com:443\r\n\r\n")
            assert b"200" in sock.recv(4096)
            with pytest.raises(ssl.SSLError):
                refused.wrap_socket(sock, server_hostname="pinned.example.com")
    assert wait_until(lambda: steering.ask("GET", "/api/devices")[1]["unopened"])
    (told,) = steering.ask("GET", "/api/devices")[1]["unopened"]
    assert told == {"host": "pinned.example.com", "devices": ["127.0.0.1"], "looked_into": False}
    assert "pinned.example.com" in asked(proxy).body.decode()
    status, answer = steering.ask("POST", "/api/unopened", {"host": "pinned.example.com", "look_into": True})
    assert status == 200 and answer["unopened"][0]["looked_into"] is True
    assert steering.ask("POST", "/api/unopened", {"host": 7, "look_into": True})[0] == 400
    assert json.dumps(answer)
