"""What a probe saw of one server, judged: versions offered, forward secrecy, and the chain for each platform.

One handshake does not show what else a server would have accepted. A probe
makes one for each version, and one with the suites alone that App Transport
Security takes; this file judges what they told.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.agreement import Agreement
from wxpolicy.certificates.agreement import Question
from wxpolicy.certificates.agreement import client_certificate
from wxpolicy.certificates.agreement import too_new
from wxpolicy.certificates.agreement import with_agreement
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import PLATFORM_NAMES
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.url.hosts import with_brackets
from wxpolicy.url.urls import DEFAULT_PORTS
from wxpolicy.url.urls import read_url

TLS_1_3, TLS_1_2 = "TLSv1.3", "TLSv1.2"
# Newest first: the first that is accepted is what a phone gets.
VERSIONS = (TLS_1_3, TLS_1_2, "TLSv1.1", "TLSv1")
VERDICTS = {
    Severity.VIOLATION: Text("失败", "fails"),
    Severity.WARNING: Text("可能失败", "may fail"),
    Severity.NOTE: Text("通过", "passes"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A server to probe; ``host`` is a lower-case A-label name or an address without brackets."""

    host: str
    port: int = 443

    def __str__(self) -> str:
        return f"{with_brackets(self.host)}:{self.port}"


class Answer(StrEnum):
    AGREED = "agreed"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer in time, or this machine's OpenSSL cannot offer it


@dataclass(frozen=True, slots=True)
class Attempt:
    """One handshake. ``cipher`` and ``chain`` where it was agreed, ``reason`` where it was not.

    ``waited_s`` is how long no answer came, None where one did. ``agreement`` is what else was seen of it;
    ``wants_certificate``: the server asked the client for one, and with True went no further without.
    """

    version: str
    answer: Answer
    cipher: str | None = None
    chain: ServedChain = ServedChain(())
    reason: str = ""
    waited_s: float | None = None
    agreement: Agreement = Agreement()
    wants_certificate: bool | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """All handshakes with one server, one for each of ``VERSIONS`` in that order.

    ``ecdhe`` is one more with TLS 1.2 and ECDHE with AES alone, None where the
    server does not offer TLS 1.2. ``trouble`` says why no connection came about.
    ``at`` is where it was looked for in place of ``target``, None where nobody said so.
    ``answers`` is whether it agrees with each platform's own ClientHello, where it said so in time.
    """

    target: Target
    attempts: tuple[Attempt, ...] = ()
    ecdhe: Attempt | None = None
    trouble: str = ""
    at: Target | None = None
    answers: Mapping[Platform, bool] = field(default_factory=dict)

    @property
    def silent_s(self) -> float | None:
        """How long the server let each handshake wait before it was left; None where it answered any."""
        if not self.attempts or any(attempt.waited_s is None for attempt in self.attempts):
            return None
        return max(attempt.waited_s or 0.0 for attempt in self.attempts)

    @property
    def best(self) -> Attempt | None:
        return next((attempt for attempt in self.attempts if attempt.answer is Answer.AGREED), None)

    def answer(self, version: str) -> Answer:
        return next((attempt.answer for attempt in self.attempts if attempt.version == version), Answer.UNKNOWN)

    @property
    def offers(self) -> frozenset[str] | None:
        """The accepted versions; None if one is unknown: then nothing is reported as missing."""
        if any(self.answer(version) is Answer.UNKNOWN for version in VERSIONS):
            return None
        return frozenset(version for version in VERSIONS if self.answer(version) is Answer.AGREED)

    @property
    def ios_agrees(self) -> bool | None:
        """Without its own ClientHello, the suites that App Transport Security accepts show it too."""
        if Platform.IOS in self.answers or self.ecdhe is None:
            return self.answers.get(Platform.IOS)
        return {Answer.AGREED: True, Answer.REFUSED: False}.get(self.ecdhe.answer)

    @property
    def forward_secrecy(self) -> Answer:
        """Whether an ATS client can agree on a suite with forward secrecy."""
        if self.answer(TLS_1_3) is Answer.AGREED:
            return Answer.AGREED
        if self.ecdhe is not None:
            return self.ecdhe.answer
        return Answer.REFUSED if self.best is not None else Answer.UNKNOWN


@dataclass(frozen=True, slots=True)
class Probed:
    """What was seen, and the findings for each of ``platforms``; ``trust_stores`` names the store of each."""

    seen: Seen
    findings: tuple[Finding, ...]
    trust_stores: Mapping[Platform, str]
    platforms: tuple[Platform, ...] = ALL_PLATFORMS

    def worst(self, platform: Platform) -> Severity:
        """VIOLATION: it refuses; WARNING: it may; NOTE: it passes."""
        found = [finding for finding in self.findings if platform in finding.platforms]
        if any(finding.fails for finding in found):
            return Severity.VIOLATION
        return Severity.WARNING if any(finding.severity is Severity.WARNING for finding in found) else Severity.NOTE

    @property
    def refused(self) -> bool:
        return any(self.worst(platform) is Severity.VIOLATION for platform in self.platforms)


def read_target(text: str) -> Target | Text:
    """``HOST``, ``HOST:PORT`` or an https or wss URL; otherwise why it is none of them."""
    url = read_url(text if "://" in text else f"https://{text}")
    if url.invalid is not None:
        return url.invalid
    if url.scheme not in ("https", "wss"):
        return Text(f"{url.scheme}:// 没有 TLS，无从探测", f"{url.scheme}:// has no TLS to probe")
    return Target(url.host.ascii, url.port or DEFAULT_PORTS[url.scheme])


