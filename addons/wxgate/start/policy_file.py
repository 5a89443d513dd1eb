"""One policy file that is watched: what of it is in force, what was seen of it last, and what is wrong with that."""

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
    """Why a policy that reads well cannot come into force, for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True)
class Save:
    stamp: tuple[int, int, int]
    text: str


class PolicyFile:
    """``reading`` is the last good one, and ``text`` what it was read from; ``policy`` is in force, with what the command line says.

    ``problem`` is what is wrong with the last save, None where it is in force; ``is_against_others``: with what the
    other files say. ``mode`` is what a person has put in the file's place.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = ""
        self.policy: Policy | None = None
        self.reading: Reading | None = None
        self.problem: Text | None = None
        self.is_against_others = False
        self.mode: Mode | None = None
        self.seen: tuple[int, int, int] | None = None

    def first(self) -> Save:
        """Raises OSError."""
        self.seen = _stamp(self.path)
        return Save(self.seen, self._read())

    def save(self) -> Save | Text | None:
        """What was saved since the last look, or why it cannot be read; None where nothing was, or that was said."""
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
                en=f"{self.path} cannot be read ({reason(error).en}); the policy before stays in force",
            )
        self.seen = stamp
        # Whoever takes a mistake back wants to hear that all is well, though nothing has changed.
        return Save(stamp, text) if text != self.text or self.problem is not None else None

    def is_good(self) -> None:
        """Its last save is in force."""
        self.problem, self.is_against_others = None, False

    def is_looked_at_again(self) -> None:
        """Its last save is one again, though nobody has saved since."""
        self.seen = None

    def read(self, save: Save) -> Reading:
        return read_policy(save.text, str(self.path))

    def _read(self) -> str:
        return self.path.read_text(encoding="utf-8", errors="replace")


def _stamp(path: Path) -> tuple[int, int, int]:
    """Changes with every save, also one within the clock's grain that replaces the file."""
    status = path.stat()
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def unreadable(path: Path, error: OSError) -> Text:
    why = reason(error)
    return Text(f"{path} 无法读取：{why.zh}", f"{path} cannot be read: {why.en}")


def kept(mistakes: Sequence[Mistake]) -> Text:
    """Of a save: what is wrong with it, and that the policy before stays in force."""

    def lines(lang: str) -> str:
        return "\n".join(mistake.in_lang(lang) for mistake in mistakes)

    return Text(
        zh=f"策略文件有错误，继续使用之前的策略：\n{lines('zh')}",
        en=f"the policy file has mistakes; the policy before stays in force:\n{lines('en')}",
    )
