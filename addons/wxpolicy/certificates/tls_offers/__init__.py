"""What each platform's client offers in its ClientHello, as values: one file a platform."""

from collections.abc import Iterable
from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.certificates.tls_offers.android import ANDROID
from wxpolicy.certificates.tls_offers.devtools import DEVTOOLS
from wxpolicy.certificates.tls_offers.ios import IOS
from wxpolicy.certificates.tls_offers.offer import TlsOffer
from wxpolicy.terms import Platform

OFFERS: Mapping[Platform, TlsOffer] = MappingProxyType(
    {Platform.IOS: IOS, Platform.ANDROID: ANDROID, Platform.DEVTOOLS: DEVTOOLS}
)


def shared(offers: Iterable[TlsOffer]) -> TlsOffer:
    """What all clients with these ``offers`` offer, in the order of the first; of one client its own offer."""
    first, *others = offers
    for other in others:
        first = first.shared_with(other)
    return first
