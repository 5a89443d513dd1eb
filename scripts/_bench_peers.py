"""Two other intercepting proxies on the same calls, installed by npm in a folder of their own. Import after ``_venv.enter()``."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import _bench_calls as calls
import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_origin import HOST

from wxpolicy.terms import Text

PACKAGES = {"whistle": "whistle@2", "AnyProxy": "anyproxy@4"}
_INSTALL_S = 180
_START_S = 30
_CASES = tuple(case for case in calls.CALLS if case.name in ("1 connection", "10 connections"))
_ANYPROXY_RULE = """\
module.exports = {
  summary: 'the benchmark',
  *beforeSendRequest(detail) {
    Object.assign(detail.requestOptions, {hostname: '127.0.0.1', port: PORT, rejectUnauthorized: false});
    return detail;
  },
  *beforeDealHttpsRequest() { return true; },
};
"""


class Missing(Exception):
    """Why the peers cannot be measured, for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def install(folder: Path) -> Path:
    """Where their programs are. Raises Missing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise Missing(
            Text("没有 npm：不测量 whistle 和 AnyProxy", "there is no npm: whistle and AnyProxy are not measured")
        )
    command = [npm, "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(folder), *PACKAGES.values()]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_S)
    except subprocess.TimeoutExpired:
        done = None
    if done is None or done.returncode:
        raise Missing(
            Text("npm 未能安装 whistle 和 AnyProxy：不测量", "npm could not install whistle and AnyProxy: not measured")
        )
    return folder / "node_modules" / ".bin"


def measure(setting: proxies.Setting, folder: Path, rounds: int, seconds: float) -> Iterator[Figure]:
    """Each by turns with bare mitmdump. Raises Missing."""
    folder.mkdir()
    programs = install(folder)
    origin_port = setting.origin.port
    with ExitStack() as running:
        for start in (whistle, anyproxy):
            peer = running.enter_context(start(programs, folder, origin_port))
            for case in _CASES:
                with calls.loads(case.shape, [peer, setting.bare], seconds) as made:
                    found = calls.compared("peers", case, made, rounds, seconds, name=f"{peer.name}, {case.name}")
                    # A peer's work is done by children of its process: what that one takes tells nothing.
                    yield replace(found, more={})


@contextmanager
def whistle(programs: Path, folder: Path, origin_port: int) -> Iterator[proxies.Running]:
    port, home = proxies.free_port(), folder / "whistle"
    rule = f"https://{HOST} https://127.0.0.1:{origin_port}"
    command = [str(programs / "whistle"), "run", "--host", "127.0.0.1", "--port", str(port), "--baseDir", str(home),
               "--mode", "capture|persistentCapture", "--shadowRules", rule]  # fmt: skip
    with _started("whistle", command, port, home, "**/root.crt") as running:
        yield running


@contextmanager
def anyproxy(programs: Path, folder: Path, origin_port: int) -> Iterator[proxies.Running]:
    port, home, rule = proxies.free_port(), folder / "anyproxy", folder / "rule.js"
    rule.write_text(_ANYPROXY_RULE.replace("PORT", str(origin_port)))
    command = [str(programs / "anyproxy"), "--port", str(port), "--web", str(proxies.free_port()), "--rule", str(rule),
               "--intercept", "--silent", "--ignore-unauthorized-ssl"]  # fmt: skip
    home.mkdir()
    subprocess.run(
        [str(programs / "anyproxy-ca"), "--generate"], env=_at(home), stdin=subprocess.DEVNULL, capture_output=True,
        timeout=_START_S,
    )  # fmt: skip
    with _started("AnyProxy", command, port, home, "**/rootCA.crt") as running:
        yield running


def _at(home: Path) -> dict[str, str]:
    """Each keeps its authority and its settings below its user's home."""
    return os.environ | {"HOME": str(home), "USERPROFILE": str(home)}


@contextmanager
def _started(name: str, command: list[str], port: int, home: Path, root: str) -> Iterator[proxies.Running]:
    home.mkdir(exist_ok=True)
    process = subprocess.Popen(
        command, env=_at(home), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        text=True, start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + _START_S
        while not (_listens(port) and (found := next(home.glob(root), None))):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Missing(Text(f"{name} 未能启动：不测量", f"{name} did not start: not measured"))
            time.sleep(0.1)
        yield proxies.Running(name, process, port, found, None)
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """With its children, where the system knows groups of processes."""
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
