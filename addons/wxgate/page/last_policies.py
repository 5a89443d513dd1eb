"""The policies of a past session, read from its folder."""

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.policyfile import read_policy


def last_policies(folder: Path, appids: Sequence[str] = ()) -> PolicySet:
    """What was in force at the session's end; the defaults if none can be read. ``appids`` are those of several
    policies that were in force at once."""
    if len(appids) < 2:
        return PolicySet((next(_last_first(folder), Policy()),))
    found: dict[str, Policy] = {}
    for policy in _last_first(folder):
        if policy.appid in appids:
            found.setdefault(policy.appid, replace(policy, recorded_as=policy.appid))
        if len(found) == len(set(appids)):
            break
    return PolicySet([found[appid] for appid in dict.fromkeys(appids) if appid in found] or (Policy(),))


def _last_first(folder: Path) -> Iterator[Policy]:
    def number(path: Path) -> int:
        middle = path.name.removeprefix("policy").removesuffix("yaml").strip(".")
        return int(middle) if middle.isdigit() else 1

    for path in sorted(folder.glob("policy*.yaml"), key=number, reverse=True):
        try:
            reading = read_policy(path.read_text(encoding="utf-8", errors="replace"), str(path))
        except OSError:
            continue
        if reading.policy is not None:
            yield reading.policy
