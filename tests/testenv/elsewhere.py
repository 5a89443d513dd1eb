"""How a call comes to another place than the one it asked for, and clients that make one on each of these ways.

``WAYS`` are the rows of tests/live/test_permit.py: options, other addons, modes.
"""

import shutil
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

from testenv import http3
from testenv.answer import Answer
from testenv.kept_alive import KeptAlive
from testenv.kept_alive import KeptAliveHttp2
from testenv.process import clean_environment
from testenv.proxy import BareProxy
from testenv.proxy import Proxy
from testenv.rawserver import RawServer
from testenv.rawserver import http_answer
from wxlab.authority import Authority
from wxlab.authority import Leaf
from wxlab.authority import self_signed
from wxlab.lab import Lab
from wxlab.origin import Origin

HOST = "api.example.com"
UNLISTED = "unlisted.example.com"
# What SOCKS and curl --resolve know the name as.
ADDRESS = "203.0.113.9"
SCRIPT = Path(__file__).resolve().parent / "sends_elsewhere.py"
POLICY = f"""\
appid: any
scope: all
mode: release
domains:
  request:       [https://{HOST}]
  uploadFile:    [https://{HOST}]
  downloadFile:  [https://{HOST}]
  connectSocket: [wss://{HOST}]
"""
NOW = datetime.now(UTC)
DAY = timedelta(days=1)

FAULTS: dict[str, Callable[[Lab], Leaf]] = {
    "CERT_EXPIRED": lambda lab: lab.issuing.issue(HOST, not_after=NOW - DAY),
    "CERT_NOT_YET_VALID": lambda lab: lab.issuing.issue(HOST, not_before=NOW + DAY),
    "CERT_NAME_MISMATCH": lambda lab: lab.issuing.issue("elsewhere.example.com"),
    "CERT_SELF_SIGNED": lambda lab: self_signed(HOST),
    "CERT_UNTRUSTED_ROOT": lambda lab: Authority.new("A root of nobody's").issue(HOST),
    "CERT_NO_SAN": lambda lab: lab.issuing.issue(HOST, san=False),
    "CERT_WRONG_PURPOSE": lambda lab: lab.issuing.issue(HOST, eku="client"),
    "CERT_WEAK_KEY": lambda lab: lab.issuing.issue(HOST, key="rsa1024"),
}
ALPN = {"HTTP/1.1": ["http/1.1"], "HTTP/2": ["h2"], "WebSocket": ["http/1.1"], "POST": ["http/1.1"]}
TCP, QUIC = tuple(ALPN), ("HTTP/3", "HTTP/3 POST")


@dataclass(frozen=True)
class Way:
    """What the proxy is started with, and whether the name lives at the server already, by the resolver alone.

    ``client``: "proxy", or what it does instead: "socks", "socks by address", "reverse", "http3".
    """

    arguments: tuple[str, ...] = ()
    script: str = ""
    lives_there: bool = False
    client: str = "proxy"
    is_behind: bool = False  # an upstream proxy
    config: str = ""  # the confdir's config.yaml

    @property
    def protocols(self) -> tuple[str, ...]:
        return QUIC if self.client == "http3" else TCP


_EAGER = ("--set", "connection_strategy=eager")
_MAP_REMOTE = ("--map-remote", "|https://[a-z]+.example.com/|https://127.0.0.1:PORT/")
_SOCKS = ("--mode", "socks5")
_REVERSE = ("--mode", f"reverse:https://{HOST}:443")
_HTTP3 = ("--mode", f"reverse:http3://{HOST}:443")

WAYS = {
    "nothing": Way(lives_there=True),
    "server_connect": Way(script="server_connect"),
    "server_connect and SNI": Way(script="server_connect_sni"),
    "SNI": Way(script="sni", lives_there=True),
    "requestheaders": Way(script="requestheaders"),
    "request": Way(script="request"),
    "map_remote": Way(_MAP_REMOTE),
    "eager": Way(_EAGER, lives_there=True),
    "eager and server_connect": Way(_EAGER, "server_connect"),
    "eager by file": Way(config="connection_strategy: eager\nssl_insecure: false\n", lives_there=True),
    "eager by file and server_connect": Way(script="server_connect", config="connection_strategy: eager\n"),
    "reverse": Way(_REVERSE, lives_there=True, client="reverse"),
    "reverse and server_connect": Way(_REVERSE, "server_connect", client="reverse"),
    "reverse and SNI": Way(_REVERSE, "sni", lives_there=True, client="reverse"),
    "reverse and requestheaders": Way(_REVERSE, "requestheaders", client="reverse"),
    "reverse with the client's Host": Way((*_REVERSE, "--set", "keep_host_header=true"), lives_there=True, client="reverse"),
    "SOCKS5": Way(_SOCKS, lives_there=True, client="socks"),
    "SOCKS5 and server_connect": Way(_SOCKS, "server_connect", client="socks"),
    "SOCKS5 by address": Way(_SOCKS, lives_there=True, client="socks by address"),
    "SOCKS5 by address and server_connect": Way(_SOCKS, "server_connect", client="socks by address"),
    "upstream": Way(lives_there=True, is_behind=True),
    "upstream and SNI": Way(script="sni", lives_there=True, is_behind=True),
    "upstream and requestheaders": Way(script="requestheaders", is_behind=True),
    "upstream and map_remote": Way(_MAP_REMOTE, is_behind=True),
    "upstream by an addon": Way(script="via", lives_there=True, is_behind=True),
    # The resolver's own hook is one that changes the address there.
    "HTTP/3 and server_connect": Way(_HTTP3, lives_there=True, client="http3"),
    "HTTP/3 and SNI": Way(_HTTP3, "sni", lives_there=True, client="http3"),
    "HTTP/3 by address": Way(("--mode", "reverse:http3://127.0.0.1:PORT"), client="http3"),
}  # fmt: skip


