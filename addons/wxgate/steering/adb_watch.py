"""Follows the foreground app of a phone on USB: its mini-programs go to the background and return as they do there.

adb cannot tell which mini-program is in front: all of the phone's mini-programs change together.
"""

import asyncio
import logging
from collections.abc import Callable

from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader

from wxgate.steering.adb import Adb
from wxgate.steering.adb import NoPhone
from wxgate.steering.adb import read_watched
from wxgate.steering.app_states import AppStates
from wxpolicy.state.front import Front
from wxpolicy.state.front import addresses_of
from wxpolicy.state.front import front_of
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.orders import ANY
from wxpolicy.terms import Text

logger = logging.getLogger(__name__)

EVERY_S = 0.5
# A phone rarely changes its network.
ADDRESSES_EVERY = 20
_CHANGES = {Front.MINI_PROGRAM: Change.FOREGROUND, Front.OTHER: Change.BACKGROUND}


class AdbWatch:
    """Owns ``mp_watch``. ``say`` is called when the phone stops answering, and when it answers again."""

    def __init__(self, states: AppStates, say: Callable[[Text], None]) -> None:
        self._states = states
        self._say = say
        self._adb: Adb | None = None
        self._task: asyncio.Task[None] | None = None

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mp_watch", str, "", "adb or adb:SERIAL: follow the foreground app of an Android phone on USB."
        )

    def configure(self, updated: set[str]) -> None:
        if "mp_watch" not in updated:
            return
        try:
            self._adb = read_watched(ctx.options.mp_watch) if ctx.options.mp_watch else None
        except ValueError as error:
            raise exceptions.OptionsError(f"watch: found {error}, expected adb or adb:SERIAL") from error

    def running(self) -> None:
        if self._adb is not None and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._watch(self._adb), name="adb watch")

    def done(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _watch(self, adb: Adb) -> None:
        before: Front | None = None
        trouble = ""
        looked = 0
        addresses: list[str] = []
        while True:
            try:
                if looked % ADDRESSES_EVERY == 0:
                    addresses = addresses_of(await adb.shell("ip", "-o", "addr"))
                front = front_of(await adb.shell("dumpsys", "activity", "activities"))
                looked += 1
                if front is Front.UNKNOWN:
                    raise NoPhone(
                        Text(
                            "无法识别手机返回的前台应用", "the phone's answer about its foreground app cannot be parsed"
                        )
                    )
                if trouble:
                    trouble = ""
                    self._say(Text("--watch：手机已恢复响应", "--watch: the phone responds again"))
                if front is not before:
                    before = front
                    for address in addresses or [ANY]:
                        self._states.order(_CHANGES[front], address, ANY, "adb")
            except NoPhone as error:
                if str(error) != trouble:
                    trouble = str(error)
                    self._say(Text(f"--watch：{error.text.zh}", f"--watch: {error.text.en}"))
            except Exception:  # without the watcher the last state would no longer be true
                logger.exception("the phone could not be looked at")
            await asyncio.sleep(EVERY_S)