def judge_seen(
    seen: Seen, now: datetime, stores: Mapping[Platform, TrustStore], platforms: Iterable[Platform] = ALL_PLATFORMS
) -> Probed:
    """``now`` is aware. A server without any successful handshake fails on every platform."""
    wanted = tuple(platforms)
    names = {platform: stores[platform].name for platform in wanted}
    best = seen.best
    if best is None:
        return Probed(seen, (_unreached(seen, wanted),), names, wanted)
    host = seen.target.host
    has_ecdhe = seen.ecdhe is not None and seen.ecdhe.answer is Answer.AGREED
    cipher = seen.ecdhe.cipher if best.version == TLS_1_2 and has_ecdhe and seen.ecdhe else best.cipher
    handshake = Handshake(host, best.version, cipher, offers=seen.offers, ios_agrees=seen.ios_agrees)
    found = judge(best.chain, handshake, now, stores, wanted)
    findings = [
        *with_agreement(found, Question(host, answers=seen.answers), best.agreement, wanted),
        *too_new(host, seen.offers, wanted),
    ]
    if best.wants_certificate is not None:
        findings.append(client_certificate(host, best.wants_certificate, wanted))
    return Probed(seen, tuple(findings), names, wanted)


def told(probed: Probed) -> Text:
    """A probe's result for the session's report: one line, then a line for each finding and its fix."""
    return Text(*("\n".join(_lines(probed, lang)) for lang in ("zh", "en")))


def offered(seen: Seen) -> str:
    """The accepted versions, as text: "1.2 1.3"."""
    found = [version for version in reversed(VERSIONS) if seen.answer(version) is Answer.AGREED]
    return " ".join({"TLSv1": "1.0"}.get(version, version.removeprefix("TLSv")) for version in found)


@dataclass(frozen=True, slots=True)
class Cause:
    """One fault with the platforms that refuse because of it and those that may; neither: a note."""

    finding: Finding
    fails: tuple[Platform, ...]
    may_fail: tuple[Platform, ...]


def causes(probed: Probed) -> list[Cause]:
    """Each fault once, the most severe first."""
    grouped: dict[tuple[Code, str], list[Finding]] = {}
    for finding in probed.findings:
        grouped.setdefault((finding.code, repr(finding.data)), []).append(finding)
    found = [
        Cause(
            same[0],
            tuple(platform for finding in same if finding.fails for platform in finding.platforms),
            tuple(
                platform for finding in same if finding.severity is Severity.WARNING for platform in finding.platforms
            ),
        )
        for same in grouped.values()
    ]
    return sorted(found, key=lambda cause: (-len(cause.fails), -len(cause.may_fail)))


def weighs_on(cause: Cause) -> Text:
    """Where a fault counts: "fails on Android; may fail on iOS"."""

    def said(lang: str) -> str:
        comma, stop = ("、", "；") if lang == "zh" else (", ", "; ")
        parts = []
        for platforms, zh, en in ((cause.fails, "失败", "fails on "), (cause.may_fail, "可能失败", "may fail on ")):
            names = comma.join(PLATFORM_NAMES[platform].in_lang(lang) for platform in platforms)
            if names:
                space = " " if names[-1].isascii() else ""
                parts.append(names + space + zh if lang == "zh" else en + names)
        return stop.join(parts) or ("仅提示" if lang == "zh" else "a note")

    return Text(said("zh"), said("en"))


def _lines(probed: Probed, lang: str) -> Iterator[str]:
    seen, zh = probed.seen, lang == "zh"
    comma, stop, colon = ("，", "；", "：") if zh else (", ", "; ", ": ")
    said = comma.join(
        f"{PLATFORM_NAMES[platform].in_lang(lang)} {VERDICTS[probed.worst(platform)].in_lang(lang)}"
        for platform in probed.platforms
    )
    versions = offered(seen)
    what = (
        (f"提供 TLS {versions}" if zh else f"offers TLS {versions}")
        if versions
        else ("无法建立 TLS" if zh else "no TLS")
    )
    yield f"{'主动探测' if zh else 'probe of'} {seen.target}{colon}{what}{stop}{said}"
    for cause in causes(probed):
        before, after = ("（", "）") if zh else (" (", ")")
        yield f"{cause.finding.code}{before}{weighs_on(cause).in_lang(lang)}{after}{colon}{message_of(cause.finding).in_lang(lang)}"
        yield f"{'修复' if zh else 'fix'}{colon}{fix_of(cause.finding).in_lang(lang)}"


def _unreached(seen: Seen, platforms: tuple[Platform, ...]) -> Finding:
    data: dict[str, Any] = {"host": seen.target.host, "dialled": str(seen.target)}
    if seen.at is not None and seen.at != seen.target:
        data |= {"dialled": str(seen.at), "instead_of": str(seen.target)}
    if seen.trouble:
        data |= {"reason": "unreached", "error": printable(seen.trouble)}
        return Finding(Code.NETWORK_ERROR, data, platforms=platforms, clause="platform §5")
    if seen.silent_s is not None:
        data["silent_s"] = seen.silent_s
    elif any(attempt.wants_certificate for attempt in seen.attempts):
        return client_certificate(seen.target.host, True, platforms)
    else:
        reasons = dict.fromkeys(printable(attempt.reason) for attempt in seen.attempts if attempt.reason)
        data |= {"no_version": True, "error": "; ".join(reasons)}
    return Finding(Code.TLS_HANDSHAKE_FAILED, data, platforms=platforms, clause="platform §5")
