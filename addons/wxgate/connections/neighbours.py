"""Which addresses in the network share a MAC address, according to this machine's tools: a phone's IPv4 and IPv6 belong
together."""

import asyncio
import sys
import time

from wxpolicy.state.joined import neighbours_of

KNOWN_FOR_S = 10.0
PATIENCE_S = 3.0
LARGEST_ANSWER = 1 << 20
_COMMANDS = {
    "linux": (("ip", "neigh"),),
    "darwin": (("arp", "-an"), ("ndp", "-an")),
    "win32": (("arp", "-a"), ("netsh", "interface", "ipv6", "show", "neighbors")),
}


class Neighbours:
    """Runs the tools at most every ten seconds; empty if they are missing."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}
        self._asked_at = float("-inf")

    async def ask(self) -> dict[str, str]:
        """Maps addresses to MAC addresses."""
        if time.monotonic() - self._asked_at >= KNOWN_FOR_S:
            self._asked_at = time.monotonic()
            told = [await _printed(command) for command in _COMMANDS.get(sys.platform, ())]
            self._found = neighbours_of("\n".join(told))
        return self._found


async def _printed(command: tuple[str, ...]) -> str:
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ""
    try:
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    except TimeoutError:
        process.kill()
        return ""
    return out[:LARGEST_ANSWER].decode("utf-8", "replace")
