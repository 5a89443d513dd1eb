"""Calls the addons from a table, at once if none of them has to wait.

For each event of each call mitmproxy asks about sixty addons, one after the other, whether they have a hook of its
name. That loop takes a third of a call's time. Here it runs once per event type, and again when the addons or the
options change. Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import inspect
from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import Coroutine
from collections.abc import Iterator
from typing import Any

from mitmproxy import exceptions
from mitmproxy import flow
from mitmproxy import hooks
from mitmproxy.addonmanager import AddonManager
from mitmproxy.addonmanager import safecall
from mitmproxy.master import Master

from wxgate.layers.idle_addons import guarded

# Each happens only a few times, and some of them change the list of addons.
_WALKED = frozenset({"load", "configure", "running", "done"})

# The hooks of one addon and of those inside it, in their order.
_Hooks = tuple[Callable[..., Any], ...]
_UPDATE = hooks.UpdateHook.name


class TabledAddons(AddonManager):
    """An AddonManager that differs only in speed."""

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
        # A script loads and unloads its addons while it is configured.
        super().trigger(event)
        self._tables.clear()

    # An event and what belongs to it

    def lifecycle(self, event: hooks.Hook, data: Any) -> Coroutine[Any, Any, None] | None:
        """As ``handle_lifecycle`` of an event about ``data``, and as waiting for an intercepted flow.

        Runs as far as it can; returns what must be awaited, or None.
        """
        waits = self._run(event, (data,))
        if not isinstance(data, flow.Flow):
            return waits
        if waits is not None:
            return self._rest(waits, data)
        if self._table(_UPDATE):
            return self._rest(None, data)
        return data.wait_for_resume() if data.intercepted else None

    async def _rest(self, waits: Awaitable[None] | None, of: flow.Flow) -> None:
        if waits is not None:
            await waits
        if self._table(_UPDATE):
            await self.trigger_event(hooks.UpdateHook([of]))
        await of.wait_for_resume()

    async def trigger_event(self, event: hooks.Hook) -> None:
        if event.name in _WALKED:
            await super().trigger_event(event)
            self._tables.clear()
            return
        waits = self._run(event, tuple(event.args()))
        if waits is not None:
            await waits

    # From the table

    def _run(self, event: hooks.Hook, arguments: tuple[Any, ...]) -> Coroutine[Any, Any, None] | None:
        calls = self._calls(self._table(event.name), arguments)
        for result in calls:
            return self._awaited(calls, result)
        return None

    async def _awaited(self, calls: Iterator[Awaitable[Any]], result: Awaitable[Any] | None) -> None:
        """Awaits one hook after the other; an exception is raised in the caller."""
        while result is not None:
            try:
                await result
            except Exception as error:
                try:
                    result = calls.throw(error)  # type: ignore[attr-defined]
                except StopIteration:
                    return
            else:
                result = next(calls, None)

    def _calls(self, table: list[_Hooks], arguments: tuple[Any, ...]) -> Iterator[Awaitable[Any]]:
        """Calls the hooks, and yields what is to be awaited before it continues."""
        for of_one_addon in table:
            try:
                for hook in of_one_addon:
                    result = hook(*arguments)
                    if result is not None and inspect.isawaitable(result):
                        yield result
            except exceptions.AddonHalt:
                return
            except exceptions.OptionsError:
                raise
            except Exception:
                with safecall():
                    raise

    def _table(self, name: str) -> list[_Hooks]:
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = self._walk(name)
        return table

    def _walk(self, name: str) -> list[_Hooks]:
        event = _Named(name)
        table = []
        for addon in self.chain:
            with safecall():
                found = tuple(
                    hook
                    for inside, each in self._iter_hooks(addon, event)
                    if (hook := guarded(inside, name, each, self.master.options)) is not None
                )
                if found:
                    table.append(found)
        return table


class _Named(hooks.Hook):
    """Represents any event of a name, where mitmproxy looks up its hooks."""

    name = ""

    def __new__(cls, name: str) -> "_Named":
        return object.__new__(cls)

    def __init__(self, name: str) -> None:
        self.name = name  # type: ignore[misc]
