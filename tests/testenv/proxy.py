"""The product as a user starts it, in a process of its own, with every name living in the lab."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from testenv import forked
from testenv.clients import Clients
from testenv.process import Program
from testenv.process import clean_environment
from wxlab.lab import Lab

ROOT = Path(__file__).resolve().parents[2]
_HERE = Path(__file__).resolve().parent
_START_TIMEOUT_S = 30.0

# One host for each API, one for none. Tests that need another policy write one.
POLICY = """\
appid: any
scope: all
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
"""


class Proxy:
    """``scripts/run.py`` on a free port of loopback. A context manager; started by ``start``.

    ``folder`` receives the policy, the resolve map and the session;
    ``confdir`` holds the proxy's own CA, made by the first proxy that uses it.
    ``arguments`` are further ones of run.py, ``mitmproxy`` those after ``--``.
    """

    # Whether its session is judged again offline at its end, see testenv.replay.
    is_replayed = True
    ready_line = r"^\s+127\.0\.0\.1:(\d+)\s*$"

    def __init__(
        self,
        lab: Lab,
        folder: Path,
        confdir: Path,
        *,
        policy: str = POLICY,
        arguments: tuple[str, ...] = (),
        mitmproxy: tuple[str, ...] = (),
    ) -> None:
        self.lab = lab
        self.folder = folder
        self.confdir = confdir
        self.session = folder / "session"
        self.policy = folder / "policy.yaml"
        self.arguments = arguments
        self.mitmproxy = mitmproxy
        self.map = folder / "resolve-map.json"
        self.root = lab.write_root(folder)
        self.port = 0
        self.program: Program | None = None
        self.write_policy(policy)
        lab.write_map(self.map)

    def write_policy(self, text: str) -> None:
        """Saves policy.yaml as an editor does: the new file takes the old one's place."""
        part = self.policy.with_name("policy.yaml.part")
        part.write_text(textwrap.dedent(text), "utf-8")
        part.replace(self.policy)

    def command(self) -> list[str | Path]:
        return [
            *forked.RUN_HERE, ROOT / "scripts" / "run.py",
            "--policy", self.policy, "--listen", "127.0.0.1:0", "--session", self.session,
            "--extra-root", self.root, "--page", "off", "--lang", "en", "--no-qr", *self.arguments,
            "--", *self._lab_arguments(), *self.mitmproxy,
        ]  # fmt: skip

    def _lab_arguments(self) -> list[str | Path]:
        return [
            "-s", _HERE / "resolve_locally.py",
            "--set", f"resolve_map={self.map}", "--set", f"confdir={self.confdir}",
        ]  # fmt: skip

    def start(self) -> "Proxy":
        """Returns once it listens. AssertionError, with its output, where it does not come up."""
        self.program = Program(self.command(), cwd=ROOT)
        try:
            self.port = int(self.program.wait_for_line(self.ready_line, timeout_s=_START_TIMEOUT_S)[1])
        except AssertionError:
            self.program.kill9()
            raise
        return self

    @property
    def ca_pem(self) -> Path:
        """What a client must trust to speak to it."""
        return self.confdir / "mitmproxy-ca-cert.pem"

    @property
    def clients(self) -> Clients:
        return Clients(self.port, self.ca_pem)

    @property
    def output(self) -> str:
        """What it printed so far, on both streams."""
        return self.program.text if self.program is not None else ""

    def stop(self) -> int:
        """Ctrl-C as a user types it; its exit status."""
        assert self.program is not None, "never started"
        return self.program.stop()

    def wait(self) -> int:
        """Its exit status, once it has ended by itself (--for)."""
        assert self.program is not None, "never started"
        return self.program.wait()

    def kill9(self) -> None:
        if self.program is not None:
            self.program.kill9()

    def records(self) -> list[dict[str, Any]]:
        """The calls of the session, as ``scripts/report.py --format jsonl`` gives them."""
        done = run_script("report.py", self.session, "--format", "jsonl", "--lang", "en")
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]

    def __enter__(self) -> "Proxy":
        return self.start() if self.program is None else self

    def __exit__(self, *_: object) -> None:
        if self.program is not None and self.program.process.poll() is None:
            self.program.stop()


class BareProxy(Proxy):
    """mitmdump alone in the same lab: what the product's effects are measured against."""

    ready_line = r"listening at \S*?127\.0\.0\.1:(\d+)"

    def command(self) -> list[str | Path]:
        return [
            Path(sys.executable).with_name("mitmdump"), "--listen-host", "127.0.0.1", "--listen-port", "0",
            "--set", f"ssl_verify_upstream_trusted_ca={self.root}", *self._lab_arguments(), *self.mitmproxy,
        ]  # fmt: skip


def run_script(name: str, *arguments: str | Path, timeout_s: float = 60.0) -> "subprocess.CompletedProcess[str]":
    """One of scripts/, to its end, with this interpreter."""
    command = [*forked.RUN_HERE, str(ROOT / "scripts" / name), *map(str, arguments)]
    env = clean_environment(PYTHONIOENCODING="utf-8")
    if forked.can_start(command):
        return forked.run(command, cwd=ROOT, env=env, timeout_s=timeout_s)
    return subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout_s,
    )
