"""Which set-up steps each device has completed, according to the phone's page and the handshakes. Reported on the
terminal and on the computer's page."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wxgate.phone.visitor import System
from wxpolicy.terms import Text

MOST_DEVICES = 500


class Trust(StrEnum):
    """Whether a device's browser trusts the proxy's certificate. ``OLDER``: it trusted an earlier CA of this proxy."""

    UNKNOWN = "unknown"
    TRUSTED = "trusted"
    REFUSED = "refused"
    OLDER = "older"


@dataclass(slots=True)
class Arrival:
    """Times are Unix times, None for steps that have not happened."""

    device: str
    system: System = System.OTHER
    reached_at: float | None = None
    through_at: float | None = None
    fetched_at: float | None = None
    browser: Trust = Trust.UNKNOWN

    def as_json(self) -> dict[str, Any]:
        return {
            "device": self.device,
            "system": self.system.value,
            "reached_at": self.reached_at,
            "through_at": self.through_at,
            "fetched_at": self.fetched_at,
            "browser": self.browser.value,
        }


class Arrivals:
    """``say`` is called for each step, once per device."""

    def __init__(self, say: Callable[[Text], None], now: Callable[[], float] = time.time) -> None:
        self._say = say
        self._now = now
        self._known: dict[str, Arrival] = {}

    def of(self, device: str) -> Arrival | None:
        return self._known.get(device)

    def as_json(self) -> list[dict[str, Any]]:
        return [arrival.as_json() for arrival in self._known.values()]

    def visited(self, device: str, system: System, *, is_through: bool) -> None:
        """Its browser has requested the phone's page."""
        arrival = self._made(device)
        arrival.system = system
        if arrival.reached_at is None:
            arrival.reached_at = self._now()
            if not is_through:
                self._tell(
                    device, "打开了手机页面，还没有经过代理", "has opened the phone's page, not yet through the proxy"
                )
        if is_through and arrival.through_at is None:
            arrival.through_at = self._now()
            self._tell(device, "的流量已经过代理", "comes through the proxy")

    def fetched(self, device: str) -> None:
        """It has downloaded the certificate."""
        arrival = self._made(device)
        if arrival.fetched_at is None:
            self._tell(device, "下载了证书", "has fetched the certificate")
        arrival.fetched_at = self._now()

    def browser(self, device: str, trust: Trust) -> None:
        """The result of the certificate test in its browser."""
        arrival = self._made(device)
        if arrival.browser is trust or (arrival.browser is Trust.OLDER and trust is Trust.REFUSED):
            return
        arrival.browser = trust
        self._tell(device, *_SAID[trust])

    def _made(self, device: str) -> Arrival:
        if device not in self._known:
            while len(self._known) >= MOST_DEVICES:
                del self._known[next(iter(self._known))]
            self._known[device] = Arrival(device)
        return self._known[device]

    def _tell(self, device: str, zh: str, en: str) -> None:
        self._say(Text(f"{device} {zh}", f"{device} {en}"))


_SAID = {
    Trust.TRUSTED: ("的浏览器已信任证书", "trusts the certificate in its browser"),
    Trust.REFUSED: ("的浏览器还不信任证书", "does not trust the certificate in its browser yet"),
    Trust.OLDER: (
        "的浏览器信任的是本代理以前的证书：请安装现在这张",
        "trusts an older certificate of this proxy in its browser: it needs the one of now",
    ),
}
