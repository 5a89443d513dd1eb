"""Finds the folder of a session that is named on the command line."""

from pathlib import Path

from wxpolicy.terms import Text

SESSION = Text(
    "会话的目录，或 sessions/ 下的名称（默认为最新的）",
    "a session's directory, or its name under sessions/ (default: the newest)",
)
NO_SESSION = Text(
    "sessions/ 中没有会话：请先运行 scripts/run.py", "There is no session under sessions/: run scripts/run.py first"
)
SESSIONS = Path("sessions")
_STORE = "calls.sqlite"


def session_folder(named: str | None) -> Path | None:
    """The folder as it is written, or one of that name under ``sessions/``; without a name the one that was written to
    last, None where there is none."""
    if not named:
        return _newest()
    if Path(named).name == _STORE:
        return Path(named).parent
    under = SESSIONS / named
    # A path of several parts says where it lies; a name alone is how the terminal and the page call a session.
    is_name = len(Path(named).parts) == 1 and not (Path(named) / _STORE).exists()
    return under if is_name and (under / _STORE).is_file() else Path(named)


def _newest() -> Path | None:
    found = [path.parent for path in SESSIONS.glob(f"*/{_STORE}")]
    return max(found, key=lambda path: (path / _STORE).stat().st_mtime, default=None)
