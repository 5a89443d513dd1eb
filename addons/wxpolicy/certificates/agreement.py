"""Whether server and client find common ground in TLS, for each platform: what was asked, what the server answered.

A handshake that offers exactly what a platform's client offers gets that
client's answer from the server itself. Of other platforms it tells what the
server would have agreed to with them only where its choice is one that they
offer too: a server that may choose from less chooses the same, or another of
the less. Where its choice is none of theirs, nobody knows without asking.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from wxpolicy.certificates.server_hello import NO_COMMON_GROUND
from wxpolicy.certificates.tls_offers import OFFERS
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer
from wxpolicy.certificates.tls_version import TLS_1_2
from wxpolicy.certificates.tls_version import rank
from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform

# OpenSSL's error if the server chose something that was not offered.
_OWN_REFUSALS = {
    "wrong signature type": "signature",
    "wrong curve": "group",
    "bad key share": "group",
    "unknown cipher returned": "suite",
    "wrong cipher returned": "suite",
}
_PROTOCOL_VERSION = 70


@dataclass(frozen=True, slots=True)
class Agreement:
    """The outcome of one handshake; names of ``tls_offers.numbers``, None for what was not seen."""

    version: str | None = None
    suite: str | None = None
    group: str | None = None
    signature: str | None = None

    def beyond(self, offer: TlsOffer) -> tuple[str, str] | None:
        """What of it is not in ``offer``: its kind and its name."""
        if self.suite is not None and not offer.has_suite(self.suite):
            return "suite", self.suite
        if self.group is not None and self.group not in offer.groups:
            return "group", self.group
        if self.signature is not None and self.signature not in offer.signatures:
            return "signature", self.signature
        return None


@dataclass(frozen=True, slots=True)
class Question:
    """One handshake with ``host``.

    ``as_of`` are the platforms whose clients all offer what was offered: a single one is that client's own ClientHello;
    if empty, everything was offered. ``answers`` is what a probe found. ``older`` names the system for which TLS 1.3
    was not offered: the calling client has it, or an older one.
    """

    host: str
    as_of: tuple[Platform, ...] = ()
    answers: Mapping[Platform, bool] = field(default_factory=dict)
    older: str = ""

    def answer_to(self, platform: Platform) -> bool | None:
        """Whether the server agrees with this platform's client, as far as it was asked."""
        return self.answers.get(platform)


def with_agreement(
    found: tuple[Finding, ...], asked: Question, agreement: Agreement, platforms: tuple[Platform, ...]
) -> tuple[Finding, ...]:
    """The judge's findings, and those of the agreement for platforms (the key) without such a fault."""
    told = {platform for each in found if each.code is Code.TLS_NOT_OFFERED for platform in each.platforms}
    return (*found, *agreed(asked, agreement, tuple(each for each in platforms if each not in told)))


def agreed(asked: Question, agreement: Agreement, platforms: Iterable[Platform] = ALL_PLATFORMS) -> Iterator[Finding]:
    """TLS_NOT_OFFERED where the server agreed, but not on what a platform's client offers.

    Suites without ECDHE are TLS_NO_FORWARD_SECRECY's on iOS, versions below 1.2 TLS_TOO_OLD's.
    """
    version = rank(agreement.version) if agreement.version is not None else None
    if version is not None and version < TLS_1_2:
        return
    for platform in platforms:
        answer = asked.answer_to(platform)
        beyond = agreement.beyond(OFFERS[platform])
        if answer is True or (answer is None and beyond is None):
            continue
        if platform is Platform.IOS and beyond is not None and _lacks_ecdhe(agreement):
            continue
        what, wanted = beyond if beyond is not None else ("any", "")
        yield not_offered(asked.host, (platform,), what, wanted, is_known=answer is False)


def refused(
    asked: Question, alert: int | None, version: str | None, error: str, platforms: Iterable[Platform] = ALL_PLATFORMS
) -> Iterator[Finding]:
    """TLS_TOO_OLD, TLS_TOO_NEW or TLS_NOT_OFFERED if a handshake failed for lack of common parameters; empty if that is
    unknown.

    ``alert`` is the server's, ``version`` its choice if it made one, ``error`` the message of our TLS library.
    """
    judged = tuple(platforms)
    chosen = rank(version) if version is not None else None
    if asked.older and chosen is None and alert == _PROTOCOL_VERSION:
        # A server that only supports versions older than TLS 1.2 chooses one of them: this one only supports newer
        # ones.
        yield _too_new(
            asked.host, asked.older, tuple(each for each in judged if each in asked.as_of), Severity.VIOLATION
        )
        return
    if (chosen is not None and chosen < TLS_1_2) or (alert == _PROTOCOL_VERSION and asked.as_of):
        yield too_old(asked.host, version if chosen is not None and chosen < TLS_1_2 else None, judged)
        return
    what = next((kind for words, kind in _OWN_REFUSALS.items() if words in error), None)
    if not asked.as_of or (what is None and alert not in NO_COMMON_GROUND):
        return
    yield not_offered(asked.host, tuple(each for each in judged if each in asked.as_of), what or "any", "")
    others = tuple(each for each in judged if each not in asked.as_of)
    for platform in others:
        if (answer := asked.answer_to(platform)) is not True:
            yield not_offered(asked.host, (platform,), what or "any", "", is_known=answer is False)


def too_new(
    host: str, offers: frozenset[str] | None, platforms: Iterable[Platform] = ALL_PLATFORMS
) -> Iterator[Finding]:
    """TLS_TOO_NEW, a warning: a probe found only TLS 1.3, which Android supports from 10 on."""
    if offers == frozenset({TLS_1_3}) and Platform.ANDROID in set(platforms):
        yield _too_new(host, "Android 9", (Platform.ANDROID,), Severity.WARNING)


def _too_new(host: str, systems: str, platforms: tuple[Platform, ...], severity: Severity) -> Finding:
    data = {"host": host, "offered": "1.3", "platforms": systems}
    return Finding(Code.TLS_TOO_NEW, data, severity, platforms=platforms)


def client_certificate(host: str, is_required: bool, platforms: Iterable[Platform] = ALL_PLATFORMS) -> Finding:
    """TLS_CLIENT_CERTIFICATE; a note if the server continues without one."""
    severity = Severity.VIOLATION if is_required else Severity.NOTE
    data = {"host": host, "is_required": is_required}
    return Finding(Code.TLS_CLIENT_CERTIFICATE, data, severity, platforms=tuple(platforms))


def not_offered(
    host: str, platforms: tuple[Platform, ...], what: str, wanted: str, *, is_known: bool = True
) -> Finding:
    data: dict[str, Any] = {"host": host, "what": what, "client": [OFFERS[platform].client for platform in platforms]}
    if wanted:
        data["wanted"] = wanted
    if not is_known:
        data["is_known"] = False
    return Finding(
        Code.TLS_NOT_OFFERED,
        data,
        Severity.VIOLATION if is_known else Severity.WARNING,
        Status.VIOLATED if is_known else Status.NOT_OBSERVABLE,
        platforms,
        Known.SAID if platforms == (Platform.IOS,) else Known.MEASURED,
    )


def too_old(host: str, version: str | None, platforms: tuple[Platform, ...]) -> Finding:
    data = {"host": host, "version": version} if version is not None else {"host": host, "is_refused": True}
    return Finding(Code.TLS_TOO_OLD, data, platforms=platforms)


def _lacks_ecdhe(agreement: Agreement) -> bool:
    suite = agreement.suite
    return suite is not None and not suite.startswith(("ECDHE-", "TLS_"))
