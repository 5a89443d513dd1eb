"""One watched policy file: which version is in force, which was read last, and what is wrong with that."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wxpolicy.policy import Policy
from wxpolicy.policyfile import Mistake
from wxpolicy.policyfile import Reading
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Mode
from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason


class PolicyRefused(Exception):
    """Why a policy without mistakes cannot come into force, as text for the user."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Save:
    stamp: tuple[int, int, int]
    text: str


class PolicyFile:
    """``reading`` is the last valid one, and ``text`` its source; ``policy`` is in force, with the overrides of the
    command line.

    ``problem`` is what is wrong with the last save, None if it is in force; ``waiting`` is that save if it is valid and
    only conflicts with the other files. ``mode`` is what the user has chosen instead of the file's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        self.policy: Policy | None = None
        self.reading: Reading | None = None
        self.problem: Text | None = None
        self.waiting: tuple[Save, Reading] | None = None
        self.mode: Mode | None = None
        self.seen: tuple[int, int, int] | None = None

    def first(self) -> Save:
        """Raises OSError."""
        self.seen = _stamp(self.path)
        return Save(self.seen, self._read())

    def save(self) -> Save | Text | None:
        """What was saved since the last look, or why it cannot be read; None if nothing was, or if that was
        reported."""
        try:
            stamp = _stamp(self.path)
            if stamp == self.seen:
                return None
            text = self._read()
        except OSError as error:
            if self.seen is None:
                return None
            self.seen = None
            return Text(
                zh=f"{self.path} 无法读取（{reason(error).zh}），继续使用之前的策略",
                en=f"{self.path} cannot be read ({reason(error).en}); the previous policy stays active",
            )
        self.seen = stamp
        # After a mistake is undone, success is reported, though the policy has not changed.
        return Save(stamp, text) if text != self.text or self.problem is not None else None

    def is_good(self) -> None:
        """Its last save is in force."""
        self.problem = self.waiting = None

    def is_looked_at_again(self) -> None:
        """Its last save is valid again, though the file has not changed since."""
        self.seen = None

    def read(self, save: Save) -> Reading:
        return read_policy(save.text, str(self.path))

    def _read(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")


@dataclass(frozen=True, slots=True)
class Good:
    """A reading that can come into force, as this policy, together with what the saves of ``beside`` become."""

    reading: Reading
    policy: Policy
    beside: "tuple[tuple[PolicyFile, Good], ...]" = ()


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a save cannot come into force, as text for the user; ``waiting`` if only because of what other files
    contain."""

    why: Text
    waiting: tuple[Save, Reading] | None = None


def _stamp(path: Path) -> tuple[int, int, int]:
    """Changes with every save, also with one that replaces the file within the clock's resolution."""
    status = path.stat()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def unreadable(path: Path, error: OSError) -> Text:
    why = reason(error)
    return Text(f"{path} 无法读取：{why.zh}", f"{path} cannot be read: {why.en}")


def kept(mistakes: Sequence[Mistake]) -> Text:
    """The message for a bad save: what is wrong with it, and that the previous policy stays in force."""

    def lines(lang: str) -> str:
        return "\n".join(mistake.in_lang(lang) for mistake in mistakes)

    return Text(
        zh=f"策略文件有错误，继续使用之前的策略：\n{lines('zh')}",
        en=f"the policy file has mistakes; the previous policy stays active:\n{lines('en')}",
    )
