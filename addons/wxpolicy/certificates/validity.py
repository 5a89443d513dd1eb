"""When certificates are valid, and for how long they may be made."""

from collections.abc import Iterator
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.fault import iso
from wxpolicy.finding import Code

_HOUR = timedelta(hours=1)
# HT211025 and Chromium's CertVerifyProc: from this moment on, under roots that come with the system.
PUBLIC_825_FROM = datetime(2018, 3, 1, tzinfo=UTC)
PUBLIC_398_FROM = datetime(2020, 9, 1, tzinfo=UTC)
# Apple 103769 (HT210176): whoever issued it. SecPolicyServer.c's constant is seven hours later than its comment says.
OTHER_825_AFTER = datetime(2019, 7, 1, tzinfo=UTC)


def dates(link: Link, now: datetime) -> Iterator[Fault]:
    """CERT_EXPIRED or CERT_NOT_YET_VALID (seed-2017 §1, "必须在有效期内"). The last second counts (RFC 5280 §4.1.2.5)."""
    cert = link.cert
    if now.replace(microsecond=0) > cert.not_after:
        yield fault(Code.CERT_EXPIRED, "", link, "notAfter", not_after=iso(cert.not_after), now=iso(now))
    if now < cert.not_before:
        yield fault(Code.CERT_NOT_YET_VALID, "", link, "notBefore", not_before=iso(cert.not_before), now=iso(now))


def apple_length(leaf: Link, public: bool) -> Iterator[Fault]:
    """CERT_VALIDITY_TOO_LONG as iOS asks: 825 days and an hour, 398 days without it (SecPolicyServer.c:2162-2210)."""
    issued = leaf.cert.not_before
    if public and issued >= PUBLIC_398_FROM:
        yield from _too_long(leaf, 398, timedelta(), PUBLIC_398_FROM)
    elif public and issued >= PUBLIC_825_FROM:
        yield from _too_long(leaf, 825, _HOUR, PUBLIC_825_FROM)
    elif issued > OTHER_825_AFTER:
        yield from _too_long(leaf, 825, _HOUR, OTHER_825_AFTER)


def chromium_length(leaf: Link) -> Iterator[Fault]:
    """CERT_VALIDITY_TOO_LONG as Chromium asks under public roots (net/cert/cert_verify_proc.cc, HasTooLongValidity)."""
    issued = leaf.cert.not_before
    if issued >= PUBLIC_398_FROM:
        yield from _too_long(leaf, 398, timedelta(), PUBLIC_398_FROM)
    elif issued >= PUBLIC_825_FROM:
        yield from _too_long(leaf, 825, timedelta(), PUBLIC_825_FROM)


def _too_long(leaf: Link, most_days: int, slip: timedelta, since: datetime) -> Iterator[Fault]:
    lifetime = leaf.cert.not_after - leaf.cert.not_before
    if lifetime > timedelta(days=most_days) + slip:
        days = round(lifetime / timedelta(days=1), 2)
        yield fault(
            Code.CERT_VALIDITY_TOO_LONG,
            "",
            leaf,
            "notBefore/notAfter",
            days=days,
            limit_days=most_days,
            since=since.date().isoformat(),
        )
