"""The TLS version of the handshake, and what a probe says of older ones."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.platforms import OLD_ANDROID
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.terms import Text

_FIX = Text(
    "在服务器上启用 TLS 1.2 和 1.3，例如 nginx：`ssl_protocols TLSv1.2 TLSv1.3;`。",
    "Turn on TLS 1.2 and 1.3, with nginx: `ssl_protocols TLSv1.2 TLSv1.3;`.",
)
_ORDER = {"SSLV2": 0, "SSLV3": 1, "TLSV1": 2, "TLSV1.0": 2, "TLSV1.1": 3, "TLSV1.2": 4, "TLSV1.3": 5, "QUIC": 5}
TLS_1_2 = 4


def rank(version: str) -> int | None:
    """The place of a version's name in their order (TLS 1.2 is ``TLS_1_2``), None for no known name."""
    name = version.upper().replace(" ", "").replace("TLS1", "TLSV1")
    return _ORDER.get(name)


def tls_version(handshake: Handshake) -> Iterator[Fault]:
    """TLS_TOO_OLD below TLS 1.2 (seed-2017 §1); not observable where nobody saw the version."""
    version = handshake.tls_version
    if version is None:
        yield Fault(
            Code.TLS_TOO_OLD,
            Text("没有看到与服务器协商的 TLS 版本，无法判断", "the TLS version agreed with the server was not seen"),
            _FIX,
            "seed-2017 §1",
            EVERYONE,
            Status.NOT_OBSERVABLE,
        )
        return
    place_in_order = rank(version)
    if place_in_order is None or place_in_order < TLS_1_2:
        shown = printable(version, 40)
        yield Fault(
            Code.TLS_TOO_OLD,
            Text(
                f"与服务器协商的版本是 {shown}，小程序要求 TLS 1.2 及以上",
                f"the server agreed on {shown}; a mini-program asks for TLS 1.2 or later",
            ),
            _FIX,
            "seed-2017 §1",
            EVERYONE,
        )


def legacy_support(handshake: Handshake) -> Iterator[Fault]:
    """TLS_NO_LEGACY_SUPPORT, a note, where a probe found nothing below TLS 1.2 (platform §5 [doc])."""
    if not handshake.offers:
        return
    ranks = [rank(version) for version in handshake.offers]
    if any(place_in_order is not None and place_in_order < TLS_1_2 for place_in_order in ranks):
        return
    yield Fault(
        Code.TLS_NO_LEGACY_SUPPORT,
        Text(
            "服务器不提供低于 TLS 1.2 的版本；部分旧 Android 机型不支持 TLS 1.2，会连不上",
            "the server offers nothing below TLS 1.2; some old Android devices know no TLS 1.2 and cannot connect",
        ),
        Text(
            "不是违规。确实要照顾旧 Android 机型时，才另外启用 TLS 1.0/1.1。",
            "No violation; offer TLS 1.0/1.1 as well only if those old devices matter to you.",
        ),
        "seed-2017 §1; platform §5 [doc]",
        OLD_ANDROID,
    )
