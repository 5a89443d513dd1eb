"""A device's own last calls, from the session's store, and what its apps refused."""

from collections.abc import Callable
from collections.abc import Sequence

from wxgate.page.store_thread import StoreThread
from wxpolicy.call.record import CallRecord
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term
from wxsession.store import SessionUnreadable
from wxsession.store import StoreReader

LAST = 10
# Every phone polls every two seconds; faster polls are answered from the cache.
MOST_WAITING = 16


class OwnCalls:
    """``refusing`` returns the hosts for which apps on a device refused the proxy's certificate."""

    def __init__(self, open_reader: Callable[[], StoreReader], refusing: Callable[[str], Sequence[str]]) -> None:
        self.refusing = refusing
        self._store = StoreThread(open_reader)
        self._waiting = 0

    async def last(self, device: str) -> Sequence[CallRecord]:
        """The newest first; empty if they cannot be read now."""
        if self._waiting >= MOST_WAITING:
            return ()
        wanted = CallFilter((Term(Field.DEVICE, device),))
        self._waiting += 1
        try:
            return await self._store.ask_once(device, lambda reader: reader.window(wanted, 0, LAST).records)
        except SessionUnreadable:
            return ()
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._store.close()
