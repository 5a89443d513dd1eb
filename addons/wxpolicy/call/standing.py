"""Whether traffic is judged at all, according to the policy's scope: for live traffic and capture files."""

from enum import StrEnum

from wxpolicy.call.clients import client_of
from wxpolicy.call.facts import CallFacts
from wxpolicy.call.kinds import DECLARING_HEADER
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of
from wxpolicy.editions.referer_form import Sender
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.policy import excludes
from wxpolicy.terms import Scope
from wxpolicy.url.hosts import read_host


class Standing(StrEnum):
    """What a request is to the policy. Everything except CALL passes unchanged and is counted under this name."""

    CALL = Kind.CALL.value
    PREFLIGHT = Kind.PREFLIGHT.value
    PAGE = Kind.PAGE.value
    ASSET = Kind.ASSET.value
    IMAGE = Kind.IMAGE.value
    MEDIA = Kind.MEDIA.value
    DEV_SERVER = Kind.DEV_SERVER.value
    BROWSER = Kind.BROWSER.value
    MMTLS = Kind.MMTLS.value
    WEBVIEW = "webview"  # a page of a mini-program's <web-view>, and its resources
    EXCLUDED = "excluded"  # a host that the policy excludes
    OTHER = "other"  # not from a mini-program
    FOREIGN = "foreign"  # another mini-program's: counted by its appid


def standing_of(facts: CallFacts, sender: Sender | None, policy: Policy) -> Standing:
    """What a request is to the policy; ``sender`` is the mini-program that its Referer names."""
    is_foreign = sender is not None and policy.appid not in (ANY_APPID, sender.appid)
    if policy.scope is Scope.MINIPROGRAM:
        # 1) A mini-program's traffic is recognised by its Referer, or by the declaration of a harness;
        #    the rest is not judged.
        if sender is None and DECLARING_HEADER not in facts.headers:
            return Standing.OTHER
        # 2) Calls of other mini-programs pass, but are never silently ignored.
        if is_foreign:
            return Standing.FOREIGN
    elif DECLARING_HEADER not in facts.headers and is_excluded(facts, policy):
        # 3) Excluded hosts.
        return Standing.EXCLUDED
    # 4) Pages, images and the like are not subject to any list.
    client = client_of(facts.headers.get("user-agent", ""), policy.edition)
    kind = kind_of(facts, is_miniprogram=sender is not None, client=client)
    if sender is not None and kind in (Kind.PAGE, Kind.ASSET):
        return Standing.WEBVIEW
    return Standing(kind.value)


def is_excluded(facts: CallFacts, policy: Policy) -> bool:
    """Whether ``exclude`` matches every host that the request names: a single other one decides."""
    if not policy.exclude or not facts.names:
        return False
    return all(excludes_host(policy, name.host) for name in facts.names)


def excludes_host(policy: Policy, host: str) -> bool:
    """Whether ``exclude`` matches a host, as it was spelled."""
    return policy.scope is Scope.ALL and bool(policy.exclude) and excludes(policy.exclude, read_host(host).ascii)
