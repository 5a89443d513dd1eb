"""Which set-up step of this device is done, and which one is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wxgate.phone.arrivals import Trust
from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Outcome


class Standing(StrEnum):
    NO_PROXY = "no-proxy"
    PROXIED = "proxied"
    NO_CERTIFICATE = "no-certificate"
    OLDER_CERTIFICATE = "older-certificate"
    TRUSTED = "trusted"
    SEEN = "seen"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about a device. ``trust`` is that of its browser; ``refusing`` are hosts whose apps refused the
    certificate; ``apps`` are its mini-programs' states, ``calls`` its last calls, the newest first."""

    is_through: bool
    trust: Trust = Trust.UNKNOWN
    has_fetched: bool = False
    refusing: Sequence[str] = ()
    apps: Sequence[dict[str, Any]] = ()
    calls: Sequence[CallRecord] = ()


def standing_of(known: Known) -> Standing:
    if known.calls:
        failed = any(call.outcome is Outcome.FAIL for call in known.calls)
        return Standing.REFUSED if failed else Standing.SEEN
    if not known.is_through:
        return Standing.NO_PROXY
    if known.trust is Trust.OLDER:
        return Standing.OLDER_CERTIFICATE
    if known.trust is Trust.REFUSED:
        return Standing.NO_CERTIFICATE
    return Standing.TRUSTED if known.trust is Trust.TRUSTED else Standing.PROXIED
