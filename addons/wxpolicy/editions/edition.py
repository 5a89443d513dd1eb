"""An edition of a platform's rules as a value: everything in which one set of rules differs from another.

Rules, state and the policy file read the fields of ``policy.edition``; none of them compares its name. A new edition is
one file in this folder with an ``EDITION``, preferably made with ``dataclasses.replace`` from the most similar one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from wxpolicy.editions.referer_form import RefererForm
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Text


class PortRule(StrEnum):
    """Which ports a URL of a listed host may have."""

    NEVER = "never"  # neither the entry nor the URL has one
    EXACT = "exact"  # as in the entry; an entry without a port requires a URL without one
    ANY = "any"  # every port of a listed host


class Failure(StrEnum):
    """The kinds of failure that a platform's callbacks distinguish."""

    NOT_LISTED = "not listed"
    REDIRECT_NOT_LISTED = "redirect not listed"
    CERTIFICATE = "certificate"  # certificate or TLS
    URL_INVALID = "url invalid"
    TIMEOUT = "timeout"
    BACKGROUND = "background"
    OVER_THE_LIMIT = "over the limit"
    CONVERSION = "conversion"
    FILE_TOO_LARGE = "file too large"
    SOCKET = "socket"  # a WebSocket that fails after all checks
    NETWORK = "network"


class ErrorForm(NamedTuple):
    """``errno`` is None if the platform has none. ``reason`` is what follows "request:fail " in errMsg, or empty.
    ``{host}`` is the subject of the finding; a certificate's reason may contain ``{number}`` and ``{name}`` of
    Chromium's net error."""

    errno: int | None
    reason: str


class Topic(StrEnum):
    """What a clause can be about."""

    ADDRESS = "address"
    PORT = "port"
    TIMEOUT = "timeout"
    BOM = "bom"


class AppidForm(NamedTuple):
    """``pattern`` is a regular expression of the whole appid, ``prefix`` their common prefix ("": none)."""

    pattern: str
    prefix: str
    words: Text


class EarlierLimit(NamedTuple):
    """How many calls ran at once in base libraries before ``before``: old phones still have them."""

    limit: int
    before: str


class VersionForm(NamedTuple):
    """The ``{version}`` of the Referer: ``words`` that stand for unreleased builds, and the pattern of a release."""

    words: tuple[str, ...]
    release: str
    expected: Text


# Compared by identity: two editions are never "the same by chance".
@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Edition:
    """One edition. Each field's clause stands where an edition sets it."""

    # Its name in policy.yaml and in sessions, and other names that people write for it.
    name: str
    title: Text
    other_names: tuple[str, ...] = ()
    # The name of the present edition, if this one is superseded.
    superseded_by: str | None = None

    # The caller
    appid: AppidForm
    version: VersionForm
    # The version if neither policy nor client names one.
    development_version: str
    referer: RefererForm
    # User-Agents, first match first: every mark (lower case) must be in it.
    user_agents: tuple[tuple[Client, tuple[str, ...]], ...]
    # The header and value that a client adds to every wx.request and to no download.
    request_marks: Mapping[Client, tuple[str, str]]
    # The header that calls of a plugin carry: their lists are the plugin's own. None: the platform marks none.
    plugin_header: str | None = None

    # The target of a call
    schemes: Mapping[Api, str]
    ports: Mapping[Api, PortRule]
    # Whether private IPv4 addresses in the device's own subnet need no entry, over http and ws too.
    has_lan: bool
    reserved_hosts: frozenset[str]
    # The APIs that use another's list; those that are missing have one of their own.
    shared_lists: Mapping[Api, Api] = field(default_factory=lambda: MappingProxyType({}))
    # Entries a list can hold; None: no number is known.
    max_entries: int | None

    # The HTTP methods that wx.request takes.
    methods: frozenset[str]

    # Number and duration
    limits: Mapping[Api, int | None]  # None: no limit
    # Limits that the page does not mention, and that old clients have.
    earlier_limits: Mapping[Api, EarlierLimit] = field(default_factory=lambda: MappingProxyType({}))
    excess: Mapping[Api, str]  # "queue" or "fail": what happens to calls beyond the limit
    default_timeout_ms: int
    max_timeout_ms: int | None  # None: no maximum
    # Whether code may set a timeout for a single call, which overrides networkTimeout and is not on the wire.
    has_per_call_timeout: bool
    grace_ms: int
    # Whether a mini-program that is pinned to the chat top is exempt in the background.
    pinned_is_exempt: bool

    # The response
    max_file_bytes: int | None  # None: no limit is known
    strips_every_bom: bool  # or exactly one
    # The statuses that clients were seen to follow by themselves.
    followed_redirects: frozenset[int]
    # Whether wx.request has ``redirect: "manual"``, which follows nothing and is not on the wire.
    has_manual_redirect: bool

    # Texts
    errors: Mapping[Failure, ErrorForm]
    clauses: Mapping[Topic, str]
    # Replaces a clause of the sheets that the rules cite, if the platform has a document of its own.
    cites: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    # Where the lists are on the platform's site, and what each is called.
    console: str
    category_names: Mapping[Api, str]

    def list_of(self, api: Api) -> Api:
        """The API whose list decides for ``api``."""
        return self.shared_lists.get(api, api)
