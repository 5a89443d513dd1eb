"""How large bodies pass: first byte, throughput and memory, beside bare mitmdump with streaming. Import after ``_venv.enter()``."""

import hashlib
import http.client
import json
import time
from dataclasses import dataclass
from pathlib import Path

import _bench_proxies as proxies
from _bench_lab import BLOCK
from _bench_lab import MB

_READ_BYTES = 256 * 1024


@dataclass(frozen=True)
class Passed:
    """One body's way. ``more_mb`` is the peak of the proxy's memory above what it held before."""

    what: str
    first_byte_ms: float | None
    mb_per_s: float
    more_mb: float
    is_whole: bool


def measure(folder: Path, megabytes: int, rounds: int) -> dict[str, list[Passed]]:
    """Each proxy's figures, measured in turns so that the machine's moods meet both."""
    expected = _sha256(megabytes)
    with proxies.lab(folder), proxies.product(folder) as product, proxies.bare(folder) as bare:
        found: dict[str, list[Passed]] = {product.name: [], bare.name: []}
        for proxy in (product, bare):
            _down(proxy, 1, _sha256(1))
        for _ in range(rounds):
            for proxy in (product, bare):
                found[proxy.name] += [_down(proxy, megabytes, expected), _up(proxy, megabytes, expected)]
    return found


def _sha256(megabytes: int) -> str:
    digest = hashlib.sha256()
    for _ in range(megabytes):
        digest.update(BLOCK)
    return digest.hexdigest()


def _down(proxy: proxies.Running, megabytes: int, expected: str) -> Passed:
    proxy.forget_peak()
    before_mb = proxy.memory_mb()
    with proxy.connect() as sock:
        began = time.perf_counter()
        sock.sendall(f"GET /blocks?n={megabytes} HTTP/1.1\r\nHost: {proxies.HOST}\r\n\r\n".encode())
        response = http.client.HTTPResponse(sock)
        response.begin()
        digest, buffer = hashlib.sha256(), bytearray(_READ_BYTES)
        digest.update(response.read(1))
        first_byte_ms = (time.perf_counter() - began) * 1000
        while count := response.readinto(buffer):
            digest.update(memoryview(buffer)[:count])
        took_s = time.perf_counter() - began
    more_mb = proxy.memory_mb("VmHWM") - before_mb
    return Passed("down", first_byte_ms, megabytes / took_s, more_mb, digest.hexdigest() == expected)


def _up(proxy: proxies.Running, megabytes: int, expected: str) -> Passed:
    proxy.forget_peak()
    before_mb = proxy.memory_mb()
    with proxy.connect() as sock:
        began = time.perf_counter()
        head = f"POST /echo HTTP/1.1\r\nHost: {proxies.HOST}\r\nContent-Length: {megabytes * MB}\r\n\r\n"
        sock.sendall(head.encode())
        for _ in range(megabytes):
            sock.sendall(BLOCK)
        response = http.client.HTTPResponse(sock)
        response.begin()
        told = json.loads(response.read())
        took_s = time.perf_counter() - began
    more_mb = proxy.memory_mb("VmHWM") - before_mb
    is_whole = (told["body_length"], told["body_sha256"]) == (megabytes * MB, expected)
    return Passed("up", None, megabytes / took_s, more_mb, is_whole)
