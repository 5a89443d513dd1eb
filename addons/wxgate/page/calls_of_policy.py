"""The calls that one of several policies in force is for, as a filter of the session's calls."""

from dataclasses import replace

from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxsession.filters import EVERY_CALL
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term


def calls_of(policy: Policy, policies: PolicySet, wanted: CallFilter = EVERY_CALL) -> CallFilter | None:
    """Those that ``wanted`` admits and the policy is for, by their appid; None where there are surely none.

    The policy of nameless calls has all that no other one names, so that each call is some policy's.
    """
    if policies.only is not None:
        return wanted
    if policy is policies.nameless:
        others = (each.appid for each in policies if each is not policy)
        return replace(wanted, terms=(*wanted.terms, *(Term(Field.APPID, appid, is_negated=True) for appid in others)))
    asked = [term for term in wanted.terms if term.field is Field.APPID and not term.is_negated]
    if asked and all(term.value.lower() != policy.appid.lower() for term in asked):
        return None
    # Terms of one field add up: those that ask for other mini-programs too must not.
    kept = (term for term in wanted.terms if term not in asked)
    return replace(wanted, terms=(*kept, Term(Field.APPID, policy.appid)))
