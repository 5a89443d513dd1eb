"""The policy of a session of the past, out of its folder."""

from pathlib import Path

from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy


def last_policy(folder: Path) -> Policy:
    """The policy that was in force at the session's end; the defaults where none can be read."""

    def number(path: Path) -> int:
        middle = path.name.removeprefix("policy").removesuffix("yaml").strip(".")
        return int(middle) if middle.isdigit() else 1

    for path in sorted(folder.glob("policy*.yaml"), key=number, reverse=True):
        try:
            reading = read_policy(path.read_text(encoding="utf-8", errors="replace"), str(path))
        except OSError:
            continue
        if reading.policy is not None:
            return reading.policy
    return Policy()
