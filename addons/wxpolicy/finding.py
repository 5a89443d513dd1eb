"""A finding: the value that every rule yields and every report shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from wxpolicy.catalogue import entry
from wxpolicy.codes import ALL_PLATFORMS
from wxpolicy.codes import Code
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.codes import Status
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

__all__ = ["ALL_PLATFORMS", "Code", "Family", "Finding", "Known", "Severity", "Status", "from_prose"]

Data = Mapping[str, Any]  # JSON values
_AS_THE_ENTRY_SAYS: Any = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found in one call: a code, and the data for its texts.

    The catalogue's file for the code documents ``data``; its values are JSON, lists and not tuples. The texts are made
    when it is read (``message_of`` and ``fix_of`` in ``wxpolicy.catalogue``). ``severity``, ``known`` and ``clause``
    are the catalogue's unless the rule sets them; ``platforms`` are those to which it applies; ``clause`` is the
    sentence of the specification or the fact behind the rule, for example "seed-2017 §1" or "platform §3 [seen]".
    """

    code: Code
    data: Data = field(default_factory=dict, hash=False)
    severity: Severity = _AS_THE_ENTRY_SAYS
    status: Status = Status.VIOLATED
    platforms: tuple[Platform, ...] = ALL_PLATFORMS
    known: Known = _AS_THE_ENTRY_SAYS
    clause: str = _AS_THE_ENTRY_SAYS

    def __post_init__(self) -> None:
        about = entry(self.code)
        for name in ("severity", "known", "clause"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, getattr(about, name))

    @property
    def subject(self) -> str:
        """Groups findings with one cause in a report: ``data["subject"]``, or the host."""
        found = self.data.get("subject", self.data.get("host", ""))
        return found if isinstance(found, str) else ""

    @property
    def family(self) -> Family:
        return entry(self.code).family

    @property
    def fails(self) -> bool:
        """Whether a build that applies this rule fails the call."""
        return self.severity is Severity.VIOLATION and self.status is Status.VIOLATED


def from_prose(
    code: Code,
    message: Text,
    fix: Text,
    clause: str = "",
    severity: Severity = Severity.VIOLATION,
    status: Status = Status.VIOLATED,
    platforms: tuple[Platform, ...] = ALL_PLATFORMS,
    subject: str = "",
) -> Finding:
    """A finding of a version that stored its texts: they are not changed."""
    prose = {"message": message._asdict(), "fix": fix._asdict()}
    return Finding(code, {"subject": subject, "prose": prose}, severity, status, platforms, clause=clause)
