"""``run.py --exec``: a command that runs while the proxy does, with the proxy in its environment."""

import asyncio
import os
import signal
from pathlib import Path

from wxcommand.client_environment import client_environment
from wxcommand.client_environment import write_trust_files

END_PATIENCE_S = 5
# What a shell gives for a command that ended by signal N.
SIGNALLED = 128


class Execution:
    """A command given by the user. ``status`` is its exit status as a shell reports it, None until it ended; ``error``
    is why it could not be started."""

    def __init__(self, command: str, session: Path) -> None:
        self.command = command
        self.status: int | None = None
        self.error: OSError | None = None
        self._session = session

    async def run(self, host: str, port: int, ca: Path) -> None:
        """Returns when the command has ended; when cancelled, it ends the command."""
        try:
            trust = write_trust_files(ca, self._session, os.environ)
            environment = client_environment(os.environ, host, port, trust)
            # Without a terminal it gets a process group of its own: what the shell has started ends with it. At a
            # terminal, Ctrl-C reaches all of them by itself, and the command can still read keys.
            group = 0 if hasattr(os, "killpg") and not _has_terminal() else None
            process = await asyncio.create_subprocess_shell(self.command, env=environment, process_group=group)
        except OSError as error:
            self.error = error
            return
        try:
            ended = await process.wait()
        except asyncio.CancelledError:
            ended = await _end(process, in_own_group=group is not None)
            raise
        finally:
            if process.returncode is not None:
                self.status = ended if ended >= 0 else SIGNALLED - ended


def _has_terminal() -> bool:
    try:
        return os.isatty(0)
    except OSError:
        return False


async def _end(process: asyncio.subprocess.Process, *, in_own_group: bool) -> int:
    """The session is over: Ctrl-C, which a command at a terminal has received as well, or the time of --for is up."""
    if not in_own_group:
        try:
            return await asyncio.wait_for(process.wait(), 1 if process.returncode is None else 0)
        except TimeoutError:
            pass
    _signal(process, signal.SIGTERM, in_own_group)
    try:
        return await asyncio.wait_for(process.wait(), END_PATIENCE_S)
    except TimeoutError:
        return await _killed(process, in_own_group)
    finally:
        if in_own_group:
            # Processes that the command has left behind keep its output open.
            _signal(process, signal.SIGKILL, in_own_group)


async def _killed(process: asyncio.subprocess.Process, in_own_group: bool) -> int:
    _signal(process, getattr(signal, "SIGKILL", signal.SIGTERM), in_own_group)
    return await process.wait()


def _signal(process: asyncio.subprocess.Process, number: int, in_own_group: bool) -> None:
    try:
        if in_own_group:
            os.killpg(process.pid, number)
        elif number == signal.SIGTERM:
            process.terminate()
        else:
            process.kill()
    except ProcessLookupError:
        pass  # it has already ended
