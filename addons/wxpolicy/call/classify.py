"""Which API a call stands for, what kind of client sent it, and whether it is a whitelisted call at all.

All of it is read off the wire as platform §4 describes; what several APIs send
alike stays ambiguous.
"""

from enum import StrEnum

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.policyfile.words import nearest
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Confidence
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened

# The header by which a test harness says which API a call stands for.
DECLARING_HEADER = "x-miniprogram-api"


# What harnesses write for the platform's own names.
_OTHER_NAMES = {
    "upload": "uploadFile",
    "download": "downloadFile",
    "socket": "connectSocket",
    "websocket": "connectSocket",
}


class Kind(StrEnum):
    """What a request of a mini-program is. Only a CALL is under the whitelist."""

    CALL = "call"
    IMAGE = "image"
    WEBVIEW = "webview"


def classify(call: CallFacts) -> Classification:
    """The API that a call stands for, and how sure that is (platform §4)."""
    # 1) The wire leaves no other reading, whatever the harness says.
    if call.is_websocket:
        return Classification((Api.CONNECT_SOCKET,), Confidence.EXACT)
    # 2) A harness that knows.
    declared = call.headers.get(DECLARING_HEADER, "").strip()
    if declared in tuple(Api):
        return Classification((Api(declared),), Confidence.DECLARED)
    # 3) What clients were seen to send.
    method = call.method.upper()
    content_type = call.headers.get("content-type", "").strip().lower()
    if method == "POST" and content_type.startswith("multipart/form-data"):
        return Classification((Api.UPLOAD_FILE,), Confidence.LIKELY)
    if (
        method != "GET"
        or content_type.startswith("application/json")
        or call.headers.get("charset", "").strip().lower() == "utf-8"
        or call.headers.get("xweb_xhr", "").strip() == "1"
    ):
        return Classification((Api.REQUEST,), Confidence.LIKELY)
    # 4) A bare GET: wx.request with another content-type, or wx.downloadFile.
    return Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)


def misdeclared(call: CallFacts) -> Text | None:
    """What a person should know of a declaration that names no API; None where there is none such."""
    declared = call.headers.get(DECLARING_HEADER)
    if declared is None or declared.strip() in tuple(Api):
        return None
    shown = shortened(printable(declared.strip()))
    meant = nearest(declared, tuple(Api), _OTHER_NAMES)
    hint = Text(f"（你是不是想写 {meant}？）", f" (did you mean {meant}?)") if meant else Text("", "")
    return Text(
        f"请求头 X-Miniprogram-Api 的值“{shown}”不是 API 名，不起作用：应为 {'、'.join(Api)} 之一{hint.zh}",
        f'X-Miniprogram-Api: "{shown}" names no API and does not count: expected one of {", ".join(Api)}{hint.en}',
    )


def kind_of(call: CallFacts) -> Kind:
    """Whether a mini-program's request is a call, an image or a page of its web-view (platform §4)."""
    if call.is_websocket or DECLARING_HEADER in call.headers:
        return Kind.CALL
    destination = call.headers.get("sec-fetch-dest", "").strip().lower()
    accept = call.headers.get("accept", "").strip().lower()
    if destination == "image" or (not destination and accept.startswith("image/")):
        return Kind.IMAGE
    if destination in ("document", "iframe", "frame", "script", "style", "font"):
        return Kind.WEBVIEW
    if accept.startswith("text/html") and "upgrade-insecure-requests" in call.headers:
        return Kind.WEBVIEW
    return Kind.CALL


def is_image_in_any_scope(call: CallFacts) -> bool:
    """Whether a browser itself says that this fetch is an image.

    Page code cannot set Sec-Fetch-Dest, while anybody can set Accept: where
    every call counts, only the former is believed.
    """
    return call.headers.get("sec-fetch-dest", "").strip().lower() == "image" and DECLARING_HEADER not in call.headers


def client_of(user_agent: str, edition: Edition = DEFAULT) -> Client:
    """The kind of client, by the marks of the edition's platform (platform §4, User-Agent)."""
    agent = user_agent.lower()
    for client, marks in edition.user_agents:
        if all(mark in agent for mark in marks):
            return client
    return Client.UNKNOWN


def platforms_of(client: Client) -> tuple[Platform, ...]:
    """The platforms whose rules decide for this client; all of them (the strictest) where it is unknown.

    Desktop WeChat uses the system's TLS and trust as the devtools do (platform §6).
    """
    if client is Client.IOS:
        return (Platform.IOS,)
    if client is Client.ANDROID:
        return (Platform.ANDROID,)
    if client is Client.UNKNOWN:
        return tuple(Platform)
    return (Platform.DEVTOOLS,)
