"""The reload traffic of a development server (Vite, webpack) is not a call; what only looks like it is one."""

from testenv.kind_requests import OWN
from testenv.kind_requests import dev
from testenv.kind_requests import each_of
from testenv.kind_requests import request
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of

TABLE = [
    ("Vite asks whether it is back", dev({"accept": "text/x-vite-ping", **OWN}), Kind.DEV_SERVER, Kind.CALL),
    *(
        (
            f"a module of Vite's: {path}",
            dev({"referer": "http://localhost:5173/src/main.ts"}, path=path),
            Kind.DEV_SERVER,
            Kind.CALL,
        )
        for path in (
            "/@vite/client",
            "/@id/__x00__plugin",
            "/@fs/home/a/x",
            "/node_modules/.vite/deps/a?v=1",
            "/a.json?import",
        )
    ),
    (
        "such a path of another host",
        request({"origin": "http://localhost:5173"}, path="/@vite/client"),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "somebody else's accepts the same",
        dev({"accept": "text/x-vite-ping", "origin": "https://a.com"}),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "vite's socket",
        dev({**OWN, "sec-websocket-protocol": "vite-hmr"}, scheme="ws"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "vite's socket on a port of its own",
        dev({"origin": "http://localhost:8080", "sec-websocket-protocol": "vite-hmr"}, scheme="ws"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    ("vite's socket without Origin", dev({"sec-websocket-protocol": "vite-hmr"}, scheme="ws"), Kind.CALL, Kind.CALL),
    (
        "vite's protocol to another host",
        request({**OWN, "sec-websocket-protocol": "vite-hmr"}, scheme="wss"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("webpack's socket", dev(OWN, scheme="ws", path="/ws"), Kind.DEV_SERVER, Kind.CALL),
    (
        "webpack's socket, before 4",
        dev(OWN, scheme="ws", path="/sockjs-node/1/x/websocket"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "webpack's fallback",
        dev({"referer": "http://localhost:5173/"}, path="/sockjs-node/info?t=1"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "webpack's update",
        dev({"referer": "http://localhost:5173/"}, path="/main.1a.hot-update.json"),
        Kind.DEV_SERVER,
        Kind.CALL,
    ),
    (
        "/ws of the app's own server",
        request({"origin": "http://localhost:5173"}, scheme="wss", path="/ws"),
        Kind.CALL,
        Kind.CALL,
    ),
    ("/ws without Origin", dev(scheme="ws", path="/ws"), Kind.CALL, Kind.CALL),
    ("any other socket of the page's origin", dev(OWN, scheme="ws", path="/chat"), Kind.CALL, Kind.CALL),
]


@each_of(TABLE)
def test_kind(case, facts, alone, in_app):
    assert kind_of(facts, is_miniprogram=False) is alone
    assert kind_of(facts, is_miniprogram=True) is in_app
