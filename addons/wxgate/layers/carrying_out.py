"""Carries out the commands of one client connection's layers at once and in order.

mitmproxy creates a task for each hook and takes a lock for each event. Here a hook whose addons need not wait is called
where it is commanded, and events that arise meanwhile are queued: the same order, without about ten turns of the loop
per call. Checked on 11.0.2 (Python 3.11), 12.2.3 and 12.3.1 (Python 3.13).
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import fields
from functools import cache
from typing import Any

from mitmproxy.proxy import commands
from mitmproxy.proxy import events
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler
from mitmproxy.proxy.server import ConnectionHandler
from mitmproxy.proxy.server import ConnectionIO
from mitmproxy.utils import asyncio_utils

# After this time other connections have their turn, between two events.
LONGEST_TURN_S = 0.005


async def _done(pause: "asyncio.Future[None]") -> None:
    """Waits in any case; a cancellation meanwhile takes effect at the task's next wait, where mitmproxy expects it."""
    cancelled: asyncio.CancelledError | None = None
    while not pause.done():
        try:
            await asyncio.shield(pause)
        except asyncio.CancelledError as error:
            cancelled = error
    task = asyncio.current_task()
    if cancelled is not None and task is not None:
        task.cancel(*cancelled.args)


@cache
def _data_of(hook: Any) -> str:
    """The name of the one argument that a class of hooks has."""
    (field,) = fields(hook)
    return field.name


class CarriesOut(ConnectionHandler):
    """Replaces how ``ConnectionHandler`` handles an event; its comments on each command apply here too."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._queue: deque[events.Event] = deque()
        self._is_handling = False  # at this moment
        self._turn_ends_at = 0.0
        self._pause: asyncio.Future[None] | None = None  # others have their turn; done when the queue is empty
        self._tasks: set[asyncio.Task[Any]] = set()

    async def server_event(self, event: events.Event) -> None:
        """Returns when the event, and all that it caused, was handled; called from within that, at once."""
        self._queue.append(event)
        if self._is_handling:
            return
        if self._pause is not None:
            await _done(self._pause)
            return
        self.timeout_watchdog.register_activity()
        if not self._handle_for_a_turn():
            await self._handle_in_turns()

    def _handle_for_a_turn(self) -> bool:
        """Returns whether everything is handled."""
        until = self._turn_ends_at = time.perf_counter() + LONGEST_TURN_S
        queue = self._queue
        self._is_handling = True
        try:
            while queue:
                event = queue.popleft()
                try:
                    for command in self.layer.handle_event(event):
                        self._carry_out(command)
                except Exception:
                    self.log("a layer has failed", logging.ERROR, exc_info=True)
                if queue and time.perf_counter() > until:
                    return False
        finally:
            self._is_handling = False
        return True

    async def _handle_in_turns(self) -> None:
        # A separate task: the task that caused the event may be cancelled, and other events are in the queue.
        pause = self._pause = asyncio.get_running_loop().create_future()

        async def handle() -> None:
            try:
                is_done = False
                while not is_done:
                    await asyncio.sleep(0)
                    is_done = self._handle_for_a_turn()
            finally:
                self._pause = None
                pause.set_result(None)

        self._start(handle(), "handle events")
        await _done(pause)

    def _carry_out(self, command: commands.Command) -> None:
        # The most frequent first.
        if isinstance(command, commands.SendData):
            io = self.transports.get(command.connection)
            if io is not None and io.writer is not None and not io.writer.is_closing():
                io.writer.write(command.data)
        elif isinstance(command, commands.StartHook):
            self._call_hook(command)
        elif isinstance(command, commands.OpenConnection):
            assert command.connection not in self.transports
            opening = self._start(self.open_connection(command), f"server connection {command.connection.address}")
            self.transports[command.connection] = ConnectionIO(handler=opening)
        elif isinstance(command, commands.CloseConnection):
            if command.connection in self.transports:
                half = isinstance(command, commands.CloseTcpConnection) and command.half_close
                self.close_connection(command.connection, half)
        elif isinstance(command, commands.RequestWakeup):
            timer = self._start(self.wakeup(command), f"wakeup timer ({command.delay:.1f}s)")
            self.wakeup_timer.add(timer)
        elif isinstance(command, commands.Log):
            self.log(command.message, command.level)
        elif not isinstance(command, commands.ConnectionCommand) or command.connection in self.transports:
            raise RuntimeError(f"a command that nobody knows: {command}")

    def is_done_at_once(self, hook: commands.StartHook) -> bool:
        """Called by a layer that is about to command a hook: whether the hook was called and is finished.

        If not, the layer commands it as usual.
        """
        return False

    def _call_hook(self, hook: commands.StartHook) -> None:
        self._start(self.hook_task(hook), f"hook {hook.name}")

    def _start(self, work: Coroutine[Any, Any, Any], name: str) -> "asyncio.Task[Any]":
        """The event loop keeps only weak references to tasks."""
        task = asyncio.get_running_loop().create_task(work)
        asyncio_utils.set_task_debug_info(task, name=name, client=self.client.peername)
        if not task.done():
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task


class CallsHooksAtOnce(CarriesOut, ProxyConnectionHandler):
    """For the connections of clients, with the addons in a table: no task unless an addon has to wait."""

    _begun: commands.StartHook | None = None  # called before it was commanded

    def is_done_at_once(self, hook: commands.StartHook) -> bool:
        lifecycle = getattr(self.master.addons, "lifecycle", None)
        # When a turn is over, others have theirs between this hook and what follows it.
        if lifecycle is None or not self._is_handling or time.perf_counter() > self._turn_ends_at:
            return False
        kind: Any = type(hook)  # mypy does not accept the class of a dataclass as hashable
        waits = lifecycle(hook, getattr(hook, _data_of(kind)))
        if waits is None:
            return True
        self._begun = hook
        self._start(self._rest_of_hook(hook, waits), f"hook {hook.name}")
        return False

    def _call_hook(self, hook: commands.StartHook) -> None:
        if hook is self._begun:
            self._begun = None
            return
        lifecycle = getattr(self.master.addons, "lifecycle", None)
        if lifecycle is None:
            super()._call_hook(hook)
            return
        kind: Any = type(hook)  # mypy does not accept the class of a dataclass as hashable
        waits = lifecycle(hook, getattr(hook, _data_of(kind)))
        if waits is not None:
            self._start(self._rest_of_hook(hook, waits), f"hook {hook.name}")
        elif hook.blocking:
            self._queue.append(events.HookCompleted(hook))

    async def _rest_of_hook(self, hook: commands.StartHook, waits: Coroutine[Any, Any, None]) -> None:
        with self.timeout_watchdog.disarm():
            await waits
        if hook.blocking:
            await self.server_event(events.HookCompleted(hook))
