"""Network namespaces of a test's own: a phone, the proxy's machine and the internet, joined by two cables.

    with Network() as network:
        with network.inside("phone"):
            ...  # every socket made here, and in threads started here, is the phone's
        Program(network.command("proxy", [...]))

They need root on Linux, and nothing outside of them is changed.
"""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from types import TracebackType

import pytest

PHONE, PHONE_V6 = "10.77.1.2", "fd77:1::2"
OTHER_PHONE, OTHER_PHONE_V6 = "10.77.1.3", "fd77:1::3"
PROXY, PROXY_V6 = "10.77.1.1", "fd77:1::1"
INTERNET, INTERNET_V6 = "10.77.2.2", "fd77:2::2"
# What cloud machines have beside loopback: an address of the proxy's machine that no other machine may reach.
LINK_LOCAL, LINK_LOCAL_V6 = "169.254.169.254", "fe80::77"
_PLACES = ("phone", "proxy", "internet")
_CLONE_NEWNET = 0x40000000
_numbers = count()


@cache
def missing(*programs: str) -> str:
    """Why no namespace can be made here, "" where it can; ``programs`` are what a test needs besides."""
    if sys.platform != "linux":
        return "no Linux"
    for program in ("ip", "mount", *programs):
        if shutil.which(program) is None:
            return f"no {program} on this machine"
    if os.geteuid() != 0:
        return "not root"
    name = f"wx{os.getpid()}try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, timeout=20)
    if tried.returncode != 0:
        return f"no network namespace can be made: {tried.stderr.strip()}"
    cable = subprocess.run(
        ["ip", "-n", name, "link", "add", "near", "type", "veth", "peer", "name", "far"],
        capture_output=True, text=True, timeout=20,
    )  # fmt: skip
    subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20)
    return "" if cable.returncode == 0 else f"no veth can be made: {cable.stderr.strip()}"


def apart(*programs: str) -> list[pytest.MarkDecorator]:
    """The marks of tests that need machines in namespaces of their own, and ``programs`` besides."""
    why = missing(*programs)
    return [
        pytest.mark.network_namespace,
        pytest.mark.skipif(bool(why), reason=f"no machines can be kept apart here: {why}"),
    ]


@cache
def clear_what_was_left() -> None:
    """A test run that was killed leaves its namespaces behind, with what runs in them: the next one ends both."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True, timeout=20).stdout
    for name in (line.split()[0] for line in listed.splitlines() if line.strip()):
        owner = re.fullmatch(r"wx([0-9]+)(?:n[0-9]+[a-z]+|try)", name)
        if owner is None or Path(f"/proc/{owner[1]}").exists():
            continue
        inside = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, timeout=20).stdout
        for process in inside.split():
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20)


class Network:
    """``hosts`` are the names that the proxy's machine knows, as in /etc/hosts; they may be changed until it starts."""

    def __init__(self, hosts: Mapping[str, str] | None = None) -> None:
        self.hosts = dict(hosts or {})
        self._prefix = f"wx{os.getpid()}n{next(_numbers)}"
        self._folder = tempfile.TemporaryDirectory()
        self._made: list[str] = []
        self._ways_out: dict[str, tuple[str, str]] = {}

    def name(self, place: str) -> str:
        return f"{self._prefix}{place}"

    def __enter__(self) -> "Network":
        clear_what_was_left()
        try:
            for place in _PLACES:
                _ip("netns", "add", self.name(place))
                self._made.append(self.name(place))
                self.run(place, "ip", "link", "set", "lo", "up")
            self._cable("phone", (PHONE, PHONE_V6), (PROXY, PROXY_V6))
            self._cable("internet", (INTERNET, INTERNET_V6), ("10.77.2.1", "fd77:2::1"))
            # The phone's own come first: the other's is there for who asks for it.
            self.run("phone", "ip", "address", "add", f"{OTHER_PHONE}/24", "dev", "proxy")
            self.run(
                "phone", "ip", "address", "add", f"{OTHER_PHONE_V6}/64", "dev", "proxy", "nodad", "preferred_lft", "0"
            )
            for address in (f"{LINK_LOCAL}/32", f"{LINK_LOCAL_V6}/64"):
                self.run("proxy", "ip", "address", "add", address, "dev", "phone", "nodad")
            for setting in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"):
                self.run("proxy", "sh", "-c", f"echo 1 > /proc/sys/net/{setting}")
        except BaseException:
            self.close()
            raise
        return self

    def _cable(self, place: str, own: tuple[str, str], proxys: tuple[str, str]) -> None:
        """Between ``place``, where the interface is called "proxy", and the proxy's machine, where it is called as the place."""
        _ip(
            "link", "add", "proxy", "netns", self.name(place), "type", "veth",
            "peer", "name", place, "netns", self.name("proxy"),
        )  # fmt: skip
        for here, interface, (v4, v6) in ((place, "proxy", own), ("proxy", place, proxys)):
            self.run(here, "ip", "address", "add", f"{v4}/24", "dev", interface)
            self.run(here, "ip", "address", "add", f"{v6}/64", "dev", interface, "nodad")
            self.run(here, "ip", "link", "set", interface, "up")
        self._ways_out[place] = proxys
        self.lead_out(place)

    def lead_out(self, place: str) -> None:
        """All that a place sends elsewhere goes by the proxy's machine."""
        for family, gateway in zip(("-4", "-6"), self._ways_out[place], strict=True):
            self.run(place, "ip", family, "route", "replace", "default", "via", gateway)

    def run(self, place: str, *command: str | Path, given: str = "") -> str:
        """A command in a place, to its end: what it prints."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.name(place), *map(str, command)],
            input=given, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, f"{' '.join(map(str, command))}: {done.stderr or done.stdout}"
        return done.stdout

    def command(self, place: str, command: Sequence[str | Path]) -> list[str | Path]:
        """What starts ``command`` in a place, with the hosts file of this network in its own view of the files."""
        hosts = Path(self._folder.name) / "hosts"
        lines = ["127.0.0.1 localhost", "::1 localhost", *(f"{address} {name}" for name, address in self.hosts.items())]
        hosts.write_text("\n".join(lines) + "\n")
        mounting = 'mount --bind "$0" /etc/hosts && exec "$@"'
        return ["ip", "netns", "exec", self.name(place), "sh", "-c", mounting, hosts, *command]

    @contextmanager
    def inside(self, place: str) -> Iterator[None]:
        """This thread, and those that it starts meanwhile, make their sockets in a place."""
        back = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name(place)}", os.O_RDONLY)
        try:
            _enter(there)
            try:
                yield
            finally:
                _enter(back)
        finally:
            os.close(back)
            os.close(there)

    def close(self) -> None:
        for name in self._made:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20)
        self._folder.cleanup()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"


def _enter(namespace: int) -> None:
    # os.setns came with Python 3.12.
    if ctypes.CDLL(None, use_errno=True).setns(namespace, _CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
