"""A real browser: headless Chromium, driven over its DevTools socket, whose word on a network error is exact."""

import atexit
import base64
import functools
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import ExitStack
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from testenv.answer import ANSWERED
from testenv.answer import GAVE_UP
from testenv.answer import NETWORK_ERROR
from testenv.answer import Answer
from testenv.process import clean_environment
from testenv.programs import found

_START_TIMEOUT_S = 30.0
# Of a page that is used for long: until what is waited for has come.
_STEP_S = 10.0


def chromium(
    proxy_port: int, ca_pem: Path, url: str, *, headers: Mapping[str, str] | None = None, timeout_s: float = 20.0
) -> Answer:
    """Opens ``url`` in a new profile of a Chromium; ``body`` is the loaded page's DOM as text. ``headers`` are sent besides its own.

    ``error`` is Chromium's own, as in "net::ERR_EMPTY_RESPONSE". It asks for
    /favicon.ico by itself.
    """
    with _new_tab(proxy_port, ca_pem, timeout_s) as tools:
        try:
            tools.ask("Page.enable")
            tools.ask("Network.enable")
            if headers:
                tools.ask("Network.setExtraHTTPHeaders", headers=dict(headers))
            navigated = tools.ask("Page.navigate", url=url)
            if error := navigated.get("errorText"):
                return Answer(NETWORK_ERROR, error=error)
            tools.wait_for("Page.loadEventFired")
            dom = tools.ask("Runtime.evaluate", expression="document.documentElement.outerHTML")["result"]["value"]
        except TimeoutError:
            return Answer(GAVE_UP, error=f"Chromium loaded nothing within {timeout_s} s")
        response = tools.document(navigated["loaderId"])
    headers = {name.lower(): value for name, value in response["headers"].items()}
    version = "2" if response.get("protocol") == "h2" else "1.1"
    return Answer(ANSWERED, response["status"], dom.encode(), "", headers, version)


