"""How long it takes from a clone to the first debug-only bug, explained on the page: ``python tests/testenv/first_minute.py``.

A fresh clone of this repository, its own virtual environment from the package index, the proxy as a new user
starts it, one call of a program in debug mode, and a real Chromium on the page. Prints seconds.
"""

import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests")]

from testenv.browser import opened_page  # noqa: E402
from testenv.ports import free_port  # noqa: E402
from testenv.process import Program  # noqa: E402

PATIENCE_S = 600


class _Origin(BaseHTTPRequestHandler):
    """Where the call goes to: nothing leaves this machine but the installation."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


def main() -> int:
    origin = HTTPServer(("127.0.0.1", 0), _Origin)
    threading.Thread(target=origin.serve_forever, daemon=True).start()
    port, page_port = free_port(), free_port()
    begun = time.monotonic()

    def tell(what: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {what}", flush=True)

    with tempfile.TemporaryDirectory() as made:
        clone = Path(made) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        tell("cloned")
        place = f"unlisted.example.com=127.0.0.1:{origin.server_port}"
        proxy = Program(
            [
                sys.executable, clone / "scripts" / "run.py", "--mode", "debug", "--scope", "all", "--lang", "en", "--no-qr",
                "--listen", f"127.0.0.1:{port}", "--page", f"127.0.0.1:{page_port}", "--connect", place,
                "--session", Path(made) / "session", "--", "--set", f"confdir={Path(made) / 'ca'}",
            ],
            cwd=clone,
        )  # fmt: skip
        try:
            proxy.wait_for_line(r"Ctrl-C to stop", timeout_s=PATIENCE_S)
            tell("installed, and the proxy listens")
            through = urllib.request.build_opener(urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{port}"}))
            through.open("http://unlisted.example.com/login", timeout=20).read()
            tell("a call that works with debugging on")
            with opened_page(f"http://127.0.0.1:{page_port}/") as page:
                page.show("", "en", (1280, 900))
                page.wait_until("document.querySelector('.section.debug-only article.cause .fix')")
                tell("explained on the page:")
                print(
                    page.run("document.querySelector('article.cause').innerText.split('\\n').slice(0, 6).join('\\n')")
                )
        finally:
            proxy.stop()
            origin.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
