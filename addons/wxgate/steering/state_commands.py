"""mitmproxy commands: ``mp.background``, ``mp.foreground``, ``mp.pin``, ``mp.unpin``."""

from mitmproxy import command
from mitmproxy import exceptions

from wxgate.steering.app_states import AppStates
from wxgate.steering.words import read_appid
from wxgate.steering.words import read_device
from wxpolicy.state.lifecycle import Change


class StateCommands:
    """``device`` is an address or "any", ``appid`` likewise."""

    def __init__(self, states: AppStates) -> None:
        self._states = states

    @command.command("mp.background")
    def background(self, device: str = "any", appid: str = "any") -> None:
        """The mini-program goes to the background."""
        self._order(Change.BACKGROUND, device, appid)

    @command.command("mp.foreground")
    def foreground(self, device: str = "any", appid: str = "any") -> None:
        """The mini-program is back in the foreground."""
        self._order(Change.FOREGROUND, device, appid)

    @command.command("mp.pin")
    def pin(self, device: str = "any", appid: str = "any") -> None:
        """The mini-program is pinned to the chat top."""
        self._order(Change.PINNED, device, appid)

    @command.command("mp.unpin")
    def unpin(self, device: str = "any", appid: str = "any") -> None:
        """The mini-program is no longer pinned."""
        self._order(Change.UNPINNED, device, appid)

    def _order(self, change: Change, device: str, appid: str) -> None:
        try:
            self._states.order(change, read_device(device), read_appid(appid), "command")
        except ValueError as error:
            raise exceptions.CommandError(str(error)) from error
