"""Whether traffic is judged at all, under the policy's scope: live and from capture files alike."""

from enum import StrEnum

from wxpolicy.call.classify import Kind
from wxpolicy.call.classify import is_image_in_any_scope
from wxpolicy.call.classify import kind_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.editions.referer_form import Sender
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.terms import Scope


class Standing(StrEnum):
    """What a request is to the policy. All but CALL pass untouched and are counted under this name."""

    CALL = "call"
    IMAGE = "image"
    WEBVIEW = "webview"
    OTHER = "other"  # no mini-program's
    FOREIGN = "foreign"  # another mini-program's: counted by its appid


def standing_of(facts: CallFacts, sender: Sender | None, policy: Policy) -> Standing:
    """What a request is to the policy; ``sender`` is the mini-program that its Referer names."""
    if policy.scope is Scope.ALL:
        # 1) Every HTTP(S) call counts, but for what a browser itself declares an image.
        return Standing.IMAGE if is_image_in_any_scope(facts) else Standing.CALL
    # 2) A mini-program's traffic is told by its Referer; the rest is none of our business.
    if sender is None:
        return Standing.OTHER
    # 3) Another mini-program's calls pass, but are never silently ignored.
    if policy.appid not in (ANY_APPID, sender.appid):
        return Standing.FOREIGN
    # 4) Images and pages of a web-view are not under the whitelist.
    return {Kind.CALL: Standing.CALL, Kind.IMAGE: Standing.IMAGE, Kind.WEBVIEW: Standing.WEBVIEW}[kind_of(facts)]
