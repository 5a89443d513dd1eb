"""The platform's own terms, as types."""

from enum import StrEnum
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence in both languages; the reader's language is chosen when it is shown."""

    zh: str
    en: str

    def in_lang(self, lang: str) -> str:
        """The sentence in ``lang`` ("zh" or "en")."""
        return self.zh if lang == "zh" else self.en


class Api(StrEnum):
    """The four APIs that have a server-domain list each (seed-2017, section 1)."""

    REQUEST = "request"
    UPLOAD_FILE = "uploadFile"
    DOWNLOAD_FILE = "downloadFile"
    CONNECT_SOCKET = "connectSocket"


class Confidence(StrEnum):
    """How certain it is which API a call stands for (platform facts, section 4)."""

    EXACT = "exact"  # the wire allows only one reading (Upgrade: websocket)
    DECLARED = "declared"  # declared by a test harness with X-Miniprogram-Api
    LIKELY = "likely"  # what clients were seen to send
    AMBIGUOUS = "ambiguous"  # several APIs send the same


class Mode(StrEnum):
    RELEASE = "release"  # every rule is imposed
    DEBUG = "debug"  # domain, TLS and certificate checks are skipped, nothing else
    OBSERVE = "observe"  # nothing is altered, everything is judged


class Scope(StrEnum):
    MINIPROGRAM = "miniprogram"  # only calls that carry this app's Referer
    ALL = "all"  # every call of a test harness, simulator or H5 build


class Client(StrEnum):
    """The kind of client according to the User-Agent."""

    IOS = "ios"
    ANDROID = "android"
    DEVTOOLS = "devtools"
    WINDOWS = "windows"
    MAC = "mac"
    LINUX = "linux"
    HARMONY = "harmony"
    UNKNOWN = "unknown"


class Platform(StrEnum):
    IOS = "ios"
    ANDROID = "android"
    DEVTOOLS = "devtools"


# As people write them.
PLATFORM_NAMES = {
    Platform.IOS: Text("iOS", "iOS"),
    Platform.ANDROID: Text("Android", "Android"),
    Platform.DEVTOOLS: Text("开发者工具", "devtools"),
}


class Outcome(StrEnum):
    SUCCESS = "success"
    FAIL = "fail"
