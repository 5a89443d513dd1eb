"""The root lists of the platforms' vendors, as shipped with the project.

``stores.json`` names the roots by SHA-256, ``roots.pem`` contains the certificates; ``scripts/_roots.py`` makes and
checks the latter. Neither contains from which date on a vendor distrusts a root that it still lists, nor Apple's
constraints on single CAs.
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

# Whose list a platform's client uses, and its name in a verdict. The devtools are a Chromium with Google's
# own list, which the published data lacks: Mozilla's is the nearest.
_VENDORS = {
    Platform.IOS: ("apple", "Apple ({version})"),
    Platform.ANDROID: ("android", "Android ({version})"),
    Platform.DEVTOOLS: ("mozilla", "Mozilla ({version})" + FOR_CHROME),
}


@dataclass(frozen=True, slots=True)
class VendorList:
    """``undecided``: roots of other vendors of which it is unknown whether this platform's client has them."""

    name: str
    roots: tuple[CertFacts, ...]
    undecided: tuple[CertFacts, ...]


def vendor_lists(folder: Traversable = SHIPPED) -> Mapping[Platform, VendorList]:
    """The list of each platform's vendor, read from ``folder``. Raises OSError if a file is missing, ValueError if it
    is malformed."""
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
                # For Apple's and Android's lists it is known what they lack, for Chrome's it is not.
                tuple(cert for cert, of in held if vendor not in of) if platform is Platform.DEVTOOLS else (),
            )
            for platform, (vendor, _) in _VENDORS.items()
        }
    )
