"""What ``apis`` of the policy says of a call: the longest prefix of its URL decides."""

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.origins import targets
from wxpolicy.policy import DeclaredApi
from wxpolicy.terms import Api


def declared_api(call: CallFacts, declared: tuple[DeclaredApi, ...]) -> Api | None:
    """The API that the policy names for the call's URL; None where it names none."""
    if not declared:
        return None
    where = targets(call)
    for each in declared:
        if each.scheme == call.scheme and where == {(each.host, each.port)} and _begins(call.path, each.path):
            return each.api
    return None


def _begins(path: str, prefix: str) -> bool:
    """Whether ``prefix`` is the path's beginning and ends where a part of it ends: /form is not of /forms."""
    return path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix) : len(prefix) + 1] in ("", "/", "?"))
