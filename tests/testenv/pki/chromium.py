"""What a real Chromium says of chains: servers of their own, roots in a fresh NSS store, one browser for all."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from testenv.pki.cases import Case
from testenv.pki.servers import serving

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-default-apps",
    "--disable-features=LocalNetworkAccessChecks", "--remote-debugging-port=0",
    "--host-resolver-rules=MAP * 127.0.0.1, EXCLUDE 127.0.0.1, EXCLUDE ::1",
)  # fmt: skip
START_S, ANSWER_S = 30.0, 10.0


def missing() -> str:
    """Why nothing can be measured here, "" where it can."""
    if _program() is None:
        return "no Chromium on this machine"
    if shutil.which("certutil") is None:
        return "no certutil (libnss3-tools) on this machine"
    return ""


def _program() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name)) is not None), None)


def measure(cases: Sequence[Case], home: Path) -> Mapping[str, str]:
    """Per case "OK" or the browser's net error; a case that cannot be served (a key that OpenSSL does not take) is left out."""
    environment = {**os.environ, "HOME": str(home)}
    _trust(cases, home, environment)
    with serving(cases, home) as ports, _browser(home, environment) as page:
        return {
            case.id: page.fetch(f"https://{_bracketed(case.host)}:{ports[case.id]}/")
            for case in cases
            if case.id in ports
        }


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _trust(cases: Sequence[Case], home: Path, environment: Mapping[str, str]) -> None:
    """All roots, as a user would trust them: as CAs for websites."""
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    database = f"sql:{store}"
    _certutil(["-N", "-d", database, "--empty-password"], environment)
    lines = []
    # NSS takes a server's own certificate for trusted as a peer alone.
    own = {case.served[0].der for case in cases}
    for number, der in enumerate({root.der: None for case in cases for root in case.roots}):
        path = home / f"root{number}.der"
        path.write_bytes(der)
        lines.append(f"-A -n root{number} -t {'CP' if der in own else 'C'},, -i {path}")
    batch = home / "roots.txt"
    while lines:
        batch.write_text("\n".join(lines) + "\n")
        subprocess.run(
            ["certutil", "-B", "-d", database, "-i", batch], env=environment, capture_output=True, timeout=120
        )
        # It stops at a root that NSS itself cannot read: the browser would not have that one either.
        held = subprocess.run(
            ["certutil", "-L", "-d", database], env=environment, capture_output=True, text=True, timeout=60
        ).stdout
        names = {line.split()[0] for line in held.splitlines() if line.startswith("root")}
        lines = lines[sum(line.split()[2] in names for line in lines) + 1 :]


def _certutil(arguments: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(["certutil", *arguments], env=environment, check=True, capture_output=True, timeout=30)


class _Page:
    """One tab, driven over the DevTools protocol."""

    def __init__(self, socket) -> None:
        self._socket = socket
        self._number = 0
        self.failures: list[str] = []

    def call(self, method: str, **parameters):
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=ANSWER_S))
            if answer.get("method") == "Network.loadingFailed":
                self.failures.append(answer["params"]["errorText"])
            if answer.get("id") == self._number:
                return answer.get("result", {})

    def fetch(self, url: str) -> str:
        """ "OK" where an answer came, else the net error. A navigation would wait seconds before it shows an error."""
        self.call("Network.enable")
        self.failures.clear()
        script = f"fetch({json.dumps(url)}, {{mode: 'no-cors'}}).then(() => 'OK', () => 'failed')"
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True)["result"]["value"]
        return result if result == "OK" else self.failures[-1]


@contextmanager
def _browser(home: Path, environment: Mapping[str, str]) -> Iterator[_Page]:
    from websockets.sync.client import connect

    profile = home / "profile"
    flags = [*_FLAGS, f"--user-data-dir={profile}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    program = _program()
    assert program
    browser = subprocess.Popen(
        [program, *flags, "about:blank"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert browser.stderr
        address = next(line.split()[-1] for line in browser.stderr if "DevTools listening on" in line)
        Thread(target=browser.stderr.read, daemon=True).start()
        with connect(_first_tab(address), open_timeout=START_S, max_size=None) as socket:
            yield _Page(socket)
    finally:
        browser.kill()
        browser.wait(timeout=10)


def _first_tab(address: str) -> str:
    from urllib.request import urlopen

    base = address.replace("ws://", "http://").partition("/devtools/")[0]
    with urlopen(f"{base}/json/list", timeout=START_S) as answer:
        tabs = json.load(answer)
    return next(tab["webSocketDebuggerUrl"] for tab in tabs if tab["type"] == "page")
