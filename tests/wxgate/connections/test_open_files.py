"""No more files may be opened: one line, whoever meets it."""

import asyncio
import errno
import os

import pytest
from mitmproxy.test import taddons

from wxgate.connections import open_files
from wxgate.connections.open_files import OpenFiles


def test_a_refused_connection_is_said_in_one_line_and_everything_else_goes_on_as_before():
    said, others = [], []

    async def meets():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: others.append(context))
        addon = OpenFiles(said.append)
        addon.running()
        addon.running()
        for number in (errno.EMFILE, errno.ENFILE, errno.EMFILE):
            loop.call_exception_handler({"message": "accept", "exception": OSError(number, os.strerror(number))})
        loop.call_exception_handler({"message": "other", "exception": ValueError()})

    with taddons.context():
        asyncio.run(meets())
    assert len(said) == 1 and said[0].en.startswith("LIMIT_REACHED: the proxy has reached")
    assert [context["message"] for context in others] == ["other"]


@pytest.mark.parametrize(
    ("why", "is_ours"),
    [
        ("[Errno 24] Too many open files", True),
        ("[Errno 23] Too many open files in system", True),
        ("[Errno 111] Connection refused", False),
        ("", False),
    ],
)
def test_a_call_that_fails_for_it_is_told_from_others(why, is_ours):
    said = []
    limit = OpenFiles(said.append).limit_in(why)
    assert (limit is not None, len(said)) == (is_ours, int(is_ours))
    if limit is not None:
        assert (limit.what, limit.limit, limit.option) == ("files", open_files.limit(), "ulimit -n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX limits alone")
def test_the_limit_is_raised_as_far_as_the_system_lets(monkeypatch):
    import resource

    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 4096))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: asked.append(limits))
    open_files.raise_limit()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (4096, 4096))
    open_files.raise_limit()
    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    open_files.raise_limit()
    assert asked == [(4096, 4096), (65_536, resource.RLIM_INFINITY)]
