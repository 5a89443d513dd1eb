"""Commands to devices, stored so that an app that calls later has the right state.

"Every device goes to the background at 10 s" also holds for a device whose first call comes at 11 s: otherwise a
scenario would depend on which device called first.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wxpolicy.state.lifecycle import Change

ANY = "any"

# A command that a later one replaces still determines when a grace started; no grace is as long as this.
_REMEMBERED_MS = 3_600_000
_LEAST_TO_PRUNE = 64


@dataclass(frozen=True, slots=True)
class Order:
    """One change at one moment. ``device`` is an address or ``ANY``; ``appid`` likewise.

    An app whose appid is None (``scope: all`` without a Referer) only follows commands for ``ANY`` appid.
    """

    at_ms: float
    change: Change
    device: str = ANY
    appid: str = ANY

    def is_for(self, device: str, appid: str | None) -> bool:
        return self.device in (ANY, device) and self.appid in (ANY, appid)


class Orders:
    """The commands that still matter, oldest first. Added in the order of time."""

    def __init__(self) -> None:
        self._orders: list[Order] = []
        self._prune_from = _LEAST_TO_PRUNE

    def __len__(self) -> int:
        return len(self._orders)

    def add(self, order: Order) -> None:
        self._orders.append(order)
        if len(self._orders) >= self._prune_from:
            self._prune(order.at_ms)
            self._prune_from = max(_LEAST_TO_PRUNE, 2 * len(self._orders))

    def matching(self, device: str, appid: str | None) -> Iterator[Order]:
        return (order for order in self._orders if order.is_for(device, appid))

    def _prune(self, now_ms: float) -> None:
        """Removes each command that a sufficiently old later one replaces for everything it applied to."""
        kept: list[Order] = []
        overruled: set[tuple[bool, str, str]] = set()
        for order in reversed(self._orders):
            axis = order.change in (Change.PINNED, Change.UNPINNED)
            wider = {(axis, device, appid) for device in (ANY, order.device) for appid in (ANY, order.appid)}
            if wider & overruled:
                continue
            kept.append(order)
            if now_ms - order.at_ms > _REMEMBERED_MS:
                overruled.add((axis, order.device, order.appid))
        self._orders = kept[::-1]
