"""The hosts of one call: each once, with every place that names it."""

from dataclasses import dataclass
from dataclasses import replace
from functools import lru_cache
from typing import Any

from wxpolicy.call.clients import client_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where
from wxpolicy.editions import EDITIONS
from wxpolicy.terms import Client
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import read_host
from wxpolicy.url.urls import DEFAULT_PORTS


@dataclass(frozen=True, slots=True)
class NamedHost:
    """One host of a call and the names that spell it, in the call's order, at least one.

    ``host`` is the most suspicious spelling: one with a trailing dot, else an unusual one, else the plain one. A plain
    spelling in one place must not hide another in the next. ``agreed`` says that every place of the call spells this
    one host in the same way.
    """

    host: Host
    names: tuple[CarriedName, ...]
    scheme: str
    agreed: bool = False

    @property
    def shown(self) -> str:
        return self.host.ascii or self.host.shown

    @property
    def where(self) -> list[str]:
        """The places that name it; empty if all places of the call agree."""
        if self.agreed:
            return []
        return list(dict.fromkeys(name.where.value for name in self.names))

    @property
    def data(self) -> dict[str, Any]:
        """The data that every finding about a host has."""
        return {"host": self.shown, "where": self.where}

    @property
    def ports(self) -> tuple[int | None, ...]:
        """The distinct ports of the URLs that these names can come from; None: a URL without a port."""
        spelled = dict.fromkeys(name.port for name in self.names if not self._is_silent(name))
        return tuple(spelled) or (None,)

    def _is_silent(self, name: CarriedName) -> bool:
        """Whether the place says nothing about the URL's port: a CONNECT target always has one (platform §4)."""
        if name.where is Where.CONNECT:
            return name.port is None or name.port == DEFAULT_PORTS.get(self.scheme)
        return name.where is Where.SNI


def named_hosts(call: CallFacts) -> tuple[NamedHost, ...]:
    """Every host of ``call`` once. Unreadable hosts are told apart by their spelling.

    HTTP/2 clients that are none of a platform's (Node) write the default port into :authority, and socket
    libraries of phones write it into Host (Java-WebSocket before 1.3.9, Starscream), whatever the code spells: there
    it says nothing.
    """
    names, default = call.names, DEFAULT_PORTS.get(call.scheme)
    silent = Where.HOST if call.is_websocket else Where.AUTHORITY
    if any(name.where is silent and name.port == default for name in names) and (
        call.is_websocket or not _is_a_platforms_own(call.headers.get("user-agent", ""))
    ):
        names = tuple(
            replace(name, port=None) if name.where is silent and name.port == default else name for name in names
        )
    return _read(names, call.scheme)


@lru_cache(maxsize=64)
def _is_a_platforms_own(user_agent: str) -> bool:
    return any(client_of(user_agent, edition) is not Client.UNKNOWN for edition in EDITIONS.values())


# Every rule asks, and the next call is usually for the same host.
@lru_cache(maxsize=64)
def _read(names: tuple[CarriedName, ...], scheme: str) -> tuple[NamedHost, ...]:
    spelled: dict[str, list[tuple[Host, CarriedName]]] = {}
    for name in names:
        host = read_host(name.host)
        # A space distinguishes an unreadable host from a readable one: no canonical name has one.
        spelled.setdefault(host.ascii or " " + host.spelled, []).append((host, name))
    # Case does not matter: some clients lower it in one place and not in another.
    agreed = len({name.host.lower() for name in names}) == 1
    return tuple(
        NamedHost(
            max((host for host, _ in together), key=lambda host: (host.tail_dot, host.spelled != host.ascii)),
            tuple(name for _, name in together),
            scheme,
            agreed,
        )
        for together in spelled.values()
    )
