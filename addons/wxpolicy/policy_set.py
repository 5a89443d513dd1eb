"""The policies in force at once, one per mini-program: which of them a call belongs to, and what they have in common.

A call belongs to the policy with the appid of its Referer, else to the one for ``any``. Before its appid is known (a
handshake, a tunnel, a host that may be forwarded without interception), the requirements of any of them apply.
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from wxpolicy.editions import Edition
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Platform
from wxpolicy.terms import Scope


class PolicySet:
    """One policy at least, each for another appid (``policyfile.together`` sees to it).

    ``only`` is the one policy where there is one alone, and every call is under it; None where there are several.
    ``nameless`` is what a call without a mini-program's Referer is under: the policy for ``any``, else the first.
    ``hosts`` are all places that they name: a name lives in one place.
    """

    __slots__ = ("_by_appid", "_forms", "hosts", "nameless", "only", "policies")

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies: tuple[Policy, ...] = tuple(policies)
        self.only: Policy | None = self.policies[0] if len(self.policies) == 1 else None
        self._by_appid = {policy.appid: policy for policy in self.policies}
        self.nameless: Policy = self._by_appid.get(ANY_APPID, self.policies[0])
        self.hosts: Mapping[str, HostPlace] = self.policies[0].hosts
        if self.only is None:
            self.hosts = MappingProxyType({name: at for each in self.policies for name, at in each.hosts.items()})
        self._forms = _forms(self.policies, self.nameless)

    def __iter__(self) -> Iterator[Policy]:
        return iter(self.policies)

    def __len__(self) -> int:
        return len(self.policies)

    def of_referer(self, referer: str | None) -> Policy:
        """The policy for a call with this Referer. If no policy has its appid, it is another mini-program's call to
        this one."""
        if self.only is not None:
            return self.only
        for edition, unnamed in self._forms:
            sender = edition.referer.read(referer)
            if sender is not None:
                return self._by_appid.get(sender.appid, unnamed)
        return self.nameless

    def of_appid(self, appid: str | None) -> Policy:
        """The policy for the calls of a mini-program; None for a call without an appid."""
        return self.only or self._by_appid.get(appid or ANY_APPID, self.nameless)

    def of_record(self, policy: str, appid: str | None) -> Policy:
        """The policy that a recorded call would belong to now; ``policy`` is the one in its record, "" if there is
        none."""
        return self.only or self._by_appid.get(policy) or self.of_appid(appid)

    def named(self, appid: str) -> Policy | None:
        return self._by_appid.get(appid)

    # Before a call's appid is known

    def lists(self, host: str) -> bool:
        """Whether one of them lists a host, for any API."""
        return any(host in policy.listed(api).by_host for policy in self.policies for api in Api)

    def lists_port(self, host: str, port: int) -> bool:
        """Whether one of them lists a host with this port."""
        entries = (policy.listed(api).by_host.get(host, ()) for policy in self.policies for api in Api)
        return any(entry.port == port for found in entries for entry in found)

    @property
    def all_observe(self) -> bool:
        return all(policy.mode is Mode.OBSERVE for policy in self.policies)

    @property
    def strictest(self) -> Policy:
        """The policy for a call of which nothing could be parsed."""
        return min(self.policies, key=lambda policy: _BY_STRICTNESS.index(policy.mode))

    @property
    def platforms(self) -> tuple[Platform, ...]:
        """The platforms that at least one of them judges, in the order of the first."""
        return tuple(dict.fromkeys(each for policy in self.policies for each in policy.certificates.platforms))

    # For reports

    def agreed(self, value: Callable[[Policy], str]) -> str:
        """A single value if they agree, else each one's."""
        return ", ".join(dict.fromkeys(map(value, self.policies)))

    def told(self, files: Iterable[str]) -> tuple[dict[str, str], ...]:
        """The appid, file and mode of each of several; () if there is only one."""
        if self.only is not None:
            return ()
        return tuple(
            {"appid": policy.appid, "file": file, "mode": policy.mode.value}
            for policy, file in zip(self.policies, files, strict=True)
        )

    def in_scope(self, scope: Scope) -> "PolicySet":
        if all(policy.scope is scope for policy in self.policies):
            return self
        return PolicySet(replace(policy, scope=scope) for policy in self.policies)


def _forms(policies: tuple[Policy, ...], nameless: Policy) -> tuple[tuple[Edition, Policy], ...]:
    """Each form of a Referer once, with the policy of a mini-program that none names: for ``any`` where that
    reads the form, else the first that does, to which it is foreign."""
    found: list[tuple[Edition, Policy]] = []
    for policy in policies:
        form = policy.edition.referer
        if all(edition.referer != form for edition, _ in found):
            is_for_any = nameless.appid == ANY_APPID and nameless.edition.referer == form
            found.append((policy.edition, nameless if is_for_any else policy))
    return tuple(found)


_BY_STRICTNESS = (Mode.RELEASE, Mode.DEBUG, Mode.OBSERVE)
