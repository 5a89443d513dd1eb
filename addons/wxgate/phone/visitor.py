"""What kind of device a browser runs on, by its User-Agent: decides which instructions and which certificate format it
gets."""

import re
from dataclasses import dataclass
from enum import StrEnum


class System(StrEnum):
    IOS = "ios"
    ANDROID = "android"
    HARMONY = "harmony"
    DEVTOOLS = "devtools"
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    OTHER = "other"


# In this order: a phone's browser contains more than one of them.
_MARKS = (
    (System.DEVTOOLS, "wechatdevtools"),
    # HarmonyOS up to 4 is based on Android, and says so.
    (System.HARMONY, "openharmony"),
    (System.HARMONY, "arkweb"),
    (System.IOS, "iphone"),
    (System.IOS, "ipad"),
    (System.IOS, "ipod"),
    (System.ANDROID, "android"),
    (System.WINDOWS, "windows"),
    (System.MACOS, "macintosh"),
    (System.LINUX, "linux"),
)
_VERSIONS = {System.IOS: r"OS (\d{1,3})[_\d]* like Mac", System.ANDROID: r"Android (\d{1,3})"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """``version`` is the system's major version, None if the browser does not send it. Firefox has a trust store of its
    own."""

    system: System
    version: int | None = None
    is_in_wechat: bool = False
    is_firefox: bool = False


def read_agent(user_agent: str) -> Visitor:
    lower = user_agent[:1000].lower()
    system = next((system for system, mark in _MARKS if mark in lower), System.OTHER)
    found = re.search(_VERSIONS[system], user_agent[:1000], re.IGNORECASE) if system in _VERSIONS else None
    return Visitor(
        system,
        int(found[1]) if found else None,
        "micromessenger" in lower and system is not System.DEVTOOLS,
        "firefox/" in lower,
    )
