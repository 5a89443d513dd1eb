"""The process has run out of file descriptors: reported in one line instead of a traceback for each waiting connection.

asyncio tries to accept again each second, a hundred times at once, and passes every failure to the event loop's
exception handler [source: asyncio/selector_events.py].
"""

import asyncio
import errno
import os
import sys
from collections.abc import Callable
from typing import Any

from mitmproxy.addonmanager import Loader

from wxpolicy.call.events import LimitReached
from wxpolicy.terms import Text

_USED_UP = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_IN_WORDS = frozenset(os.strerror(number) for number in _USED_UP)
# More than one proxy on one machine ever needs.
_ENOUGH = 65_536


class OpenFiles:
    """``say`` is called once when no further connection can be opened."""

    def __init__(self, say: Callable[[Text], None]) -> None:
        self._say = say
        self._is_said = False
        self._before: Callable[[asyncio.AbstractEventLoop, dict[str, Any]], object] | None = None

    def load(self, loader: Loader) -> None:
        raise_limit()

    def running(self) -> None:
        loop = asyncio.get_running_loop()
        before = loop.get_exception_handler()
        if before != self._handle:
            self._before = before
            loop.set_exception_handler(self._handle)

    def _handle(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in _USED_UP:
            self.used_up()
        elif self._before is not None:
            self._before(loop, context)
        else:
            loop.default_exception_handler(context)

    def used_up(self) -> None:
        if self._is_said:
            return
        self._is_said = True
        most = limit()
        self._say(
            Text(
                f"LIMIT_REACHED：系统允许代理打开的文件和连接已用完（{most}）：新的连接要等其他连接关闭；可用 ulimit -n 提高上限",
                f"LIMIT_REACHED: the proxy has reached the system's limit of open files and connections ({most}): new connections wait until others close; ulimit -n raises the limit",
            )
        )

    def limit_in(self, why: str) -> LimitReached | None:
        """The limit, if a call failed because of it; None if ``why`` is another error."""
        if not any(words in why for words in _IN_WORDS):
            return None
        self.used_up()
        return LimitReached("files", limit(), "", "ulimit -n")


def limit() -> int:
    """How many files this process may have open; 0 if the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def raise_limit() -> None:
    """Raises the limit as far as the system permits: macOS starts with 256, Linux with 1024."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH)
    if 0 <= soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):
            pass  # macOS accepts less than it reports
