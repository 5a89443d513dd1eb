"""What ``apis`` of the policy says about a call: the longest prefix of its URL decides."""

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.origins import targets
from wxpolicy.policy import DeclaredApi
from wxpolicy.terms import Api


def declared_api(call: CallFacts, declared: tuple[DeclaredApi, ...]) -> Api | None:
    """The API that the policy names for the call's URL; None if it names none."""
    if not declared:
        return None
    where = targets(call)
    for each in declared:
        if each.scheme == call.scheme and where == {(each.host, each.port)} and _begins(call.path, each.path):
            return each.api
    return None


def _begins(path: str, prefix: str) -> bool:
    """Whether ``prefix`` is a prefix of the path that ends at a segment: /form does not match /forms."""
    return path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix) : len(prefix) + 1] in ("", "/", "?"))
