"""Conflicts between several policy files that are to be in force at once, each of which is valid by itself."""

from collections.abc import Sequence

from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Policy
from wxpolicy.policyfile.mistakes import START
from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.reader import Reading
from wxpolicy.terms import Scope
from wxpolicy.terms import Text


def mistakes_between(readings: Sequence[Reading]) -> tuple[Mistake, ...]:
    """One file an appid, ``scope: all`` for one file alone, and one place for a name. Files with mistakes of their own
    are passed over. Each mistake is told of the later file, and names the earlier one."""
    read = [(reading, reading.policy) for reading in readings if reading.policy is not None]
    found: list[Mistake] = []
    for number, (reading, policy) in enumerate(read):
        before = read[:number]
        for earlier, other in before:
            if other.appid == policy.appid:
                found.append(_same_appid(reading, policy, earlier))
                break
        if len(read) > 1 and policy.scope is Scope.ALL:
            found.append(_scope_all(reading, len(read)))
        found += _hosts_elsewhere(reading, policy, before)
    return tuple(found)


def _same_appid(reading: Reading, policy: Policy, earlier: Reading) -> Mistake:
    where = _shown(earlier, ("appid", ""))
    is_any = policy.appid == ANY_APPID
    expected = Text(f"{where} 已经是这个 appid 的策略", f"{where} is already the policy of this appid")
    instead = Text(
        "这个小程序自己的 appid（同时只能有一个文件写 any）" if is_any else "另一个 appid：每个小程序一个策略文件",
        "the mini-program's own appid (only one file may have any)"
        if is_any
        else "another appid: one policy file per mini-program",
    )
    return Mistake(*_place(reading, ("appid", "")), policy.appid, expected, instead, reading.source)


def _scope_all(reading: Reading, count: int) -> Mistake:
    expected = Text(
        f"scope: all 只能使用一个策略文件，这里有 {count} 个：没有 Referer 的调用无法归属",
        f"scope: all works with one policy file only, but there are {count}: calls without a Referer would belong to none",
    )
    return Mistake(*_place(reading, ("scope", "")), "all", expected, code_line("scope: miniprogram"), reading.source)


def _hosts_elsewhere(reading: Reading, policy: Policy, before: Sequence[tuple[Reading, Policy]]) -> list[Mistake]:
    found = []
    for name, place in policy.hosts.items():
        for earlier, other in before:
            known = other.hosts.get(name, place)
            if known != place:
                where = _shown(earlier, ("hosts", name))
                expected = Text(
                    f"{where} 中 {name} 的地址是 {known}，一个域名只能有一个地址",
                    f"{where} has {known} as the address of {name}, and a name can have only one address",
                )
                at = _place(reading, ("hosts", name))
                line = code_line(f'{name}: "{known}"' if ":" in str(known) else f"{name}: {known}")
                found.append(Mistake(*at, f"{name}: {place}", expected, line, reading.source))
                break
    return found


def _place(reading: Reading, key: tuple[str, str]) -> Place:
    return reading.places.get(key, START)


def _shown(reading: Reading, key: tuple[str, str]) -> str:
    line, column = _place(reading, key)
    return f"{reading.source}:{line}:{column}"
