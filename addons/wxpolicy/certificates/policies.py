"""Certificate policies (RFC 5280 §6.1): a CA may demand that every certificate below it names a policy of its own.

The tree of the RFC is kept as its lowest level alone: whether it is empty is
all that is asked, and a node above without children changes nothing below.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field

from wxpolicy.certificates.facts import CertFacts
from wxpolicy.certificates.facts import Path
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.oids import ANY_POLICY
from wxpolicy.finding import Code

# A policy that holds so far, and what the next certificate may call it.
_Level = dict[str, frozenset[str]]


def policies(path: Path, self_issued: frozenset[bytes], *, anchors_too: bool) -> Iterator[Fault]:
    """CERT_POLICY at the certificate with which no policy is left although one is demanded.

    ``path`` runs from the server's certificate to the anchor, whose own
    policies count if ``anchors_too``.
    """
    state = _State(len(path))
    if anchors_too:
        anchor = path[-1].cert
        if anchor.policies is not None:
            state.step(anchor, last=False, self_issued=True)
        state.prepare(anchor, self_issued=True)
    for link in reversed(path[:-1]):
        last = link is path[0]
        again = link.cert.der in self_issued
        state.step(link.cert, last=last, self_issued=again)
        if state.refuses:
            yield fault(Code.CERT_POLICY, "required", link, "certificatePolicies")
            return
        if not last:
            if not state.prepare(link.cert, self_issued=again):
                yield fault(Code.CERT_POLICY, "mapping", link, "policyMappings")
                return
        else:
            state.wrap_up(link.cert)
            if state.refuses:
                yield fault(Code.CERT_POLICY, "required", link, "certificatePolicies")


@dataclass(slots=True)
class _State:
    """The variables of RFC 5280 §6.1.2; ``level`` None is the empty tree."""

    explicit: int
    inhibit_any: int = field(init=False)
    mapping: int = field(init=False)
    level: _Level | None = field(default_factory=lambda: {ANY_POLICY: frozenset({ANY_POLICY})})

    def __post_init__(self) -> None:
        self.inhibit_any = self.mapping = self.explicit

    @property
    def refuses(self) -> bool:
        return self.explicit == 0 and not self.level

    def step(self, cert: CertFacts, last: bool, self_issued: bool) -> None:
        """§6.1.3 d, e."""
        if cert.policies is None:
            self.level = None
        if self.level is None or cert.policies is None:
            return
        expected = {each for wanted in self.level.values() for each in wanted}
        kept: _Level = {}
        for policy in cert.policies.oids:
            if policy != ANY_POLICY and (policy in expected or ANY_POLICY in self.level):
                kept[policy] = frozenset({policy})
        if ANY_POLICY in cert.policies.oids and (self.inhibit_any > 0 or (not last and self_issued)):
            for policy in expected:
                kept.setdefault(policy, frozenset({policy}))
        self.level = kept or None

    def prepare(self, cert: CertFacts, self_issued: bool) -> bool:
        """§6.1.4 a, b, h, i, j; False where a mapping is not allowed."""
        mappings: dict[str, set[str]] = {}
        for issuers, subjects in cert.policy_mappings or ():
            if ANY_POLICY in (issuers, subjects):
                return False
            mappings.setdefault(issuers, set()).add(subjects)
        if self.level is not None:
            for issuers, called in mappings.items():
                if self.mapping == 0:
                    self.level.pop(issuers, None)
                elif issuers in self.level or ANY_POLICY in self.level:
                    self.level[issuers] = frozenset(called)
        if not self_issued:
            self.explicit, self.mapping, self.inhibit_any = (
                max(0, each - 1) for each in (self.explicit, self.mapping, self.inhibit_any)
            )
        if (rules := cert.policy_constraints) is not None:
            self.explicit = min(self.explicit, _or_more(rules.require_explicit, self.explicit))
            self.mapping = min(self.mapping, _or_more(rules.inhibit_mapping, self.mapping))
        self.inhibit_any = min(self.inhibit_any, _or_more(cert.inhibit_any_policy, self.inhibit_any))
        return True

    def wrap_up(self, cert: CertFacts) -> None:
        """§6.1.5 a, b."""
        self.explicit = max(0, self.explicit - 1)
        if cert.policy_constraints is not None and cert.policy_constraints.require_explicit == 0:
            self.explicit = 0


def _or_more(value: int | None, otherwise: int) -> int:
    return otherwise if value is None else value
