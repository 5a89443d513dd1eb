"""Systems that offer less than their platform's newest, told by the User-Agent: TLS 1.2 at most.

Android from 10 on and iOS from 12.2 on offer TLS 1.3 (documented). A User-Agent
that tells no version is taken for the newest.
"""

import re
from dataclasses import dataclass
from dataclasses import replace

from wxpolicy.certificates.tls_offers.android import ANDROID
from wxpolicy.certificates.tls_offers.ios import IOS
from wxpolicy.certificates.tls_offers.offer import TLS_1_2
from wxpolicy.certificates.tls_offers.offer import TlsOffer
from wxpolicy.terms import Platform


@dataclass(frozen=True, slots=True)
class _Older:
    """``offer`` is that of every system below ``first``, whose version ``told`` finds in a User-Agent."""

    told: re.Pattern[str]
    first: tuple[int, int]
    offer: TlsOffer


_OLDER = {
    Platform.ANDROID: _Older(
        re.compile(r"\bAndroid (\d{1,3})(?:\.(\d{1,3}))?", re.IGNORECASE | re.ASCII),
        (10, 0),
        replace(ANDROID, client="Android 9", versions=(TLS_1_2,)),
    ),
    Platform.IOS: _Older(
        re.compile(r"\bOS (\d{1,3})(?:_(\d{1,3}))?", re.IGNORECASE | re.ASCII),
        (12, 2),
        replace(IOS, client="iOS 12.1", versions=(TLS_1_2,)),
    ),
}
# Of a User-Agent; real ones are a tenth of this.
_LOOKED_AT_CHARS = 2000


def older_offer(platform: Platform, user_agent: str) -> TlsOffer | None:
    """What this client's own system offers, where that is less than the platform's newest; None where it is not."""
    older = _OLDER.get(platform)
    found = older.told.search(user_agent[:_LOOKED_AT_CHARS]) if older is not None else None
    if older is None or found is None:
        return None
    return older.offer if (int(found[1]), int(found[2] or 0)) < older.first else None
