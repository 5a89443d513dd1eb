"""Calls the addons from a table.

For each event of each call mitmproxy asks some sixty addons, one after the
other, whether they have a hook of its name. That walk is a third of a call's
time. Here it is made once an event, and again when the addons change.

Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import inspect
from collections.abc import Callable
from typing import Any

from mitmproxy import exceptions
from mitmproxy import hooks
from mitmproxy.addonmanager import AddonManager
from mitmproxy.addonmanager import safecall
from mitmproxy.master import Master

# Each happens but a few times, and some of them change what addons there are.
_WALKED = frozenset({"load", "configure", "running", "done"})

# The hooks of one addon and of those inside it, in their order.
_Hooks = tuple[Callable[..., Any], ...]


class TabledAddons(AddonManager):
    """An AddonManager in every respect but the time it takes."""

    def __init__(self, master: Master) -> None:
        self._tables: dict[str, list[_Hooks]] = {}
        super().__init__(master)

    def register(self, addon: Any) -> Any:
        self._tables.clear()
        return super().register(addon)

    def remove(self, addon: Any) -> None:
        super().remove(addon)
        self._tables.clear()

    def clear(self) -> None:
        super().clear()
        self._tables.clear()

    def add(self, *addons: Any) -> None:
        super().add(*addons)
        self._tables.clear()

    def trigger(self, event: hooks.Hook) -> None:
        # A script loads and unloads its addons while it is being configured.
        super().trigger(event)
        self._tables.clear()

    async def trigger_event(self, event: hooks.Hook) -> None:
        if event.name in _WALKED:
            await super().trigger_event(event)
            self._tables.clear()
            return
        table = self._tables.get(event.name)
        if table is None:
            table = self._tables[event.name] = self._walk(event)
        arguments = event.args()
        for of_one_addon in table:
            try:
                for hook in of_one_addon:
                    result = hook(*arguments)
                    if result is not None and inspect.isawaitable(result):
                        await result
            except exceptions.AddonHalt:
                return
            except exceptions.OptionsError:
                raise
            except Exception:
                with safecall():
                    raise

    def _walk(self, event: hooks.Hook) -> list[_Hooks]:
        table = []
        for addon in self.chain:
            with safecall():
                if found := tuple(hook for _, hook in self._iter_hooks(addon, event)):
                    table.append(found)
        return table