class OwnConfdir(Proxy):
    """With the run's CA, and a config.yaml of its own."""

    def __init__(self, lab: Lab, folder: Path, confdir: Path, *, config: str, **options: Any) -> None:
        mine = shutil.copytree(confdir, folder / "confdir") if confdir.exists() else folder / "confdir"
        mine.mkdir(exist_ok=True)
        (mine / "config.yaml").write_text(config, "utf-8")
        super().__init__(lab, folder, mine, **options)


class Elsewhere:
    """A proxy for one way, and the port at which the name lives for it. ``start(kind, **options)`` starts a proxy."""

    def __init__(self, way: Way, start: Callable[..., Any], lab: Lab, folder: Path) -> None:
        self.way, self.lab = way, lab
        self._file = folder / "port"
        # An option cannot be changed later: one port for all of its servers.
        self.fixed_port = free_port() if "PORT" in str(way.arguments) else None
        arguments = [each.replace("PORT", str(self.fixed_port)) for each in way.arguments]
        if way.script:
            how = ("--set", f"elsewhere_how={way.script}", "--set", f"elsewhere_port={self._file}")
            arguments += ["-s", str(SCRIPT), *how]
        self._resolving: Any = None
        if way.is_behind:
            self._resolving = start(BareProxy, mitmproxy=("--ignore-hosts", ".*"))
            if way.script != "via":
                arguments += ["--mode", f"upstream:http://127.0.0.1:{self._resolving.port}"]
        more: dict[str, Any] = {"config": way.config} if way.config else {}
        self.proxy = start(OwnConfdir if way.config else Proxy, policy=POLICY, mitmproxy=tuple(arguments), **more)

    def goes_to(self, server: Any, host: str = HOST) -> None:
        port = self._resolving.port if self.way.script == "via" and self._resolving is not None else server.port
        self._file.write_text(str(port), "utf-8")
        if self.way.lives_there:
            # A reverse proxy goes to one host, whatever it is asked for.
            for name in {host, HOST, ADDRESS}:
                self.lab.place(name, 443, server)
            self.lab.write_map((self._resolving or self.proxy).map)

    def server(self, leaf: Leaf, protocol: str) -> Any:
        """One that keeps what it is sent, and speaks what a call by ``protocol`` needs."""
        if protocol in QUIC:
            return http3.Http3Origin(leaf, self.fixed_port or 0)
        return RawServer(http_answer, leaf, alpn=ALPN[protocol], port=self.fixed_port)

    def call(self, protocol: str, host: str, path: str, timeout_s: float = 5.0) -> Answer:
        proxy = self.proxy
        if protocol in QUIC:
            data = b"x" * 300_000 if protocol == "HTTP/3 POST" else None
            (answer,) = http3.requests(proxy.port, proxy.ca_pem, host, [path], data=data, timeout_s=timeout_s)
            return answer
        if protocol == "WebSocket" and self.way.client == "proxy":
            return proxy.clients.websocket(f"wss://{host}{path}", timeout_s=timeout_s)
        headers = {"Authorization": "Bearer secret"}
        if protocol == "WebSocket":
            headers |= {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13"}
            headers["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
        return proxy.clients.curl(
            f"https://{host}{path}", http2=protocol == "HTTP/2", data=b"x" * 300_000 if protocol == "POST" else None,
            headers=headers, arguments=self._by_curl(host), timeout_s=timeout_s,
        )  # fmt: skip

    def _by_curl(self, host: str) -> tuple[str, ...]:
        here = f"127.0.0.1:{self.proxy.port}"
        return {
            "proxy": (),
            "socks": ("--proxy", f"socks5h://{here}"),
            "socks by address": ("--proxy", f"socks5://{here}", "--resolve", f"{host}:443:{ADDRESS}"),
            "reverse": ("--noproxy", "*", "--connect-to", f"{host}:443:{here}"),
        }[self.way.client]

    # Good origins

    def good_origin(self, leaf: Leaf, protocol: str) -> Any:
        """One that counts its connections."""
        if protocol in QUIC:
            return http3.Http3Origin(leaf, self.fixed_port or 0)
        origin = Origin(leaf, alpn=("h2", "http/1.1") if protocol == "HTTP/2" else ("http/1.1",))
        origin.port = self.fixed_port or 0
        return origin

    def twenty(self, protocol: str, path: str) -> list[int | None]:
        """The statuses of twenty calls that their client makes on one connection; of twenty messages, for a WebSocket."""
        proxy = self.proxy
        if protocol in QUIC:
            paths = [f"{path}{number}" for number in range(20)]
            return [answer.status for answer in http3.requests(proxy.port, proxy.ca_pem, HOST, paths)]
        if protocol == "WebSocket":
            messages = [f"{number}" for number in range(20)]
            answer = proxy.clients.websocket(f"wss://{HOST}/ws?{path[1:]}", messages=messages)
            return [200 if answer.body == "".join(messages).encode() else None] * 20
        if self.way.client == "proxy":
            app = (KeptAliveHttp2 if protocol == "HTTP/2" else KeptAlive)(proxy, HOST)
            statuses = [app.get(f"{path}{number}").status for number in range(20)]
            app.close()
            return statuses
        command = [
            "curl", "--silent", "--disable", "--noproxy", "", "--max-time", "10", "--cacert", str(proxy.ca_pem),
            "--http2" if protocol == "HTTP/2" else "--http1.1", "--output", "/dev/null", "--write-out", "%{http_code}\n",
            *self._by_curl(HOST), f"https://{HOST}{path}[1-20]",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, env=clean_environment(), timeout=60)
        return [int(code) or None for code in done.stdout.split()]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port
