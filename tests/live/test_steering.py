"""Who may set an app's state: whoever sits at this machine, and a device for itself. Nobody else, by no way."""

import subprocess
import sys

import pytest

from testenv.devices import APPID
from testenv.devices import CALL
from testenv.devices import OTHER_DEVICE
from testenv.devices import POLICY
from testenv.devices import THIS_DEVICE
from testenv.devices import URL
from testenv.devices import orders
from testenv.proxy import ROOT

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
