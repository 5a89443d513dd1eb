"""One mini-program's policy: policy.yaml as typed values with all defaults."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from types import MappingProxyType

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform
from wxpolicy.terms import Scope

ANY_APPID = "any"
# The values of ``certificates.trust`` that are not a file.
TRUST_WORDS = ("platform", "mozilla", "system")


@dataclass(frozen=True, slots=True)
class ListedDomain:
    """One entry of a server-domain list, parsed. ``host`` is lower-case ASCII (IDNA A-labels); ``port`` is None if the
    entry has none; ``text`` is the entry as the user wrote it."""

    text: str
    scheme: str  # "https" or "wss"
    host: str
    port: int | None = None

    @property
    def origin(self) -> str:
        """The entry in the form of a list."""
        return f"{self.scheme}://{self.host}" + (f":{self.port}" if self.port else "")


class DomainList(tuple[ListedDomain, ...]):
    """The entries of a list, with tables: a host is found as fast among ten thousand entries as among ten."""

    by_host: Mapping[str, list[ListedDomain]]
    # For each parent of a listed host, the first (by name) of the hosts below it.
    first_below: Mapping[str, str]

    def __new__(cls, entries: Iterable[ListedDomain] = ()) -> "DomainList":
        made = super().__new__(cls, entries)
        by_host: dict[str, list[ListedDomain]] = {}
        first_below: dict[str, str] = {}
        for entry in made:
            by_host.setdefault(entry.host, []).append(entry)
        for host in by_host:
            for parent in parents_of(host):
                known = first_below.get(parent)
                if known is None or host < known:
                    first_below[parent] = host
        made.by_host, made.first_below = by_host, first_below
        return made


def parents_of(host: str) -> Iterator[str]:
    """ "a.b.example.com" -> "b.example.com", "example.com", "com"."""
    while (at := host.find(".")) >= 0:
        host = host[at + 1 :]
        yield host


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Concurrent calls per API (None: no limit) and what happens to more of them."""

    request: int | None = DEFAULT.limits[Api.REQUEST]
    uploadFile: int | None = DEFAULT.limits[Api.UPLOAD_FILE]
    downloadFile: int | None = DEFAULT.limits[Api.DOWNLOAD_FILE]
    connectSocket: int | None = DEFAULT.limits[Api.CONNECT_SOCKET]
    excess: str = "queue"  # "queue" | "fail"

    def limit(self, api: Api) -> int | None:
        limit: int | None = getattr(self, api.value)
        return limit


@dataclass(frozen=True, slots=True)
class Background:
    grace_ms: int = DEFAULT.grace_ms
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Certificates:
    """``trust`` is "platform", "mozilla", "system" or a file; ``extra_roots`` are PEM files."""

    trust: str = "platform"
    extra_roots: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = (Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS)


@dataclass(frozen=True, slots=True)
class HostPlace:
    """The address of a name: an IP address or another name; ``port`` is None for the requested one."""

    address: str
    port: int | None = None

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return self.address if self.port is None else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class DeclaredApi:
    """The API of every URL with this scheme, host and port whose path starts with ``path``."""

    scheme: str
    host: str
    port: int
    path: str
    api: Api


def excludes(patterns: tuple[str, ...], ascii_host: str) -> bool:
    """Whether a pattern of ``exclude`` matches the host: itself, or with ``*.`` any host below it."""
    return any(
        ascii_host.endswith(pattern[1:]) if pattern.startswith("*.") else ascii_host == pattern for pattern in patterns
    )


def _default_timeouts() -> Mapping[Api, int]:
    return MappingProxyType(dict.fromkeys(Api, DEFAULT.default_timeout_ms))


def _no_domains() -> Mapping[Api, tuple[ListedDomain, ...]]:
    return MappingProxyType({api: () for api in Api})


@dataclass(frozen=True, slots=True)
class Policy:
    """What one mini-program may do. Structure and units as in policy.yaml.

    ``appid`` is ``ANY_APPID`` for whatever mini-program calls; ``version`` is None to keep the client's own.
    """

    appid: str = ANY_APPID
    version: str | None = None
    edition: Edition = DEFAULT
    mode: Mode = Mode.RELEASE
    scope: Scope = Scope.MINIPROGRAM
    domains: Mapping[Api, tuple[ListedDomain, ...]] = field(default_factory=_no_domains)
    network_timeout_ms: Mapping[Api, int] = field(default_factory=_default_timeouts)
    concurrency: Concurrency = Concurrency()
    background: Background = Background()
    certificates: Certificates = Certificates()
    encoding: str = "record"  # "record" | "apply"
    # The address of a name in the test environment, by A-label name. Judged by the name only.
    hosts: Mapping[str, HostPlace] = field(default_factory=lambda: MappingProxyType({}))
    # Hosts whose requests are not calls in scope all: A-label names, or "*." and a name for all below it.
    exclude: tuple[str, ...] = ()
    # The API of a URL where the wire does not show it, the longest path first.
    apis: tuple[DeclaredApi, ...] = ()
    # Its name in records if several are in force: its appid. "" if it is the only one.
    recorded_as: str = ""

    def __post_init__(self) -> None:
        # Once per policy, and not again for a copy (``replace``).
        if not all(isinstance(entries, DomainList) for entries in self.domains.values()):
            compiled = {api: DomainList(entries) for api, entries in self.domains.items()}
            object.__setattr__(self, "domains", MappingProxyType(compiled))

    def excess_of(self, api: Api) -> str:
        """What happens to calls beyond the limit: where the platform queues none (WebSockets), they always fail."""
        return "fail" if self.edition.excess[api] == "fail" else self.concurrency.excess

    def listed(self, api: Api) -> DomainList:
        """The entries that ``api`` may call: its own list, or the one that it shares."""
        entries = self.domains.get(self.edition.list_of(api), _NOTHING_LISTED)
        assert isinstance(entries, DomainList)  # ensured by __post_init__
        return entries


_NOTHING_LISTED = DomainList()
