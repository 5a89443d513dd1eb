"""The Referer that a platform sets on every call: made from a template, and parsed leniently.

A template is a URL with ``{appid}``, and ``{version}`` if the platform sends one. If they are in the path, whatever
follows them may differ and the version may be missing; if they are in the query, their order may differ.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

# Limited in length, since both are used in file names, reports and a header.
_APPID = r"[A-Za-z0-9_-]{1,64}"
# Not a version but a page: some clients omit the version (platform §9).
_VERSION = r"(?![^/?#]*\.html)[A-Za-z0-9._-]{1,32}"
_MOST_FIELDS = 64


@dataclass(frozen=True, slots=True)
class Sender:
    """The mini-program that a Referer names; ``version`` is None if it names none."""

    appid: str
    version: str | None


@dataclass(frozen=True, slots=True)
class RefererForm:
    """``template`` is what the platform sends today, ``older`` are earlier ones that are still parsed."""

    template: str
    older: tuple[str, ...] = ()

    def made(self, appid: str, version: str) -> str:
        """The Referer that this build of this mini-program sends."""
        return self.template.format(appid=appid, version=version)

    def made_without_version(self, appid: str) -> str:
        """What a client without a version sends."""
        return self.template.replace("/{version}", "").format(appid=appid, version="")

    def read(self, referer: str | None) -> Sender | None:
        """The mini-program that sent a call, or None if the Referer is not a mini-program's.

        A host that only starts or ends like the platform's is another one.
        """
        if not referer:
            return None
        read = _read_again if len(referer) <= _LONGEST_KEPT else _read
        for template in (self.template, *self.older):
            sender = read(template, referer.strip())
            if sender is not None:
                return sender
        return None


def _read(template: str, referer: str) -> Sender | None:
    base, _, wanted_query = template.partition("?")
    if wanted_query:
        return _read_query(base, wanted_query, referer)
    match = _path_pattern(template).fullmatch(referer)
    return Sender(match["appid"], match.groupdict().get("version")) if match else None


# A mini-program sends the same Referer with each call. It comes from the wire: long ones are not cached.
_LONGEST_KEPT = 512
_read_again = lru_cache(maxsize=256)(_read)


@lru_cache
def _path_pattern(template: str) -> re.Pattern[str]:
    head, _, tail = template.partition("://")[2].partition("{appid}")
    # Alipay has the appid in the host, too: both must be equal.
    between, again, rest = tail.partition("{appid}")
    pattern = rf"https?://{re.escape(head)}(?P<appid>{_APPID})"
    if again:
        pattern += rf"{re.escape(between)}(?P=appid)"
    if "{version}" in (rest if again else tail):
        pattern += rf"(?:/(?P<version>{_VERSION}))?"
    return re.compile(pattern + r"(?:[/?#].*)?", re.IGNORECASE | re.DOTALL)


def _read_query(base: str, wanted_query: str, referer: str) -> Sender | None:
    found_base, _, query = referer.partition("#")[0].partition("?")
    if found_base.lower().replace("http://", "https://", 1).rstrip("/") != base.lower().rstrip("/"):
        return None
    names = {value[0]: name for name, value in parse_qs(wanted_query).items()}
    if query.count("&") > _MOST_FIELDS:
        return None
    found = parse_qs(query)
    appid = found.get(names["{appid}"], [""])[0]
    if not re.fullmatch(_APPID, appid):
        return None
    version = found.get(names.get("{version}", ""), [""])[0]
    return Sender(appid, version if re.fullmatch(_VERSION, version) else None)
