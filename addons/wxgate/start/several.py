"""What holds when several policies are in force at once, and not for a single one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wxgate.start.policy_file import PolicyFile
from wxpolicy.policy import TRUST_WORDS
from wxpolicy.policy import Policy
from wxpolicy.policyfile import Reading
from wxpolicy.policyfile.together import mistakes_between
from wxpolicy.terms import Text


def one_of_several(policy: Policy, folder: Path) -> Policy:
    """With the name that records use for it, and absolute paths: several policies lie in different folders."""
    certificates = policy.certificates
    trust = certificates.trust if certificates.trust in TRUST_WORDS else _absolute(certificates.trust, folder)
    roots = tuple(_absolute(root, folder) for root in certificates.extra_roots)
    return replace(policy, recorded_as=policy.appid, certificates=replace(certificates, trust=trust, extra_roots=roots))


def fitting(files: Sequence[PolicyFile], file: PolicyFile, reading: Reading) -> list[tuple[PolicyFile, Reading]]:
    """The saves that wait because of other files and that can come into force together with this one: two files may
    exchange their appids. Empty if there are none."""
    waiting = [(each, each.waiting[1]) for each in files if each is not file and each.waiting is not None]
    for chosen in (waiting, *([each] for each in waiting)):
        instead = dict([*chosen, (file, reading)])
        readings = [instead.get(each, each.reading) for each in files]
        if chosen and not mistakes_between([each for each in readings if each is not None]):
            return chosen
    return []


def one_for_all(count: int) -> Text:
    """Why ``--scope all`` is not possible."""
    return Text(
        f"scope all 只能使用一个策略文件，这里有 {count} 个：请去掉 --scope all，或只用一个 --policy",
        f"scope all works with one policy file only, but there are {count}: leave out --scope all, or use a single --policy",
    )


def _absolute(name: str, folder: Path) -> str:
    return str((folder / Path(name).expanduser()).absolute())
