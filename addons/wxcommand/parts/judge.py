"""The judge of captures, under the policies that are named on the command line."""

import argparse
from dataclasses import replace
from pathlib import Path

from wxcapture.offline import OfflineJudge
from wxcommand import output
from wxcommand.policy_files import unreadable
from wxcommand.policy_files import with_roots
from wxgate.connections.trust_source import TrustSource
from wxgate.start.policy_file import PolicyRefused
from wxgate.start.several import one_for_all
from wxgate.start.several import one_of_several
from wxpolicy.policy_set import PolicySet
from wxpolicy.policyfile import read_policy
from wxpolicy.policyfile.together import mistakes_between
from wxpolicy.terms import Scope


def judge_of(options: argparse.Namespace, lang: str, *, says: bool) -> OfflineJudge | None:
    """The judge for the policies; None if one cannot be used, after a message."""
    readings = []
    for name in options.policy:
        try:
            readings.append(read_policy(Path(name).read_text(encoding="utf-8", errors="replace"), name))
        except OSError as error:
            output.complain(unreadable(name, error).in_lang(lang))
            return None
    between = mistakes_between(readings)
    for mistake in (*(each for reading in readings for each in (*reading.mistakes, *reading.warnings)), *between):
        if says:
            output.complain(mistake.in_lang(lang))
    if between or any(reading.policy is None for reading in readings):
        return None
    if len(readings) > 1 and options.scope == Scope.ALL:
        output.complain(one_for_all(len(readings)).in_lang(lang))
        return None
    policies, stores, trust = [], {}, TrustSource()
    for name, policy in [(reading.source, reading.policy) for reading in readings if reading.policy is not None]:
        policy = replace(policy, certificates=with_roots(policy.certificates, options.extra_root))
        if options.scope:
            policy = replace(policy, scope=Scope(options.scope))
        if len(readings) > 1:
            policy = one_of_several(policy, Path(name).resolve().parent)
        try:
            stores[policy.appid] = trust.stores(policy.certificates, Path(name).resolve().parent)
        except PolicyRefused as error:
            output.complain(error.text.in_lang(lang))
            return None
        policies.append(policy)
    return OfflineJudge(PolicySet(policies), stores, believes_records=not options.scope)
