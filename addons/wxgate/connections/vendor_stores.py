"""The root lists of the platforms' vendors, as the project carries them: whose list holds which certificate.

``stores.json`` names the roots by SHA-256, ``roots.pem`` holds the certificates
themselves; ``scripts/_roots.py`` makes and checks the latter. What neither
says: from which date on a vendor distrusts a root that it still holds, and
Apple's constraints on single CAs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.store_names import FOR_CHROME
from wxpolicy.certificates.trust import read_roots
from wxpolicy.terms import Platform

SHIPPED: Traversable = files("wxpolicy.certificates.stores")
STORES, ROOTS = "stores.json", "roots.pem"

# Whose list a platform's client goes by, and how it is called in a verdict. The devtools are a Chromium
# with a list of Google's own, which the published data lacks: Mozilla's is the nearest.
_VENDORS = {
    Platform.IOS: ("apple", "Apple ({version})"),
    Platform.ANDROID: ("android", "Android ({version})"),
    Platform.DEVTOOLS: ("mozilla", "Mozilla ({version})" + FOR_CHROME),
}


@dataclass(frozen=True, slots=True)
class VendorList:
    """``undecided``: roots of other vendors, where it is not known whether this platform's client has them."""

    name: str
    roots: tuple[CertFacts, ...]
    undecided: tuple[CertFacts, ...]


def vendor_lists(folder: Traversable = SHIPPED) -> Mapping[Platform, VendorList]:
    """The list of each platform's vendor, read from ``folder``.

    Raises OSError where a file is missing, ValueError where it is not of the form.
    """
    return _read((folder / STORES).read_text("utf-8"), (folder / ROOTS).read_text("utf-8"))


@cache
def _read(stores: str, pem: str) -> Mapping[Platform, VendorList]:
    told = json.loads(stores)
    try:
        versions = {vendor: str(about["version"]) for vendor, about in told["vendors"].items()}
        holders = {str(digest): tuple(root["stores"]) for digest, root in told["roots"].items()}
        names = {platform: name.format(version=versions[vendor]) for platform, (vendor, name) in _VENDORS.items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{STORES}: expected vendors with a version and roots with their stores ({error!r})"
        ) from error
    held = [(cert, holders.get(sha256(cert.der).hexdigest(), ())) for cert in read_roots(pem)]
    return MappingProxyType(
        {
            platform: VendorList(
                names[platform],
                tuple(cert for cert, of in held if vendor in of),
                # Of Apple's and Android's lists it is known what they lack, of Chrome's it is not.
                tuple(cert for cert, of in held if vendor not in of) if platform is Platform.DEVTOOLS else (),
            )
            for platform, (vendor, _) in _VENDORS.items()
        }
    )
