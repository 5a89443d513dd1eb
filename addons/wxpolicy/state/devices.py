"""The apps of all devices: found by (device, appid), notified of changes, and removed when idle.

An app never needs another device's state, so devices can be distributed over processes.
"""

from wxpolicy.policy import Policy
from wxpolicy.state.app import App
from wxpolicy.state.app import Event
from wxpolicy.state.orders import Order
from wxpolicy.state.orders import Orders

# (device address, appid); the appid is None if ``scope: all`` judges a call without a Referer.
Key = tuple[str, str | None]

# Appids come from a header, so a client can send any number of them.
MOST_IDLE_APPS = 1024


class Devices:
    """``most_apps``: above this number idle apps are removed, the least recently used first."""

    def __init__(self, most_apps: int = MOST_IDLE_APPS) -> None:
        self._most_apps = most_apps
        self._apps: dict[Key, App] = {}  # the least recently used first
        self._orders = Orders()

    def app(self, device: str, appid: str | None, policy: Policy) -> App:
        """The app of a call. A new one has already received every command that applies to it."""
        key = (device, appid)
        app = self._apps.pop(key, None)
        if app is None:
            app = App(policy)
            for order in self._orders.matching(device, appid):
                app.apply(order.change, order.at_ms)
            self._let_go()
        self._apps[key] = app
        return app

    def known(self) -> tuple[tuple[Key, App], ...]:
        """Every known app, the least recently used first."""
        return tuple(self._apps.items())

    def give(self, order: Order) -> tuple[tuple[Key, App, tuple[Event, ...]], ...]:
        """Carries out a command now (``order.at_ms``), and stores it for apps that call later.

        Returns each app that it applied to, with what must happen to its calls.
        """
        self._orders.add(order)
        return tuple(
            (key, app, app.apply(order.change, order.at_ms)) for key, app in self._apps.items() if order.is_for(*key)
        )

    def _let_go(self) -> None:
        surplus = len(self._apps) + 1 - self._most_apps
        if surplus <= 0:
            return
        # Without calls, an app's state follows from the policy and the commands, should it call again.
        idle = [key for key, app in self._apps.items() if not app.call_count]
        for key in idle[:surplus]:
            del self._apps[key]
