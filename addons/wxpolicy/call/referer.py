"""The fixed Referer: who a call belongs to, and what the header must say when it leaves.

seed-2017 §2: the Referer cannot be set by the mini-program; its form is
``https://servicewechat.com/{appid}/{version}/page-frame.html``, where version
``0`` is a development, trial or review build and ``devtools`` the devtools.
"""

import re
from dataclasses import dataclass

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.terms import Text

REFERER_HOST = "servicewechat.com"
CLAUSE = "seed-2017 §2"

# What an unreleased build sends; it stands in where neither policy nor client names a version.
DEVELOPMENT_VERSION = "0"

# The appid's letters are bounded, since they end in file names, reports and a header.
_FROM_MINIPROGRAM = re.compile(
    r"https?://servicewechat\.com/(?P<appid>[A-Za-z0-9_-]{1,64})(?:/(?P<version>[A-Za-z0-9._-]{1,32}))?(?:[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Sender:
    """The mini-program that a Referer names; ``version`` is None where it names none."""

    appid: str
    version: str | None


@dataclass(frozen=True, slots=True)
class SettledReferer:
    """What the Referer must be when the call leaves: None leaves the header alone."""

    value: str | None
    findings: tuple[Finding, ...] = ()


def fixed_referer(appid: str, version: str) -> str:
    """The one Referer that this build of this mini-program sends."""
    return f"https://{REFERER_HOST}/{appid}/{version}/page-frame.html"


def read_sender(referer: str | None) -> Sender | None:
    """The mini-program that sent a call, or None where the Referer is nobody's or somebody else's.

    A host that only begins or ends like servicewechat.com is somebody else's.
    """
    match = _FROM_MINIPROGRAM.fullmatch(referer.strip()) if referer else None
    return Sender(match["appid"], match["version"]) if match else None


def settle_referer(referer: str | None, policy: Policy) -> SettledReferer:
    """What the platform would have sent in place of ``referer``.

    Where the policy is for any mini-program and the call names none, nobody can
    say whose Referer is missing: it is left alone.
    """
    sender = read_sender(referer)
    appid = policy.appid if policy.appid != ANY_APPID else (sender.appid if sender else None)
    if appid is None:
        return SettledReferer(None)
    same_app = sender is not None and sender.appid == appid
    version = policy.version or (sender.version if sender and same_app else None) or DEVELOPMENT_VERSION
    wanted = fixed_referer(appid, version)
    if referer == wanted:
        return SettledReferer(None)
    if referer is None:
        return SettledReferer(wanted, (_put_in(wanted),))
    if sender and same_app and referer == fixed_referer(appid, sender.version or ""):
        return SettledReferer(wanted, (_version_replaced(sender.version or "", version),))
    return SettledReferer(wanted, (_forged(referer, wanted),))


def _put_in(wanted: str) -> Finding:
    return Finding(
        Code.REFERER_REWRITTEN,
        Text(
            zh=f"请求没有 Referer，已补上 {wanted}",
            en=f"The call carried no Referer; {wanted} was put in",
        ),
        Text(
            zh="无需处理：真机上由微信客户端自动加上。",
            en="Nothing to do: on a phone the client itself adds it.",
        ),
        CLAUSE,
        Severity.NOTE,
    )


def _version_replaced(sent: str, version: str) -> Finding:
    return Finding(
        Code.REFERER_REWRITTEN,
        Text(
            zh=f"Referer 中的版本号 {sent} 已按策略改为 {version}",
            en=f"The version in the Referer was changed from {sent} to {version}, as the policy says",
        ),
        Text(
            zh="若服务器按版本号区分，请删去策略中的 version 以保留客户端发送的值。",
            en="If the server looks at the version, remove `version` from the policy to keep what the client sends.",
        ),
        CLAUSE,
        Severity.NOTE,
    )


def _forged(sent: str, wanted: str) -> Finding:
    return Finding(
        Code.REFERER_FORGED,
        Text(
            zh=f"请求自带的 Referer「{sent}」不是平台的固定值，已替换为 {wanted}",
            en=f"The call set its own Referer ({sent}); it was replaced with {wanted}",
        ),
        Text(
            zh="小程序无法设置 Referer：请删去代码里的 header.Referer，服务器也不要依赖其他值。",
            en="A mini-program cannot set the Referer: remove header.Referer from the code, and do not let the server rely on it.",
        ),
        CLAUSE,
        Severity.NOTE,
    )