class Tab:
    """One tab that stays open, for pages that are used: ``with opened_tab(...) as tab``."""

    def __init__(self, tools: "_DevTools") -> None:
        self._tools = tools

    def pretend(self, user_agent: str, lang: str, size: tuple[int, int]) -> None:
        """To be another browser, in a language and a size."""
        self._tools.ask("Network.setUserAgentOverride", userAgent=user_agent, acceptLanguage=lang)
        width, height = size
        self._tools.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=True
        )

    def screenshot(self) -> bytes:
        return base64.b64decode(self._tools.ask("Page.captureScreenshot", format="png")["data"])

    def go(self, url: str) -> None:
        """Loads a page. AssertionError where it does not load."""
        self._tools.events.clear()
        navigated = self._tools.ask("Page.navigate", url=url)
        assert not navigated.get("errorText"), f"{url}: {navigated['errorText']}"
        self._tools.wait_for("Page.loadEventFired")

    def run(self, javascript: str) -> Any:
        """The value of an expression; a promise is awaited."""
        told = self._tools.ask("Runtime.evaluate", expression=javascript, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def wait_until(self, javascript: str) -> None:
        """Waits until an expression is true, where what it speaks of may not be there yet; the tab's time limit ends it."""
        asked = (
            "new Promise(done => { (function ask() { let holds = false;"
            f" try {{ holds = {javascript} }} catch {{ }}"
            " if (holds) done(true); else setTimeout(ask, 20) })() })"
        )
        try:
            self.run(asked)
        except AssertionError as error:
            if "navigated" not in str(error):
                raise
            self.run(asked)  # the page that was asked has gone; its successor is asked


@contextmanager
def opened_tab(proxy_port: int, ca_pem: Path | None, *, past_the_proxy: str = "<-loopback>", timeout_s: float = 30.0):
    """A tab behind the proxy, or without one where ``proxy_port`` is 0; it trusts the proxy's CA where it is given.

    ``past_the_proxy`` are hosts that it asks itself; the default is none, not even this machine.
    """
    with _new_tab(proxy_port, ca_pem, timeout_s, past_the_proxy) as tools:
        tools.ask("Page.enable")
        yield Tab(tools)


class AppPage(Tab):
    """A page of ours that is used for long: in a language and a size, with what it says on the console in ``said``."""

    def __init__(self, tools: "_DevTools", url: str) -> None:
        super().__init__(tools)
        self.said: list[str] = []
        self._url = url
        self._expected = ""
        tools.on_event = self._hear
        for domain in ("Page", "Runtime", "Log"):
            tools.ask(f"{domain}.enable")

    def show(self, hash_: str, lang: str, size: tuple[int, int], *, may_say: str = "") -> None:
        """Loads the page anew at ``hash_``, as if the reader had chosen the language before.

        ``may_say``: a browser tells of every answer that is a refusal.
        """
        self._expected = may_say
        width, height = size
        self._tools.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )
        if not self.run("location.href").startswith(self._url):
            self.go(self._url)
        self.run(
            f"localStorage.clear(); localStorage.setItem('lang', '\"{lang}\"'); location.hash = {json.dumps(hash_)}"
        )
        self.reload()

    def run(self, javascript: str) -> Any:
        self._tools.allow(_STEP_S)
        return super().run(javascript)

    def reload(self) -> None:
        self._tools.events.clear()
        self._tools.ask("Page.reload")
        self._tools.wait_for("Page.loadEventFired")

    def press(self, key: str) -> None:
        text = {"text": key} if len(key) == 1 else {"text": "\r"} if key == "Enter" else {}
        self._tools.ask("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self._tools.ask("Input.dispatchKeyEvent", type="keyUp", key=key)

    def collect_garbage(self) -> None:
        self._tools.ask("HeapProfiler.collectGarbage")

    def _hear(self, event: dict[str, Any]) -> None:
        if event["method"] in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"):
            told = json.dumps(event["params"], ensure_ascii=False)
            if not self._expected or self._expected not in told:
                self.said.append(told[:2000])


@contextmanager
def opened_page(url: str, *, timeout_s: float = 60.0):
    """A tab on a page of this machine, with no proxy."""
    with _new_tab(0, None, timeout_s) as tools:
        yield AppPage(tools, url)


class _DevTools:
    """The DevTools protocol: questions with numbered answers, and events in between."""

    def __init__(self, address: str, timeout_s: float) -> None:
        from websockets.sync.client import connect

        self.session: str | None = None
        self.events: list[dict[str, Any]] = []
        self.on_event: Callable[[dict[str, Any]], None] = lambda event: None
        self._deadline = time.monotonic() + timeout_s
        self._asked = 0
        self._open = ExitStack()
        self._socket = self._open.enter_context(connect(address, proxy=None, max_size=None))

    def __enter__(self) -> "_DevTools":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def allow(self, seconds: float) -> None:
        """From now on."""
        self._deadline = time.monotonic() + seconds

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._asked += 1
        question: dict[str, Any] = {"id": self._asked, "method": method, "params": parameters}
        if self.session is not None:
            question["sessionId"] = self.session
        self._socket.send(json.dumps(question))
        while (answer := self._next()).get("id") != self._asked:
            pass
        assert "result" in answer, f"{method}: {answer}"
        return answer["result"]

    def wait_for(self, method: str) -> None:
        while not any(event["method"] == method for event in self.events):
            self._next()

    def document(self, loader: str) -> dict[str, Any]:
        """What was received for the page itself, not for what it loaded."""
        for event in self.events:
            told = event["params"]
            if event["method"] == "Network.responseReceived" and told["requestId"] == loader:
                return told["response"]
        raise AssertionError("Chromium loaded a page for which it received nothing")

    def _next(self) -> dict[str, Any]:
        message = json.loads(self._socket.recv(timeout=max(0.001, self._deadline - time.monotonic())))
        if "method" in message:
            self.events.append(message)
            self.on_event(message)
        return message


@contextmanager
def _new_tab(proxy_port: int, ca_pem: Path | None, timeout_s: float, past_the_proxy: str = "<-loopback>"):
    """A tab in a profile of its own, which is gone at the end. ``proxy_port`` 0: without a proxy."""
    pytest.importorskip("websockets")
    with _DevTools(_browser_that_trusts(_spki(ca_pem) if ca_pem is not None else None), timeout_s) as tools:
        way = {"proxyServer": f"http://127.0.0.1:{proxy_port}", "proxyBypassList": past_the_proxy} if proxy_port else {}
        profile = tools.ask("Target.createBrowserContext", disposeOnDetach=True, **way)["browserContextId"]
        target = tools.ask("Target.createTarget", url="about:blank", browserContextId=profile)["targetId"]
        tools.session = tools.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        yield tools


@functools.cache
def _browser_that_trusts(spki: str | None) -> str:
    """The address of the DevTools socket of a Chromium, which runs until the tests of this process have ended."""
    browser = found("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    command = [
        browser, "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
        "--disable-default-apps", "--no-pings", "--disable-auto-reload", "--metrics-recording-only", "--disable-domain-reliability",
        f"--user-data-dir={folder.name}",
        # Without these an http: page is asked for over https: first.
        "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
        "--remote-debugging-port=0", "about:blank",
    ]  # fmt: skip
    if spki is not None:
        command.insert(1, f"--ignore-certificate-errors-spki-list={spki}")
    if sys.platform == "linux":
        command.insert(1, "--no-sandbox")  # its sandbox starts neither as root nor in most containers
    said = Path(folder.name, "said.txt")
    with said.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            # What it leaves in the temporary folder when it is killed goes with its profile.
            env=clean_environment(TMPDIR=folder.name), start_new_session=True,
        )  # fmt: skip

    def end() -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        folder.cleanup()

    atexit.register(end)
    return _devtools_address(process, said)


def _devtools_address(process: "subprocess.Popen[bytes]", said: Path) -> str:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        if match := re.search(r"DevTools listening on (ws://\S+)\n", said.read_text("utf-8", "replace")):
            return match[1]
        time.sleep(0.02)  # a poll of the condition above, up to the deadline
    raise AssertionError(f"Chromium did not start:\n{said.read_text('utf-8', 'replace')[-2000:]}")


def _spki(ca_pem: Path) -> str:
    # mitmproxy's leaves carry the public key of its CA, so this one hash stands for all of them.
    key = x509.load_pem_x509_certificate(ca_pem.read_bytes()).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()
