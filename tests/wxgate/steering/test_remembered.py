"""Devices of one run in the next: taken over where the session goes on, else offered."""

import asyncio
import stat
from types import SimpleNamespace

import pytest

from wxgate.page.past_sessions import beside
from wxgate.steering.remembered import Remembered
from wxpolicy.state.joined import Joined
from wxsession.embedded import EMBEDDED

PHONE, IPV6, OTHER = "192.168.1.23", "fd00::23", "192.168.1.99"


class Run:
    """A run of the proxy that records into a folder."""

    def __init__(self, folder):
        self.folder = folder
        self.writer = EMBEDDED.create(folder, lambda trouble: None)
        self.joined = Joined()
        session = SimpleNamespace(writer=self.writer, store=EMBEDDED)
        self.remembered = Remembered(self.joined, session, beside)
        self.remembered.running()

    def join(self, addresses, name):
        self.joined.join(addresses, name)
        self.remembered.keep()

    def offered(self):
        async def ask():
            return [(group.addresses, group.name) for group in await self.remembered.offered()]

        return asyncio.run(ask())

    def end(self):
        self.writer.close()


@pytest.fixture
def run(tmp_path):
    runs = []

    def start(name):
        runs.append(Run(tmp_path / name))
        return runs[-1]

    yield start
    for each in runs:
        each.end()


def test_a_session_that_goes_on_has_its_devices(run):
    first = run("one")
    first.join([PHONE, IPV6], "Anna")
    first.end()
    assert [(group.addresses, group.name) for group in run("one").joined.groups()] == [((PHONE, IPV6), "Anna")]


def test_a_new_session_is_offered_those_of_the_last_one_that_has_any(run):
    for name, addresses in (("one", [OTHER]), ("two", [PHONE, IPV6])):
        earlier = run(name)
        earlier.join(addresses, name)
        earlier.end()
    run("three").end()
    new = run("four")
    assert new.joined.groups() == [] and new.offered() == [((PHONE, IPV6), "two")]


def test_those_that_were_parted_are_not_offered_again(run):
    earlier = run("one")
    earlier.join([PHONE, IPV6], "Anna")
    earlier.end()
    parted = run("two")
    parted.join([PHONE], "")
    parted.end()
    assert run("three").offered() == []


def test_what_a_person_has_said_meanwhile_counts(run):
    first = run("one")
    first.join([PHONE, IPV6], "Anna")
    first.join([OTHER], "Bo")
    first.end()
    new = run("two")
    new.join([IPV6, "10.0.0.1"], "Cy")
    assert new.offered() == [((OTHER,), "Bo")]


def test_they_are_their_owners_alone(run, tmp_path):
    run("one").join([PHONE], "Anna")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "one").iterdir()}
    assert set(modes.values()) == {0o600} and stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700
