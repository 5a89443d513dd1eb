"""The fixed Referer: who a call belongs to, and what the header must say when it leaves.

seed-2017 §2: the Referer cannot be set by the mini-program; its form is
``https://servicewechat.com/{appid}/{version}/page-frame.html``, where version
``0`` is a development, trial or review build and ``devtools`` the devtools.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import Edition
from wxpolicy.editions.referer_form import Sender
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.terms import Scope
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

# A header can be arbitrarily long.
_LONGEST_SENT = 200
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SettledReferer:
    """The Referer when the call is forwarded: None leaves the header unchanged."""

    value: str | None
    findings: tuple[Finding, ...] = ()


def read_sender(referer: str | None, edition: Edition = DEFAULT) -> Sender | None:
    """The mini-program that sent a call, or None if the Referer is not a mini-program's."""
    return edition.referer.read(referer)


def settle_referer(referer: str | None, policy: Policy, headers: Mapping[str, str] = _NONE) -> SettledReferer:
    """What the platform would have sent instead of ``referer``. ``headers`` are the call's, by lower-case name.

    If the policy is for any mini-program and the call names none, the right Referer is unknown: it is left unchanged.
    So is a browser's own, which the code of a page cannot set (platform §9): an H5 build.
    """
    edition = policy.edition
    sender = read_sender(referer, edition)
    if sender is None and policy.scope is Scope.ALL and _is_a_browsers_own(referer, headers):
        return SettledReferer(None)
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
    if same_app and referer == edition.referer.made_without_version(appid):
        return SettledReferer(wanted, (_version_put_in(version, wanted),))
    if sender and same_app and referer == edition.referer.made(appid, sender.version or ""):
        return SettledReferer(wanted, (_version_replaced(sender.version or "", version, wanted),))
    return SettledReferer(wanted, (_forged(referer, wanted),))


def _is_a_browsers_own(referer: str | None, headers: Mapping[str, str]) -> bool:
    """Only browsers send Sec-Fetch-*; Origin without them comes from a browser that calls a server without TLS, or
    opens a WebSocket.

    A browser's WebSocket handshake has neither a Referer nor Sec-Fetch-* (Fetch standard, "establish a WebSocket
    connection").
    """
    if "sec-fetch-site" in headers or (referer is not None and "origin" in headers):
        return True
    is_browser = headers.get("user-agent", "").startswith("Mozilla/")
    return referer is None and "sec-websocket-key" in headers and "origin" in headers and is_browser


def _put_in(wanted: str) -> Finding:
    return Finding(Code.REFERER_REWRITTEN, {"wanted": wanted})


def _version_put_in(version: str, wanted: str) -> Finding:
    return Finding(Code.REFERER_REWRITTEN, {"wanted": wanted, "sent": "", "version": version})


def _version_replaced(sent: str, version: str, wanted: str) -> Finding:
    return Finding(Code.REFERER_REWRITTEN, {"wanted": wanted, "sent": sent, "version": version})


def _forged(sent: str, wanted: str) -> Finding:
    return Finding(Code.REFERER_FORGED, {"sent": printable(beginning(sent, _LONGEST_SENT)), "wanted": wanted})
