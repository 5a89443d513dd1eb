"""What a benchmark runs: an origin in a process of its own, and the product or bare mitmdump in front of it. Import after ``_venv.enter()``."""

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import _venv
from _bench_origin import HOST

START_PATIENCE_S = 40
POLICY = """\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://api.example.com]
  downloadFile:  [https://api.example.com]
  connectSocket: [wss://api.example.com]
"""
# As a user's own policy is: what does not carry the mini-program's Referer passes unjudged.
OWN_POLICY = POLICY.replace("appid: any\nscope: all", "appid: wx0123456789abcdef")
ADDONS = _venv.ROOT / "addons"
SCRIPTS = _venv.ROOT / "scripts"
# The scripts look for .venv; what is measured is to run on the interpreter that measures.
_RUN_HERE = f"""
import runpy, sys
sys.path[:0] = [{str(SCRIPTS)!r}, {str(ADDONS)!r}]
import _venv
_venv.enter = lambda: None
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def here(script: str, *arguments: str) -> list[str]:
    """The command line of one of scripts/ on this interpreter."""
    return [sys.executable, "-c", _RUN_HERE, str(SCRIPTS / script), *arguments]


class Running:
    """A proxy that listens on ``port`` of loopback, and its process's memory."""

    def __init__(
        self, name: str, process: "subprocess.Popen[str]", port: int, ca_pem: Path, session: Path | None
    ) -> None:
        self.name = name
        # What figures are told under: two policies are one product.
        self.label = name.partition(" ")[0]
        self.process = process
        self.port = port
        self.ca_pem = ca_pem
        self.session = session

    def memory_mb(self, which: str = "VmRSS") -> float:
        """Now ("VmRSS"), or the most since the last ``forget_peak`` ("VmHWM"). Linux alone tells; 0.0 elsewhere."""
        try:
            text = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return 0.0
        return int(text.partition(f"{which}:")[2].split()[0]) / 1024

    def cpu_s(self) -> float:
        """What its process has used of the processor so far, all threads. Linux alone tells; 0.0 elsewhere."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self) -> None:
        try:
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        except OSError:
            pass

    def connect(self, alpn: tuple[str, ...] = ("http/1.1",), device: str = "127.0.0.1") -> ssl.SSLSocket:
        """TLS to the origin's host through the proxy, from an address of loopback."""
        plain = tcp(self.port, device)
        plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += plain.recv(4096) or ended(f"{self.name} closed the connection")
        return secured(plain, self.ca_pem, alpn)


class Origin:
    """The origin asked by the generator itself: what both of them cost without any proxy."""

    name = label = "origin"

    def __init__(self, process: "subprocess.Popen[str]", port: int, folder: Path) -> None:
        self.process, self.port, self.folder = process, port, folder

    cpu_s = Running.cpu_s

    def connect(self, alpn: tuple[str, ...] = ("http/1.1",), device: str = "127.0.0.1") -> ssl.SSLSocket:
        return secured(tcp(self.port, device), self.folder / "root.pem", alpn)


def tcp(port: int, device: str) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(device, 0))
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def secured(plain: socket.socket, ca_pem: Path, alpn: tuple[str, ...]) -> ssl.SSLSocket:
    return trusting(ca_pem, alpn).wrap_socket(plain, server_hostname=HOST)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@lru_cache
def trusting(ca_pem: Path, alpn: tuple[str, ...]) -> ssl.SSLContext:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(cafile=ca_pem)
    trust.set_alpn_protocols(list(alpn))
    return trust


def ended(why: str) -> bytes:
    raise ConnectionError(why)


@contextmanager
def origin(folder: Path) -> Iterator[Origin]:
    """The origin in a process of its own; it writes its root and its map into ``folder``."""
    process = subprocess.Popen(
        here("_bench_origin.py", str(folder)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Origin(process, int(_wait_for(process, r"ready (\d+)")[1]), folder)
    finally:
        process.kill()
        process.wait()


@contextmanager
def product(
    folder: Path, *arguments: str, policy: str = POLICY, name: str = "product", more: Sequence[str] = ()
) -> Iterator[Running]:
    """``run.py`` with all it does by default. ``name`` tells several apart, ``more`` goes to mitmproxy."""
    file, session = folder / f"{name}-policy.yaml", folder / f"session-{time.time_ns()}"
    file.write_text(policy)
    command = here(
        "run.py", "--policy", str(file), "--listen", "127.0.0.1:0", *(() if "--page" in arguments else ("--page", "off")), "--session", str(session),
        "--extra-root", str(folder / "root.pem"), "--lang", "en", "--no-qr", *arguments, "--", *_names(folder), *more,
    )  # fmt: skip
    with _started(name, command, r"^\s+127\.0\.0\.1:(\d+)\s*$", folder, session) as running:
        yield running


@contextmanager
def bare(folder: Path, *arguments: str) -> Iterator[Running]:
    """mitmdump without the product, with streaming on."""
    command = [
        str(Path(sys.executable).with_name("mitmdump")), "--listen-host", "127.0.0.1", "--listen-port", "0",
        "--set", f"ssl_verify_upstream_trusted_ca={folder / 'root.pem'}", "--set", "stream_large_bodies=1m",
        *_names(folder, "mitmdump-ca"), *arguments,
    ]  # fmt: skip
    with _started("mitmdump", command, r"listening at \S*?127\.0\.0\.1:(\d+)", folder, None) as running:
        yield running


@dataclass(frozen=True)
class Setting:
    """All that calls are measured on. ``lenient`` is the product in scope miniprogram, for what it does not judge."""

    origin: Origin
    product: Running
    lenient: Running
    bare: Running


@contextmanager
def setting(folder: Path, bare_arguments: Sequence[str] = ()) -> Iterator[Setting]:
    with (
        origin(folder) as started,
        bare(folder, *bare_arguments) as mitmdump,
        product(folder) as judging,
        product(folder, policy=OWN_POLICY, name="product of one appid") as lenient,
    ):
        yield Setting(started, judging, lenient, mitmdump)


def _names(folder: Path, ca: str = "ca") -> list[str]:
    """``ca``: where a proxy makes its authority. The product and mitmdump have one of their own each, as their users do."""
    return [
        "-s", str(ADDONS / "wxlab" / "resolver.py"),
        "--set", f"resolve_map={folder / 'map.json'}", "--set", f"confdir={folder / ca}",
    ]  # fmt: skip


@contextmanager
def _started(name: str, command: list[str], ready: str, folder: Path, session: Path | None) -> Iterator[Running]:
    with (folder / f"{name}.log").open("w+") as said:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"}, text=True,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + START_PATIENCE_S
            while not (found := re.search(ready, (folder / f"{name}.log").read_text(), re.MULTILINE)):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} did not start:\n{(folder / f'{name}.log').read_text()[-2000:]}")
                time.sleep(0.05)
            ca = folder / ("ca" if session is not None else "mitmdump-ca") / "mitmproxy-ca-cert.pem"
            yield Running(name, process, int(found[1]), ca, session)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(process: "subprocess.Popen[str]", pattern: str) -> "re.Match[str]":
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found
    raise RuntimeError("the origin did not start")
