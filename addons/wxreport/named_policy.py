"""Fixes speak of policy.yaml. Where the policy's file has another name, or there are several, they name that file."""

import re

from wxpolicy.call.record import SessionFacts
from wxpolicy.catalogue import fix_of
from wxpolicy.finding import Finding
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable

_USUAL = "policy.yaml"


def in_file(fix: Text, file: str) -> Text:
    """``file`` is the policy's as it was given, with either kind of separators; "" where it is not known."""
    name = printable(re.split(r"[\\/]", file)[-1])
    if not name or name == _USUAL:
        return fix
    return Text(fix.zh.replace(_USUAL, name), fix.en.replace(_USUAL, name))


def named_fix(finding: Finding, session: SessionFacts, appid: str | None) -> Text:
    """The fix of a finding about calls that were judged by the policy of ``appid``, None where there was one alone."""
    file = next((policy["file"] for policy in session.policies if policy["appid"] == appid), session.policy_file)
    return in_file(fix_of(finding), file)
