"""What the judge's findings come to on one platform."""

from collections.abc import Iterable

from wxpolicy.finding import Finding
from wxpolicy.terms import Platform


def fails_on(findings: Iterable[Finding], platform: Platform) -> bool:
    """Whether a release build on ``platform`` fails the call because of ``findings``."""
    return any(finding.fails and platform in finding.platforms for finding in findings)
