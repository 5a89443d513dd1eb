"""Real consumers and producers of HARs: the published schema, and Playwright. A test skips where npm cannot fetch them."""

import functools
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

from testenv.process import clean_environment
from testenv.programs import found

_HERE = Path(__file__).resolve().parent
# ajv's line 6 knows the draft that har-schema is written in.
PACKAGES = ("har-schema@2", "ajv@6", "playwright-core@1")
_INSTALL_TIMEOUT_S = 90


def validate(har: Path) -> dict[str, Any]:
    """{"valid", "errors"} by the schema of HAR 1.2."""
    return _ask("validate", har)


def replay(har: Path, urls: list[str]) -> list[dict[str, Any]]:
    """What a page gets from the HAR alone (Playwright's routeFromHAR): {"url", "status" (None: refused), "text"} each."""
    return _ask("replay", har, urls=urls, browser=_browser())["answers"]


def record(har: Path, proxy_port: int, page: str, urls: list[str], sockets: list[str]) -> None:
    """Has Chromium load ``page`` through a proxy, fetch ``urls`` from it and open ``sockets``; Playwright writes the HAR."""
    _ask("record", har, proxy_port=proxy_port, page=page, urls=urls, sockets=sockets, browser=_browser())


def _browser() -> str:
    return found("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _ask(tool: str, har: Path, **more: Any) -> dict[str, Any]:
    asked = {"tool": tool, "packages": str(_packages()), "har": str(har), **more}
    done = subprocess.run(
        [found("node"), str(_HERE / "har_tools.mjs")],
        input=json.dumps(asked).encode(), capture_output=True, env=clean_environment(), timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2000:]
    return json.loads(done.stdout)


@functools.cache
def _packages() -> Path:
    """The folder of the npm packages, installed once into the temporary folder."""
    place = Path(tempfile.gettempdir(), "miniprogram-tests-" + re.sub(r"\W", "-", "-".join(PACKAGES)))
    folder = place / "node_modules"
    if not all((folder / name.partition("@")[0] / "package.json").exists() for name in PACKAGES):
        command = [
            found("npm"),
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(place),
            *PACKAGES,
        ]
        place.mkdir(exist_ok=True)
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_INSTALL_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install {', '.join(PACKAGES)} within {_INSTALL_TIMEOUT_S} s")
        if done.returncode:
            pytest.skip(f"npm cannot install {', '.join(PACKAGES)}: {done.stderr.strip()[-200:]}")
    return folder
