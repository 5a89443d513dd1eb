"""URLs as far as the policy looks at them: scheme, host, port, and whether all clients read them alike.

Browsers (WHATWG), OkHttp (Android) and Foundation (iOS, RFC 3986) repair broken URLs in different ways. What they parse
differently is invalid here: a redirect must not be judged as one host and followed to another.

- blanks around a URL are stripped by all; a tab, newline or other control
  character inside one is invalid
- ``https:host``, ``https:/host`` and ``https:///host`` are invalid
- a backslash in the authority or at the head of a relative reference is invalid
- two ``@`` in the authority are invalid; one is user info, which the platform's matching ignores (platform §1 [seen])
"""

import re
from dataclasses import dataclass

from wxpolicy.terms import Text
from wxpolicy.url.hosts import Host
from wxpolicy.url.hosts import read_host
from wxpolicy.url.hosts import with_brackets
from wxpolicy.url.reasons import BACKSLASH
from wxpolicy.url.reasons import BAD_PORT
from wxpolicy.url.reasons import CONTROL_CHARACTER
from wxpolicy.url.reasons import MAX_PORT
from wxpolicy.url.reasons import NO_HOST
from wxpolicy.url.reasons import NO_SCHEME
from wxpolicy.url.reasons import NO_SLASHES
from wxpolicy.url.reasons import OTHER_SCHEME
from wxpolicy.url.reasons import TWO_USERINFOS

NETWORK_SCHEMES = frozenset({"http", "https", "ws", "wss"})
DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}

_BLANKS = " \t\n\f\r"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY_END = re.compile(r"[/?#]")
_PORT = re.compile(r"0*([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class Url:
    """One URL, parsed. ``scheme`` is lower-case, "" if there is none.

    ``port`` is None if none is spelled: an explicit default port is kept. ``path`` starts with "/", has the query but
    no fragment, and keeps its dot segments. ``userinfo``: there is some. ``invalid`` is None, or why the URL must be
    refused.
    """

    scheme: str
    host: Host
    port: int | None
    path: str
    userinfo: bool = False
    invalid: Text | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and spelled port; the host as it was spelled if it cannot be parsed."""
        host = with_brackets(self.host.ascii or self.host.shown)
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")


def read_url(text: str) -> Url:
    """Parses an absolute URL. Never raises: see ``Url.invalid``."""
    stripped = text.strip(_BLANKS)
    if _CONTROL.search(stripped):
        return _refused("", CONTROL_CHARACTER)
    match = _SCHEME.match(stripped)
    if not match:
        return _refused("", NO_SCHEME)
    scheme = match[1].lower()
    if scheme not in NETWORK_SCHEMES:
        return _refused(scheme, OTHER_SCHEME)
    rest = stripped[match.end() :]
    if not rest.startswith("//"):
        return _refused(scheme, NO_SLASHES)
    return _read_authority(scheme, rest[2:])


def resolve(base: Url | str, location: str) -> Url:
    """The target of a ``Location`` header, relative to ``base``. Never raises: see ``Url.invalid``."""
    if isinstance(base, str):
        base = read_url(base)
    if base.invalid:
        return base
    reference = location.strip(_BLANKS)
    if _CONTROL.search(reference):
        return _refused("", CONTROL_CHARACTER)
    if _SCHEME.match(reference):
        return read_url(reference)
    if reference.startswith("//"):
        return _read_authority(base.scheme, reference[2:])
    if "\\" in reference[:2]:
        return _refused(base.scheme, BACKSLASH)
    return Url(base.scheme, base.host, base.port, _merged(base.path, reference), base.userinfo)


def _read_authority(scheme: str, rest: str) -> Url:
    end = _AUTHORITY_END.search(rest)
    authority = rest[: end.start()] if end else rest
    path = _path_of(rest[len(authority) :])
    userinfo, at, host_and_port = authority.rpartition("@")
    if not host_and_port:
        return _refused(scheme, NO_HOST)
    if "\\" in authority:
        return _refused(scheme, BACKSLASH)
    if "@" in userinfo:
        return _refused(scheme, TWO_USERINFOS)

    host_text, port_text = _split_port(host_and_port)
    host = read_host(host_text)
    port_match = _PORT.fullmatch(port_text)
    port = int(port_match[1]) if port_match else None
    invalid = host.why
    # An empty port ("https://host:/") means no port, in every client.
    if port_text and (port is None or not 0 < port <= MAX_PORT):
        invalid = invalid or BAD_PORT
    return Url(scheme, host, port, path, bool(at), invalid)


def _split_port(text: str) -> tuple[str, str]:
    if text.startswith("["):
        address, bracket, after = text.partition("]")
        if after.startswith(":") or not after:
            return address + bracket, after[1:]
        return text, ""  # "[::1]x": read_host says what is wrong
    host, _, port = text.partition(":")
    # An IPv6 address without brackets is no host of a URL; a second colon makes the port unreadable.
    return host, port


def _merged(base_path: str, reference: str) -> str:
    """RFC 3986 §5.2.3, without removing dot segments: the path is shown, never matched."""
    path = base_path.partition("?")[0]
    if reference.startswith("/"):
        return _path_of(reference)
    if reference.startswith("?"):
        return _path_of(path + reference)
    without_fragment = reference.partition("#")[0]
    if not without_fragment:
        return base_path
    return path.rpartition("/")[0] + "/" + without_fragment


def _path_of(text: str) -> str:
    path = text.partition("#")[0]
    return path if path.startswith("/") else "/" + path


def _refused(scheme: str, why: Text) -> Url:
    return Url(scheme, read_host(""), None, "/", False, why)
