"""Clients that are programs of their own: curl and node. A test skips where one is missing."""

import base64
import functools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from testenv.answer import ANSWERED
from testenv.answer import GAVE_UP
from testenv.answer import NETWORK_ERROR
from testenv.answer import Answer
from testenv.process import clean_environment

_HERE = Path(__file__).resolve().parent
_CURL_TIMED_OUT = 28
AXE = "axe-core@4"
UNDICI = "undici@6"  # the newest line that runs on Node 18


def found(*names: str) -> str:
    """The path of the first program that is installed; skips the test where none is."""
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.skip(f"{' or '.join(names)} is not installed")


def curl(
    proxy_port: int,
    ca_pem: Path,
    url: str,
    *,
    http2: bool = False,
    method: str | None = None,
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    arguments: tuple[str, ...] = (),
    timeout_s: float = 10.0,
) -> Answer:
    """One request by curl; ``error`` begins with its exit status, as in "curl 52: Empty reply from server"."""
    with tempfile.TemporaryDirectory() as folder:
        head, body = Path(folder, "head"), Path(folder, "body")
        command = [
            found("curl"), "--silent", "--show-error", "--disable", "--noproxy", "", "--max-time", str(timeout_s),
            "--proxy", f"http://127.0.0.1:{proxy_port}", "--cacert", str(ca_pem),
            "--http2" if http2 else "--http1.1", "--suppress-connect-headers",
            "--dump-header", str(head), "--output", str(body), "--write-out", "%{http_code} %{http_version}",
        ]  # fmt: skip
        if method == "HEAD":
            command.append("--head")
        elif method is not None:
            command += ["--request", method]
        for name, value in (headers or {}).items():
            command += ["--header", f"{name}: {value}" if value else f"{name};"]
        if data is not None:
            command += ["--data-binary", "@-"]
        done = subprocess.run(
            [*command, *arguments, url], input=data or b"", capture_output=True, env=clean_environment(), timeout=60
        )
        code, _, version = done.stdout.decode().rpartition("\n")[2].partition(" ")
        answer = Answer(
            ANSWERED,
            int(code) or None,
            body.read_bytes() if body.exists() else b"",
            headers=_headers(head.read_text("latin-1") if head.exists() else ""),
            http_version=version,
        )
    if done.returncode == 0:
        return answer
    said = re.sub(r"^curl: \(\d+\) ", "", done.stderr.decode("utf-8", "replace").strip())
    kind = GAVE_UP if done.returncode == _CURL_TIMED_OUT else NETWORK_ERROR
    return Answer(kind, answer.status, answer.body, f"curl {done.returncode}: {said}", answer.headers, version)


def _headers(text: str) -> dict[str, str]:
    last = re.split(r"\r?\n\r?\n", text.strip())[-1]
    pairs = (line.partition(":") for line in last.splitlines()[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def node_https(proxy_port: int, ca_pem: Path, url: str, **more: object) -> Answer:
    """One request by Node's own https module, through a CONNECT tunnel."""
    return _node("node_https.mjs", proxy_port, ca_pem, url, {}, **more)


def node_fetch(proxy_port: int, ca_pem: Path, url: str, **more: object) -> Answer:
    """One request by fetch, with undici's ProxyAgent."""
    return _node("node_fetch.mjs", proxy_port, ca_pem, url, {"undici": str(undici())}, **more)


def _node(
    script: str,
    proxy_port: int,
    ca_pem: Path,
    url: str,
    options: dict[str, object],
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
    timeout_s: float = 10.0,
) -> Answer:
    asked = options | {
        "url": url, "method": method, "headers": dict(headers or {}), "timeout_ms": int(timeout_s * 1000),
        "data": base64.b64encode(data).decode() if data is not None else None,
        "proxy_port": proxy_port, "ca": ca_pem.read_text(),
    }  # fmt: skip
    done = subprocess.run(
        [found("node"), str(_HERE / script)],
        input=json.dumps(asked).encode(),
        capture_output=True,
        env=clean_environment(),
        timeout=60,
    )
    assert done.stdout, done.stderr.decode("utf-8", "replace")
    told = json.loads(done.stdout)
    return Answer(told["kind"], told["status"], base64.b64decode(told["body"]), told["error"], told["headers"], "1.1")


def undici() -> Path:
    """The folder of the npm package, installed once into the temporary folder; skips where npm cannot."""
    return _package(UNDICI, "index.js")


def axe() -> str:
    """The source of axe-core, which looks for what keeps people out of a page; as ``undici``."""
    return (_package(AXE, "axe.min.js") / "axe.min.js").read_text(encoding="utf-8")


@functools.cache
def _package(name: str, file: str) -> Path:
    place = Path(tempfile.gettempdir(), "miniprogram-tests-" + re.sub(r"\W", "-", name))
    folder = place / "node_modules" / name.partition("@")[0]
    if not (folder / file).exists():
        command = [found("npm"), "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), name]
        place.mkdir(exist_ok=True)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install {name} within 60 s")
        if done.returncode:
            pytest.skip(f"npm cannot install {name}: {done.stderr.strip()[-200:]}")
    return folder
