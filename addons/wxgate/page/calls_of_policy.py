"""The calls that belong to one of several policies in force, as a filter of the session's calls."""

from dataclasses import replace

from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term


def calls_of(policy: Policy, policies: PolicySet, wanted: CallFilter = EVERY_CALL) -> CallFilter | None:
    """The calls that match ``wanted`` and belong to the policy, by their appid; None if there can be none. The policy
    for calls without an appid gets all that no other policy names, so that each call belongs to one policy."""
    if policies.only is not None:
        return wanted
    if policy is policies.nameless:
        others = (each.appid for each in policies if each is not policy)
        return replace(wanted, terms=(*wanted.terms, *(Term(Field.APPID, appid, is_negated=True) for appid in others)))
    asked = [term for term in wanted.terms if term.field is Field.APPID and not term.is_negated]
    if asked and all(term.value.lower() != policy.appid.lower() for term in asked):
        return None
    # Terms of one field are alternatives: those for other mini-programs must not be added.
    kept = (term for term in wanted.terms if term not in asked)
    return replace(wanted, terms=(*kept, Term(Field.APPID, policy.appid)))
