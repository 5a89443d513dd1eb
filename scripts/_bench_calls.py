"""Many small calls in one session: calls a second beside bare mitmdump, memory as they grow, the report and the judging anew of them. Import after ``_venv.enter()``."""

import os
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import _bench_proxies as proxies

# Memory is flat from here on; before, caches and pools fill.
WARM_CALLS = 10_000
_REQUEST = (
    f"GET /json?page=1 HTTP/1.1\r\nHost: {proxies.HOST}\r\n"
    "Referer: https://servicewechat.com/wx0123456789abcdef/7/page-frame.html\r\n"
    "User-Agent: MicroMessenger/8.0.50 MiniProgramEnv/android\r\ncharset: utf-8\r\n\r\n"
).encode()


@dataclass(frozen=True)
class Reading:
    """One of scripts/ over all the calls: how long it took, its most memory, and how many calls it told of."""

    seconds: float
    peak_mb: float
    calls: int


@dataclass
class Session:
    """``memory_mb`` by the number of calls made; ``readings`` by what read them afterwards."""

    calls: int
    calls_per_s: float
    memory_mb: dict[int, float] = field(default_factory=dict)
    disk_mb: float = 0.0
    readings: dict[str, Reading] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return all(reading.calls == self.calls for reading in self.readings.values())

    @property
    def growth_mb(self) -> float:
        """From the warm state to the end."""
        warm = [value for calls, value in self.memory_mb.items() if calls >= min(WARM_CALLS, self.calls // 2)]
        return warm[-1] - warm[0]


def measure(folder: Path, calls: int, connections: int) -> tuple[Session, float]:
    """One long session, and the calls a second of bare mitmdump in the same run."""
    with proxies.lab(folder):
        with proxies.bare(folder) as bare:
            bare_per_s = _make(bare, min(calls, WARM_CALLS) // 2, connections, {})
        memory: dict[int, float] = {}
        with proxies.product(folder) as product:
            per_s = _make(product, calls, connections, memory)
            session = Session(calls, per_s, memory)
        assert product.session is not None
        session.disk_mb = sum(path.stat().st_size for path in product.session.iterdir()) / 1024 / 1024
    recorded, said = str(product.session), ("--lang", "en")
    judged = ("--policy", str(folder / "policy.yaml"), "--extra-root", str(folder / "root.pem"), *said)
    for name, command in {
        "report.py": ("report.py", recorded, *said),
        "check.py, session": ("check.py", recorded, *judged),
        "check.py, flows": ("check.py", str(product.session / "flows.mitm"), *judged),
    }.items():
        session.readings[name] = _read(command, folder / "said.txt")
    return session, bare_per_s


def _read(command: tuple[str, ...], file: Path) -> Reading:
    began, peak_mb = time.perf_counter(), 0.0
    with file.open("w") as out:
        process = subprocess.Popen(proxies.here(*command), stdout=out)
        if hasattr(os, "wait4"):
            _, _, used = os.wait4(process.pid, 0)
            peak_mb = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        else:
            process.wait()
    told = re.search(r"^(\d+) calls?\b", file.read_text(), re.MULTILINE)
    return Reading(time.perf_counter() - began, peak_mb, int(told[1]) if told else 0)


def _make(proxy: proxies.Running, calls: int, connections: int, memory: dict[int, float]) -> float:
    """Calls a second; ``memory`` receives the proxy's after each tenth."""
    lock, made = threading.Lock(), 0
    step = max(1, calls // 20)

    def run() -> None:
        nonlocal made
        with proxy.connect() as sock:
            while True:
                with lock:
                    if made >= calls:
                        return
                    made += 1
                    if made % step == 0:
                        memory[made] = proxy.memory_mb()
                sock.sendall(_REQUEST)
                _take_answer(sock)

    threads = [threading.Thread(target=run) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return calls / (time.perf_counter() - began)


def _take_answer(sock) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += sock.recv(65536) or proxies.ended("closed in the middle")
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head[:100]
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    left = length - len(body)
    while left > 0:
        left -= len(sock.recv(65536) or proxies.ended("closed in the middle"))
