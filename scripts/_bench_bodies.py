"""How large bodies pass: first byte, throughput and memory, beside bare mitmdump with streaming. Import after ``_venv.enter()``."""

import http.client
import json
import ssl
import statistics
import time
from collections.abc import Iterator
from functools import partial

import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_figures import by_turns
from _bench_origin import BLOCK
from _bench_origin import HOST
from _bench_origin import MB
from _bench_origin import Same

_READ_BYTES = 1024 * 1024
Proxy = proxies.Running | proxies.Origin


class Bodies:
    """Bodies of one size in one direction: MB a second, and the peak of the proxy's memory above what it held before."""

    def __init__(self, what: str, megabytes: int) -> None:
        self.what, self.megabytes = what, megabytes
        self.per_s: dict[str, list[float]] = {}
        self.more_mb: dict[str, list[float]] = {}
        self.cpu_ms: dict[str, list[float]] = {}  # a megabyte
        self.first_byte_ms: list[float] = []

    def measure(self, proxy: Proxy) -> None:
        before_mb, before_s = 0.0, proxy.cpu_s()
        if isinstance(proxy, proxies.Running):
            proxy.forget_peak()
            before_mb = proxy.memory_mb()
        with proxy.connect() as sock:
            took_s = self._down(sock) if self.what == "down" else self._up(sock)
        self.per_s.setdefault(proxy.name, []).append(self.megabytes / took_s)
        if isinstance(proxy, proxies.Running):
            self.cpu_ms.setdefault(proxy.name, []).append((proxy.cpu_s() - before_s) * 1000 / self.megabytes)
            self.more_mb.setdefault(proxy.name, []).append(proxy.memory_mb("VmHWM") - before_mb)

    def figure(self, part: str, case: str, names: tuple[str, ...]) -> Figure:
        """What stands first of ``names`` is compared with what stands last."""
        more = {f"CPU ms a MB, {name}": statistics.median(self.cpu_ms[name]) for name in names}
        more |= {f"peak MB, {name}": max(self.more_mb[name]) for name in names}
        if self.first_byte_ms:
            more["first byte ms"] = max(self.first_byte_ms)
        return Figure(part, case, "MB/s", {name: self.per_s[name] for name in names}, more)

    def _down(self, sock: ssl.SSLSocket) -> float:
        began = time.perf_counter()
        sock.sendall(f"GET /blocks?n={self.megabytes} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        response = http.client.HTTPResponse(sock)
        response.begin()
        same, buffer = Same(), bytearray(_READ_BYTES)
        same.take(memoryview(response.read(1)))
        self.first_byte_ms.append((time.perf_counter() - began) * 1000)
        while count := response.readinto(buffer):
            same.take(memoryview(buffer)[:count])
        took_s = time.perf_counter() - began
        if not same.is_whole or same.bytes != self.megabytes * MB:
            raise ConnectionError("the body that came down is not the origin's")
        return took_s

    def _up(self, sock: ssl.SSLSocket) -> float:
        began = time.perf_counter()
        sock.sendall(f"POST /upload HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {self.megabytes * MB}\r\n\r\n".encode())
        for _ in range(self.megabytes):
            sock.sendall(BLOCK)
        response = http.client.HTTPResponse(sock)
        response.begin()
        told = json.loads(response.read())
        took_s = time.perf_counter() - began
        if told != {"bytes": self.megabytes * MB, "is_whole": True}:
            raise ConnectionError(f"the body that went up is not what its client sent: {told}")
        return took_s


def measure(setting: proxies.Setting, megabytes: int, rounds: int) -> Iterator[Figure]:
    with proxies.product(setting.origin.folder, "--keep-body", "0", name="keep-body 0") as keeping_none:
        yield from _measured(setting, keeping_none, megabytes, rounds)


def _measured(setting: proxies.Setting, keeping_none: proxies.Running, megabytes: int, rounds: int) -> Iterator[Figure]:
    for what in ("down", "up"):
        alone, bodies = Bodies(what, megabytes), Bodies(what, megabytes)
        alone.measure(setting.origin)
        yield Figure("bodies", f"no proxy: {megabytes} MB {what}", "MB/s", alone.per_s)
        asked = (setting.product, keeping_none, setting.bare)
        for proxy in asked:
            Bodies(what, 1).measure(proxy)
        by_turns(rounds, [partial(bodies.measure, proxy) for proxy in asked])
        case = f"{megabytes} MB {what}"
        yield bodies.figure("bodies", case, (setting.product.name, setting.bare.name))
        yield bodies.figure("bodies", f"{case}, --keep-body 0", (keeping_none.name, setting.product.name))
