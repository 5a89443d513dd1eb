"""Who may set an app's state: whoever sits at this machine, and a device for itself. Nobody else, by no way."""

import sqlite3
import subprocess
import sys
import urllib.parse
from types import SimpleNamespace

import pytest

from testenv.browser import opened_tab
from testenv.proxy import ROOT
from testenv.steering import Steering
from testenv.tunnel import read_answer
from wxlab.origin import Origin
from wxlab.routes import ROUTES

# Scope miniprogram: what a browser does is nobody's call and passes the domain gate.
POLICY = """\
appid: any
scope: miniprogram
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
"""
APPID = "wx0123456789abcdef"
CALL = {"Referer": f"https://servicewechat.com/{APPID}/0/page-frame.html", "X-Miniprogram-Api": "request"}
URL = "https://api.example.com/json"
THIS_DEVICE, OTHER_DEVICE = "127.0.0.1", "127.0.0.2"


@pytest.fixture
def proxy(start_proxy):
    return start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))


@pytest.fixture
def steering(proxy):
    return Steering(proxy)


@pytest.fixture(scope="module")
def refusing(shared_proxy):
    """One proxy for all tests in which nobody may change anything."""
    return Steering(shared_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0")))


def orders(proxy):
    """Every order that stands in the session, as (device, appid, state, source)."""
    with sqlite3.connect(proxy.session / "calls.sqlite") as database:
        return database.execute("SELECT device, appid, state, source FROM app_states ORDER BY at").fetchall()


def on_device(proxy, request, source=THIS_DEVICE):
    """One plain request that the proxy gets from the address ``source``."""
    import socket

    with socket.create_connection(("127.0.0.1", proxy.port), 10, source_address=(source, 0)) as sock:
        sock.sendall(request)
        return read_answer(sock, request.partition(b" ")[0].decode())


def device_page(proxy, source=THIS_DEVICE, host="miniprogram.test"):
    return on_device(proxy, f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), source)


def device_order(proxy, form, source=THIS_DEVICE, **headers):
    body = urllib.parse.urlencode(form).encode()
    sent = {
        "Host": "miniprogram.test",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in {**sent, **headers}.items())
    return on_device(proxy, f"POST http://miniprogram.test/state HTTP/1.1\r\n{head}\r\n".encode() + body, source)


def token_of(answer):
    return answer.body.decode().partition('name="token" value="')[2].partition('"')[0]


# The page on this machine


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("another site's page", {"Origin": "http://evil.example.com"}),
        ("a page without an origin", {"Origin": "null"}),
        ("no origin at all", {"Origin": None}),
        ("another port of this machine", {"Origin": "http://127.0.0.1:1"}),
        ("https", {"Origin": "https://{place}"}),
        (
            "a name that was bound to 127.0.0.1",
            {"Host": "evil.example.com:{port}", "Origin": "http://evil.example.com:{port}"},
        ),
        ("a name without a port", {"Host": "127.0.0.1", "Origin": "http://127.0.0.1"}),
        ("a form", {"Content-Type": "application/x-www-form-urlencoded"}),
        ("text that is no form", {"Content-Type": "text/plain"}),
        ("no type at all", {"Content-Type": None}),
        ("what the browser itself says", {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_strangers_cannot_post(refusing, name, headers):
    filled = {
        header: value.format(place=refusing.place, port=refusing.port) if value else value
        for header, value in headers.items()
    }
    status, answer = refusing.ask("POST", "/api/devices/any/state", {"state": "background"}, filled)
    assert (status, bool(answer["error"])) == (403, True)
    assert not orders(refusing.proxy)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/main.js",
        "/api/session",
        "/api/calls",
        "/api/causes",
        "/api/events",
        "/api/export",
        "/api/devices",
        "/nothing",
    ],
)
def test_strangers_cannot_read(refusing, path):
    for headers in ({"Host": f"evil.example.com:{refusing.port}"}, {"Origin": "http://evil.example.com"}):
        assert refusing.ask("GET", path, headers=headers)[0] == 403
    if path != "/api/events":  # which never ends
        assert refusing.ask("GET", path)[0] == (404 if path == "/nothing" else 200)


