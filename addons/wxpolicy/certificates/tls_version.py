"""The TLS version of the handshake, and what a probe says of older ones."""

from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.printable import printable
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status

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
        unseen = replace(fault(Code.TLS_TOO_OLD, "", None), status=Status.NOT_OBSERVABLE)
        yield replace(unseen, known=Known.DOCUMENTED, clause="seed-2017 §1")
        return
    place_in_order = rank(version)
    if place_in_order is None or place_in_order < TLS_1_2:
        found = fault(Code.TLS_TOO_OLD, "", None, version=printable(version, 40))
        yield replace(found, known=Known.DOCUMENTED, clause="seed-2017 §1")


def legacy_support(handshake: Handshake) -> Iterator[Fault]:
    """TLS_NO_LEGACY_SUPPORT, a note about old Android, where a probe found nothing below TLS 1.2 (platform §5 [doc])."""
    if not handshake.offers:
        return
    ranks = [rank(version) for version in handshake.offers]
    if any(place_in_order is not None and place_in_order < TLS_1_2 for place_in_order in ranks):
        return
    found = fault(Code.TLS_NO_LEGACY_SUPPORT, "", None)
    yield replace(found, severity=Severity.NOTE, known=Known.DOCUMENTED, clause="seed-2017 §1; platform §5 [doc]")
