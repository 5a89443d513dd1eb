"""What the page shows and controls: a running proxy, or a past session."""

from collections.abc import Awaitable
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any
from typing import Protocol

from wxgate.connections.client_trust import ClientTrust
from wxgate.page.policy_editor import PolicyEditor
from wxgate.page.store_thread import StoreThread
from wxgate.phone.arrivals import Arrivals
from wxgate.steering.app_states import AppStates
from wxgate.steering.remembered import Remembered
from wxpolicy.policy_set import PolicySet
from wxreport.entrance import Entrance
from wxsession.store import StoreReader


@dataclass(frozen=True, slots=True)
class Sources:
    """``hosts`` are the page's own addresses as "host:port". ``states`` and ``editor`` are None if no proxy runs.
    ``open_reader`` returns a reader for work that takes long. ``policies`` are those that verdicts are worked out by
    now; ``entrances`` are where devices connect; ``live`` returns what only a running proxy knows, as JSON values."""

    hosts: Sequence[str]
    store: StoreThread
    open_reader: Callable[[], StoreReader]
    policies: Callable[[], PolicySet]
    states: AppStates | None = None
    editor: PolicyEditor | None = None
    live: Callable[[], dict[str, Any]] = field(default=dict)
    entrances: Callable[[], list[Entrance]] = field(default=list)
    others: "Others | None" = None
    arrivals: Arrivals | None = None
    client_trust: ClientTrust | None = None
    remembered: Remembered | None = None
    neighbours: Callable[[], Awaitable[dict[str, str]]] = field(default_factory=lambda: _nobody)


async def _nobody() -> dict[str, str]:
    return {}


class Others(Protocol):
    """The other sessions in the same folder."""

    def names(self) -> list[str]: ...

    def sources(self, name: str, hosts: Sequence[str]) -> Sources | None: ...

    def close(self) -> None: ...
