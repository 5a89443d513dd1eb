"""The foreground app of an Android phone, parsed from the output of its tools.

Written from their documented output and from reports of others; not tested on a device [said].
"""

import ipaddress
import re
from enum import StrEnum

# WeChat shows each mini-program in an activity of its own: AppBrandUI, AppBrandUI1 to 4, and those of newer versions.
_MINI_PROGRAM = re.compile(r"com\.tencent\.mm/(?:com\.tencent\.mm)?\.plugin\.appbrand\.ui\.AppBrand\w*UI\w*")
# Android 10 and 11 print mResumedActivity, 12 and newer topResumedActivity; "null" follows if the screen is off.
_RESUMED = re.compile(
    r"(?:mResumedActivity|topResumedActivity|ResumedActivity)\s*[:=]\s*(?:ActivityRecord\{\S+ \S+ (\S+)|(null))"
)
_ADDRESS = re.compile(r"\binet6? ([0-9a-fA-F.:]+)/\d+")


class Front(StrEnum):
    MINI_PROGRAM = "mini-program"
    OTHER = "other"
    UNKNOWN = "unknown"


def front_of(dumped: str) -> Front:
    """From ``dumpsys activity activities``. On a split screen one mini-program in front is enough."""
    found = [name for name, _ in _RESUMED.findall(dumped)]
    if not found:
        return Front.UNKNOWN
    return Front.MINI_PROGRAM if any(_MINI_PROGRAM.match(name) for name in found) else Front.OTHER


def addresses_of(shown: str) -> list[str]:
    """From ``ip -o addr``: the addresses that the phone may call from, without loopback and link-local ones."""
    found = []
    for text in _ADDRESS.findall(shown):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not address.is_loopback and not address.is_link_local:
            found.append(str(address))
    return list(dict.fromkeys(found))
