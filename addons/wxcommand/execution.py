"""``run.py --exec``: a command that runs while the proxy does, with the proxy in its environment."""

import asyncio
import os
from pathlib import Path

from wxcommand.client_environment import client_environment
from wxcommand.client_environment import write_trust_files

END_PATIENCE_S = 5
# What a shell gives for a command that ended by signal N.
SIGNALLED = 128


class Execution:
    """One command of the user's. ``status`` is its exit status as a shell gives it, None until it ended;
    ``error`` says why it could not be started."""

    def __init__(self, command: str, session: Path) -> None:
        self.command = command
        self.status: int | None = None
        self.error: OSError | None = None
        self._session = session

    async def run(self, host: str, port: int, ca: Path) -> None:
        """Returns when the command ended; cancelled, it ends the command."""
        try:
            trust = write_trust_files(ca, self._session, os.environ)
            environment = client_environment(os.environ, host, port, trust)
            process = await asyncio.create_subprocess_shell(self.command, env=environment)
        except OSError as error:
            self.error = error
            return
        try:
            ended = await process.wait()
        except asyncio.CancelledError:
            ended = await _end(process)
            raise
        finally:
            if process.returncode is not None:
                self.status = ended if ended >= 0 else SIGNALLED - ended


async def _end(process: asyncio.subprocess.Process) -> int:
    """The session is over: Ctrl-C, which the command has seen as well, or the time of --for is up."""
    try:
        return await asyncio.wait_for(process.wait(), 1 if process.returncode is None else 0)
    except TimeoutError:
        process.terminate()
    try:
        return await asyncio.wait_for(process.wait(), END_PATIENCE_S)
    except TimeoutError:
        process.kill()
        return await process.wait()