def test_every_answer_carries_its_walls(refusing):
    import http.client

    for path in ("/", "/main.js", "/api/devices", "/nothing", "/api/devices/any/state"):
        connection = http.client.HTTPConnection("127.0.0.1", refusing.port, timeout=10)
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert not [name for name in response.headers if name.lower().startswith("access-control-")]
        connection.close()


@pytest.mark.parametrize(
    ("device", "body"),
    [
        ("any", {"state": "asleep"}),
        ("any", {}),
        ("any", ["background"]),
        ("any", {"state": "background", "more": 1}),
        ("any", {"state": "background", "appid": "<script>"}),
        ("any", {"state": ["background"]}),
        ("nonsense", {"state": "background"}),
    ],
)
def test_mistakes_are_told_and_change_nothing(refusing, device, body):
    status, answer = refusing.ask("POST", f"/api/devices/{device}/state", body)
    assert (status, bool(answer["error"])) == (400, True)
    assert not orders(refusing.proxy)


def test_an_order_is_for_whom_it_names_and_stands_in_the_session(proxy, steering):
    assert proxy.clients.python_request(URL, headers=CALL).status == 200
    steering.order("background", OTHER_DEVICE)
    steering.order("background", THIS_DEVICE, "wxffffffffffffffff")
    assert steering.apps()[THIS_DEVICE]["state"] == "foreground"
    steering.order("background", "::ffff:" + THIS_DEVICE, APPID)
    assert steering.apps()[THIS_DEVICE]["state"] == "grace"
    proxy.stop()
    assert orders(proxy) == [
        (OTHER_DEVICE, "any", "background", "page"),
        (THIS_DEVICE, "wxffffffffffffffff", "background", "page"),
        (THIS_DEVICE, APPID, "background", "page"),
    ]


def test_app_py_orders_and_shows(proxy, steering):
    def app(*arguments, page=steering.place):
        command = [sys.executable, str(ROOT / "scripts" / "app.py"), *arguments, "--page", page, "--lang", "en"]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, encoding="utf-8")

    assert proxy.clients.python_request(URL, headers=CALL).status == 200
    shown = app("status")
    assert (shown.returncode, shown.stdout.split()[-4:]) == (0, [THIS_DEVICE, APPID, "foreground", "0"])
    assert app("background", "--device", THIS_DEVICE).returncode == 0
    assert app("pin", "--appid", APPID).returncode == 0
    assert "  background (pinned: exempt)  " in app("status").stdout
    assert app("unpin").returncode == 0
    assert app("foreground").returncode == 0
    assert app("background", "--device", "nonsense").returncode == 2
    assert app("asleep").returncode == 2
    assert app("status", page="127.0.0.1:1").returncode == 3
    assert app("status", page="nonsense").returncode == 2


