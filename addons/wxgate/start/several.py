"""What holds when several policies are in force at once, and not for a single one."""

from dataclasses import replace
from pathlib import Path

from wxpolicy.policy import TRUST_WORDS
from wxpolicy.policy import Policy
from wxpolicy.terms import Text


def one_of_several(policy: Policy, folder: Path) -> Policy:
    """With the name that records use for it, and absolute paths: several policies lie in different folders."""
    certificates = policy.certificates
    trust = certificates.trust if certificates.trust in TRUST_WORDS else _absolute(certificates.trust, folder)
    roots = tuple(_absolute(root, folder) for root in certificates.extra_roots)
    return replace(policy, recorded_as=policy.appid, certificates=replace(certificates, trust=trust, extra_roots=roots))


def one_for_all(count: int) -> Text:
    """Why ``--scope all`` is not possible."""
    return Text(
        f"scope all 只能使用一个策略文件，这里有 {count} 个：请去掉 --scope all，或只用一个 --policy",
        f"scope all works with one policy file only, but there are {count}: leave out --scope all, or use a single --policy",
    )


def _absolute(name: str, folder: Path) -> str:
    return str((folder / Path(name).expanduser()).absolute())
