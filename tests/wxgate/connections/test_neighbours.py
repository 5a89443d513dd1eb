"""This machine's own tools are asked seldom, and their absence is no trouble."""

import asyncio
import sys

import pytest

from wxgate.connections import neighbours
from wxgate.connections.neighbours import Neighbours

PRINTS = (sys.executable, "-c", "print('192.168.1.23 dev wlan0 lladdr a4:5e:60:00:11:22 REACHABLE')")


@pytest.mark.parametrize(
    ("case", "commands", "expected"),
    [
        ("a table", (PRINTS,), {"192.168.1.23": "a4:5e:60:00:11:22"}),
        ("no such tool", (("no-such-tool-here",),), {}),
        ("a system that we do not know", (), {}),
    ],
)
def test_what_the_tools_tell(monkeypatch, case, commands, expected):
    monkeypatch.setitem(neighbours._COMMANDS, sys.platform, commands)
    assert asyncio.run(Neighbours().ask()) == expected


def test_they_are_asked_once_in_a_while(monkeypatch):
    known = Neighbours()
    monkeypatch.setitem(neighbours._COMMANDS, sys.platform, (PRINTS,))
    found = asyncio.run(known.ask())
    monkeypatch.setitem(neighbours._COMMANDS, sys.platform, ())
    assert asyncio.run(known.ask()) == found
