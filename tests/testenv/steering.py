"""The page's HTTP API as a program of this machine uses it, and what it tells of the apps."""

import http.client
import json
import time
from typing import Any

from testenv.proxy import Proxy


class Steering:
    """``Steering(proxy)`` needs a proxy that was started with ``--page 127.0.0.1:0``."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        found = proxy.program.wait_for_line(r"browser: http://127\.0\.0\.1:(\d+)/", timeout_s=10)  # type: ignore[union-attr]
        self.port = int(found[1])
        self.place = f"127.0.0.1:{self.port}"

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:
        """One request; ``headers`` beat the right ones, None takes one away."""
        sent: dict[str, str | None] = {}
        if method == "POST":
            sent = {"Origin": f"http://{self.place}", "Content-Type": "application/json"}
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(
                method,
                path,
                json.dumps(body) if body is not None else None,
                {name: value for name, value in sent.items() if value is not None},
            )
            response = connection.getresponse()
            data = response.read()
            return response.status, json.loads(data) if data.startswith(b"{") else {"text": data.decode()}
        finally:
            connection.close()

    def order(self, state: str, device: str = "any", appid: str = "any") -> float:
        """Gives an order; the moment (time.monotonic) at which the proxy had carried it out."""
        status, answer = self.ask("POST", f"/api/devices/{device}/state", {"state": state, "appid": appid})
        assert status == 200, answer
        return time.monotonic()

    def apps(self) -> dict[str, dict[str, Any]]:
        """By device; of a device with several apps, one."""
        return {app["device"]: app for app in self.ask("GET", "/api/devices")[1]["apps"]}

    def wait_for(self, holds, *, timeout_s: float = 10.0) -> bool:
        """Asks again and again until ``holds(apps)``."""
        deadline = time.monotonic() + timeout_s
        while not holds(self.apps()):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)  # a poll of the condition above, up to the deadline
        return True