@pytest.mark.parametrize("address", ["0.0.0.0:0", "192.0.2.1:8081", "8081", "example.com:8081"])
def test_the_page_is_served_on_loopback_alone(lab, confdir, tmp_path, address):
    from testenv.proxy import Proxy

    proxy = Proxy(lab, tmp_path, confdir, policy=POLICY, arguments=("--page", address))
    done = subprocess.run([str(word) for word in proxy.command()], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done.stdout + done.stderr
    assert address in done.stderr


def test_a_taken_port_is_said(proxy, steering, lab, confdir, tmp_path):
    from testenv.proxy import Proxy

    second = Proxy(lab, tmp_path, confdir, policy=POLICY, arguments=("--page", steering.place))
    done = subprocess.run([str(word) for word in second.command()], capture_output=True, text=True, timeout=60)
    assert done.returncode == 3, done.stdout + done.stderr
    assert steering.place in done.stderr


def test_joined_addresses_share_a_state_and_are_parted_again(proxy, steering):
    assert proxy.clients.python_request(URL, headers=CALL).status == 200
    status, told = steering.ask(
        "POST", "/api/devices/joined", {"addresses": [OTHER_DEVICE, THIS_DEVICE], "name": "a phone"}
    )
    assert (status, told["joined"]) == (
        200,
        [{"device": OTHER_DEVICE, "addresses": [OTHER_DEVICE, THIS_DEVICE], "name": "a phone"}],
    )
    steering.order("background", OTHER_DEVICE)
    # Its own call, under the other address, is of the same device.
    assert proxy.clients.python_request(URL + "?a", headers=CALL).status == 200, "within the grace"
    assert steering.apps()[OTHER_DEVICE]["state"] in ("grace", "background")
    assert THIS_DEVICE not in steering.apps()
    steering.order("foreground", THIS_DEVICE)
    assert steering.wait_for(lambda apps: apps[OTHER_DEVICE]["state"] == "foreground")
    assert steering.ask("POST", "/api/devices/joined", {"addresses": [THIS_DEVICE], "name": ""})[0] == 200
    assert proxy.clients.python_request(URL + "?b", headers=CALL).status == 200
    assert THIS_DEVICE in steering.apps()
    for wrong in ({"addresses": "any"}, {"addresses": ["any"]}, {"addresses": ["nonsense"]}, {"addresses": []}):
        assert steering.ask("POST", "/api/devices/joined", wrong)[0] == 400
    proxy.stop()
    assert {record["device"] for record in proxy.records()} == {THIS_DEVICE}, "records keep who called"


# A device's own page


def test_a_device_steers_itself_only(proxy, steering):
    for source in (THIS_DEVICE, OTHER_DEVICE):
        assert device_page(proxy, source).status == 200
    mine, others = token_of(device_page(proxy)), token_of(device_page(proxy, OTHER_DEVICE))
    assert mine and others and mine != others
    # A token of another device, none, and a made up one.
    for token in (others, "", "0" * len(mine)):
        assert device_order(proxy, {"state": "background", "token": token}).status == 403
    # Nothing in the form names a device.
    answer = device_order(
        proxy, {"state": "background", "token": mine, "device": OTHER_DEVICE}, Origin="http://miniprogram.test"
    )
    assert (answer.status, answer.headers["location"]) == (303, "/")
    proxy.stop()
    assert orders(proxy) == [(THIS_DEVICE, "any", "background", "device page")]
    assert proxy.records() == []


def test_pages_on_the_device_cannot_use_its_token(proxy, steering):
    token = token_of(device_page(proxy))
    for headers in ({"Origin": "http://evil.example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert device_order(proxy, {"state": "background", "token": token}, **headers).status == 403
    assert device_order(proxy, {"state": "asleep", "token": token}).status == 400
    page = device_page(proxy)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not [name for name in page.headers if name.startswith("access-control-")]
    assert not orders(proxy)


def test_the_device_page_works_in_a_browser(proxy, steering):
    assert proxy.clients.python_request(URL, headers=CALL).status == 200
    with opened_tab(proxy.port, proxy.ca_pem) as tab:
        tab.go("http://miniprogram.test/")
        assert APPID in tab.run("document.body.textContent")
        tab.run("document.querySelector('button[value=background]').click()")
        assert steering.wait_for(lambda apps: apps[THIS_DEVICE]["state"] == "grace")
        tab.wait_until(
            "document.readyState === 'complete' && /background|后台/.test(document.querySelector('.states li b').textContent)"
        )
    assert orders(proxy) == [(THIS_DEVICE, "any", "background", "device page")]


# A hostile page in a browser behind the proxy

ATTACK = """
<!doctype html><title>a game</title><body><script>
const page = ["127.0.0.1:UNGUARDED", "rebound.example.com:UNGUARDED", "127.0.0.1:PORT", "localhost:PORT", "rebound.example.com:PORT", "127.1:PORT", "0.0.0.0:PORT", "[::1]:PORT"];
const order = JSON.stringify({state: "background"});
const tries = [];
const attempt = (name, promise) => tries.push(promise.then(
  response => `${name}: ${response.type} ${response.status}`, error => `${name}: ${error}`));
for (const place of page) {
  const url = `http://${place}/api/devices/any/state`;
  attempt(`cors ${place}`, fetch(url, {method: "POST", headers: {"Content-Type": "application/json"}, body: order}));
  attempt(`no-cors ${place}`, fetch(url, {method: "POST", mode: "no-cors", body: order}));
  attempt(`read ${place}`, fetch(`http://${place}/api/devices`));
  form(url, {state: "background"});
}
attempt("device page read", fetch("http://miniprogram.test/"));
attempt("device page post", fetch("http://miniprogram.test/state", {method: "POST", mode: "no-cors", body: new URLSearchParams({state: "background"})}));
form("http://miniprogram.test/state", {state: "background", token: ""});
function form(url, fields) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  frame.name = `frame${document.querySelectorAll("iframe").length}`;
  const made = document.body.appendChild(document.createElement("form"));
  Object.assign(made, {action: url, method: "post", enctype: "text/plain", target: frame.name});
  for (const [name, value] of Object.entries(fields)) {
    const field = made.appendChild(document.createElement("input"));
    Object.assign(field, {name, value});
  }
  tries.push(new Promise(done => { frame.onload = () => done(`form ${url}: loaded`); setTimeout(() => done(`form ${url}: nothing`), 3000); }));
  made.submit();
}
window.told = Promise.all(tries);
</script>
"""


def test_a_hostile_page_behind_the_proxy_changes_nothing(start_proxy, lab):
    ports = {}

    async def evil(exchange):
        attack = ATTACK
        for name, port in ports.items():
            attack = attack.replace(name, str(port))
        await exchange.answer(200, attack.encode(), [("content-type", "text/html")])

    with Origin(routes={**ROUTES, "/evil": evil}) as plain, Origin() as unguarded:
        lab.place("evil.example.com", 80, plain)
        proxy = start_proxy(policy=POLICY, arguments=("--page", "127.0.0.1:0"))
        steering = Steering(proxy)
        ports |= {"UNGUARDED": unguarded.port, "PORT": steering.port}
        # Another name that points at this machine, as DNS rebinding would have it.
        for port in ports.values():
            lab.place("rebound.example.com", port, SimpleNamespace(port=port))
        lab.place("127.1", steering.port, SimpleNamespace(port=steering.port))
        lab.place("0.0.0.0", steering.port, SimpleNamespace(port=steering.port))
        lab.write_map(proxy.map)
        assert proxy.clients.python_request(URL, headers=CALL).status == 200
        before = steering.apps()
        with opened_tab(proxy.port, proxy.ca_pem) as tab:
            tab.go("http://evil.example.com/evil")
            told = tab.run("window.told")
        # The attack is a real one: a server that guards itself as little as most is posted to.
        assert {(seen.method, seen.host.partition(":")[0]) for seen in unguarded.requests} >= {
            ("POST", "127.0.0.1"), ("POST", "rebound.example.com"), ("GET", "127.0.0.1"),
        }  # fmt: skip
    by_name = dict(line.split(": ", 1) for line in told if not line.startswith("form"))
    assert len(by_name) == 8 * 3 + 2
    # Whoever asks for the page through the proxy meets a dead line, whatever the name.
    reached = {name: what for name, what in by_name.items() if "Failed to fetch" not in what}
    assert not [name for name in reached if str(ports["UNGUARDED"]) not in name], reached
    assert steering.apps() == before
    proxy.stop()
    assert orders(proxy) == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "rebound.example.com", "127.0.0.1.nip.example.com"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_page_cannot_be_reached_through_the_proxy(refusing, lab, host, scheme):
    """By no client and no name: what the browser's rules would stop, this stops for everybody."""
    for name in ("rebound.example.com", "127.0.0.1.nip.example.com"):
        lab.place(name, refusing.port, SimpleNamespace(port=refusing.port))
    lab.write_map(refusing.proxy.map)
    headers = {"Host": refusing.place, "Origin": f"http://{refusing.place}", "Content-Type": "application/json"}
    answer = refusing.proxy.clients.python_request(
        f"{scheme}://{host}:{refusing.port}/api/devices/any/state",
        method="POST",
        headers=headers,
        data=b'{"state":"background"}',
    )
    assert (answer.kind, answer.status) == ("network_error", None)
    assert not orders(refusing.proxy)
