"""A fault as a check yields it: like a Finding, but with a severity for each platform."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from wxpolicy.certificates.facts import Link
from wxpolicy.finding import Code
from wxpolicy.finding import Severity
from wxpolicy.finding import Status
from wxpolicy.terms import Platform
from wxpolicy.terms import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """``on`` says how each platform takes it; a platform that it leaves out does not mind."""

    code: Code
    message: Text
    fix: Text
    clause: str
    on: Mapping[Platform, Severity]
    status: Status = Status.VIOLATED

    @property
    def violations(self) -> int:
        """On how many platforms the call fails because of it."""
        if self.status is not Status.VIOLATED:
            return 0
        return sum(severity is Severity.VIOLATION for severity in self.on.values())


def place(link: Link, field: str) -> Text:
    """Which certificate and which field: the opening of every message about one certificate."""
    label = link.cert.label
    if link.index is None:
        return Text(
            f"信任库中的 CA 证书（{label}）的 {field}", f"CA certificate from the trust store ({label}), {field}"
        )
    if link.index == 0:
        return Text(f"证书 0（服务器证书，{label}）的 {field}", f"certificate 0 (the server's own, {label}), {field}")
    return Text(f"证书 {link.index}（{label}）的 {field}", f"certificate {link.index} ({label}), {field}")


def moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")
