"""What a hostile page in a browser behind the proxy can do: nothing."""

from types import SimpleNamespace

import pytest

from testenv.browser import opened_tab
from testenv.devices import CALL
from testenv.devices import POLICY
from testenv.devices import URL
from testenv.devices import orders
from testenv.steering import Steering
from wxlab.origin import Origin
from wxlab.routes import ROUTES

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
