"""Every app's state on every device: kept in the policy's state machines, changed by commands and by timers.

Whatever changes a state (the page, a phone's own page, a scenario, a command) does it here, and each change is recorded
in the session with its time.
"""

import asyncio
import time
from typing import Any

from wxgate.recording.session import Session
from wxgate.signal import Signal
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.state.app import App
from wxpolicy.state.app import Event
from wxpolicy.state.devices import Devices
from wxpolicy.state.joined import Joined
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.orders import ANY
from wxpolicy.state.orders import Order
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.url.addresses import plain_address


class AppStates:
    """``decided`` is emitted with what must happen to calls: because of a timer, or because of other calls."""

    def __init__(self, source: PolicySource, session: Session) -> None:
        self.decided: Signal[tuple[Event, ...]] = Signal()
        self._session = session
        self._devices = Devices()
        # Which addresses are one device; records keep the address that called.
        self.joined = Joined()
        # When each app's timer fires. One that fires too early (its call is over) is set again then.
        self._timers: dict[App, tuple[float, asyncio.TimerHandle]] = {}
        source.changed.subscribe(self._adopt)

    def app(self, device: str, appid: str | None, policy: Policy) -> App:
        """The app that a call belongs to."""
        return self._devices.app(self.joined.of(plain_address(device)), appid, policy)

    def settle(self, app: App, events: tuple[Event, ...], wake_at_ms: float | None) -> None:
        """Carries out what an app decided about its calls, and asks it again at ``wake_at_ms``."""
        self._arm(app, wake_at_ms)
        if events:
            self.decided.emit(events)

    def order(self, change: Change, device: str, appid: str, source: str) -> None:
        """Carries out a change for a device ("any" or an address) and an appid ("any" or one), now and for apps that
        call later."""
        device = self.joined.of(plain_address(device))
        self._session.app_state(time.time(), device, appid, change.value, source)
        self._session.say(_said(change, device, appid))
        at_ms = now_ms()
        # Calls that were running when their address was joined still belong to it.
        for address in self.joined.addresses(device):
            for _, app, events in self._devices.give(Order(at_ms, change, address, appid)):
                self._settle(app, events)

    def status(self, device: str = ANY) -> list[dict[str, Any]]:
        """Each app's state as JSON values, the one that called last first."""
        now = now_ms()
        wanted = device if device == ANY else self.joined.of(plain_address(device))
        return [
            {
                "device": self.joined.of(of_device),
                "appid": appid,
                "state": app.phase(now).value,
                "pinned": app.pinned,
                "calls": app.call_count,
                "running": {api.value: app.running(api) for api in Api},
                "waiting": {api.value: len(app.waiting(api)) for api in Api},
            }
            for (of_device, appid), app in reversed(self._devices.known())
            if wanted in (ANY, self.joined.of(of_device))
        ]

    def done(self) -> None:
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _adopt(self, at: float, text: str, policies: PolicySet) -> None:
        for (_, appid), app in self._devices.known():
            self._settle(app, app.adopt(policies.of_appid(appid), now_ms()))

    def _settle(self, app: App, events: tuple[Event, ...]) -> None:
        self.settle(app, events, app.next_deadline_ms())

    def _arm(self, app: App, next_ms: float | None) -> None:
        armed = self._timers.get(app)
        if next_ms is None or (armed is not None and armed[0] <= next_ms):
            return
        if armed is not None:
            armed[1].cancel()
        self._timers[app] = (next_ms, asyncio.get_running_loop().call_at(next_ms / 1000, self._ring, app))

    def _ring(self, app: App) -> None:
        del self._timers[app]
        self._settle(app, app.due(now_ms()))


def now_ms() -> float:
    # The clock of the event loop.
    return time.monotonic() * 1000


def _said(change: Change, device: str, appid: str) -> Text:
    zh, en = _CHANGES[change]
    whose = Text(
        "所有设备" if device == ANY else f"设备 {printable(device)}",
        "every device" if device == ANY else f"device {printable(device)}",
    )
    which = Text("" if appid == ANY else f"上的 {printable(appid)} ", "" if appid == ANY else f", {printable(appid)},")
    return Text(f"{whose.zh}{which.zh}{zh}", f"{whose.en}{which.en} {en}")


_CHANGES = {
    Change.BACKGROUND: Text("进入后台", "went to the background"),
    Change.FOREGROUND: Text("回到前台", "is back in the foreground"),
    Change.PINNED: Text("置于聊天顶部", "is pinned to the chat top"),
    Change.UNPINNED: Text("取消置顶", "is no longer pinned"),
}
