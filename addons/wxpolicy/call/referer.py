"""The fixed Referer: who a call belongs to, and what the header must say when it leaves.

seed-2017 §2: the Referer cannot be set by the mini-program; its form is
``https://servicewechat.com/{appid}/{version}/page-frame.html``, where version
``0`` is a development, trial or review build and ``devtools`` the devtools.
"""

from dataclasses import dataclass

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.referer_form import Sender
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.terms import Text

CLAUSE = "seed-2017 §2"


@dataclass(frozen=True, slots=True)
class SettledReferer:
    """What the Referer must be when the call leaves: None leaves the header alone."""

    value: str | None
    findings: tuple[Finding, ...] = ()


def read_sender(referer: str | None, edition: Edition = DEFAULT) -> Sender | None:
    """The mini-program that sent a call, or None where the Referer is nobody's or somebody else's."""
    return edition.referer.read(referer)


def settle_referer(referer: str | None, policy: Policy) -> SettledReferer:
    """What the platform would have sent in place of ``referer``.

    Where the policy is for any mini-program and the call names none, nobody can
    say whose Referer is missing: it is left alone.
    """
    edition = policy.edition
    sender = read_sender(referer, edition)
    appid = policy.appid if policy.appid != ANY_APPID else (sender.appid if sender else None)
    if appid is None:
        return SettledReferer(None)
    same_app = sender is not None and sender.appid == appid
    version = policy.version or (sender.version if sender and same_app else None) or edition.development_version
    wanted = edition.referer.made(appid, version)
    if referer == wanted:
        return SettledReferer(None)
    if referer is None:
        return SettledReferer(wanted, (_put_in(wanted),))
    if sender and same_app and referer == edition.referer.made(appid, sender.version or ""):
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
            zh="无需处理：真机上由客户端自动加上。",
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
