"""Which API a call stands for.

Everything is read from the wire, as described in platform §4 and §9; what several APIs send alike is ambiguous.
"""

from wxpolicy.call.clients import client_of
from wxpolicy.call.declared import declared_api
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.policy import Policy
from wxpolicy.policyfile.words import nearest
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxpolicy.text.printable import shortened

_NOTHING_SAID = Policy()
# What harnesses write instead of the platform's own names.
_OTHER_NAMES = {
    "upload": "uploadFile",
    "download": "downloadFile",
    "socket": "connectSocket",
    "websocket": "connectSocket",
}


def classify(call: CallFacts, policy: Policy = _NOTHING_SAID) -> Classification:
    """The API that a call stands for, how certain that is, and what else it may be (platform §4).

    If one reading is likely, it decides and the others are named; if none is, all of them decide.
    """
    # 1) The wire allows only one reading, whatever the harness says.
    if call.is_websocket:
        return Classification((Api.CONNECT_SOCKET,), Confidence.EXACT)
    # 2) The harness declares it, or the policy does for this URL.
    declared = call.headers.get(DECLARING_HEADER, "").strip()
    if declared in tuple(Api):
        return Classification((Api(declared),), Confidence.DECLARED)
    if (api := declared_api(call, policy.apis)) is not None:
        return Classification((api,), Confidence.DECLARED)
    # 3) What clients were seen to send: wx.request can send multipart too, and wx.downloadFile any header.
    method = call.method.upper()
    content_type = call.headers.get("content-type", "").strip().lower()
    if method == "POST" and content_type.startswith("multipart/form-data"):
        return Classification((Api.UPLOAD_FILE,), Confidence.LIKELY, (Api.REQUEST,))
    if method != "GET" or _is_marked(call, ("charset", "utf-8")) or _is_marked(call, ("xweb_xhr", "1")):
        return Classification((Api.REQUEST,), Confidence.LIKELY)
    edition = policy.edition
    mark = edition.request_marks.get(client_of(call.headers.get("user-agent", ""), edition))
    # 4) A GET without the mark that this client adds to every wx.request. A content-type contradicts that
    #    (platform §9 has both): code that shares its headers may set one for wx.downloadFile too.
    if mark is not None and content_type:
        return Classification((Api.DOWNLOAD_FILE, Api.REQUEST), Confidence.AMBIGUOUS)
    if content_type:
        return Classification((Api.REQUEST,), Confidence.LIKELY, (Api.DOWNLOAD_FILE,))
    if mark is not None:
        return Classification((Api.DOWNLOAD_FILE,), Confidence.LIKELY, (Api.REQUEST,))
    # 5) From other clients: wx.request with its default header removed, or wx.downloadFile.
    return Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)


def _is_marked(call: CallFacts, mark: tuple[str, str]) -> bool:
    name, value = mark
    return call.headers.get(name, "").strip().lower() == value


def misdeclared(call: CallFacts) -> Text | None:
    """The message about a declaration that names no API; None if there is none."""
    declared = call.headers.get(DECLARING_HEADER)
    if declared is None or declared.strip() in tuple(Api):
        return None
    shown = shortened(printable(declared.strip()))
    meant = nearest(declared, tuple(Api), _OTHER_NAMES)
    hint = Text(f"（你是不是想写 {meant}？）", f" (did you mean {meant}?)") if meant else Text("", "")
    return Text(
        f"请求头 X-Miniprogram-Api 的值“{shown}”不是 API 名，不起作用：应为 {'、'.join(Api)} 之一{hint.zh}",
        f'X-Miniprogram-Api: "{shown}" is not an API and has no effect: expected one of {", ".join(Api)}{hint.en}',
    )
