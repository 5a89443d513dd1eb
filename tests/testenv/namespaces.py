"""A proxy and a phone in network namespaces of their own, joined by a cable: ``with joined() as (here, phone)``."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

PROXY_ADDRESS, PHONE_ADDRESS = "10.77.0.1", "10.77.0.2"


@dataclass(frozen=True, slots=True)
class Namespace:
    name: str

    def command(self, *words: str | Path) -> list[str | Path]:
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str | Path, input: str | None = None, timeout_s: float = 30) -> str:
        """What it prints. AssertionError where it fails."""
        done = subprocess.run(self.command(*words), input=input, capture_output=True, text=True, timeout=timeout_s)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    @contextmanager
    def running(self, *words: str):
        """A program that runs meanwhile."""
        with subprocess.Popen(self.command(*words), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                yield
            finally:
                process.terminate()

    def python(self, script: str, *words: str | Path) -> str:
        return self.run(sys.executable, "-c", script, *words)


@contextmanager
def joined(*programs: str):
    """Skips where there is no right to make namespaces, or one of the programs is missing."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("network namespaces need root on Linux")
    for program in ("ip", *programs):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    here, phone = Namespace(f"proxy-{os.getpid()}"), Namespace(f"phone-{os.getpid()}")
    made = []
    try:
        for space in (here, phone):
            done = subprocess.run(["ip", "netns", "add", space.name], capture_output=True, text=True)
            if done.returncode:
                pytest.skip(f"no network namespace can be made: {done.stderr.strip()}")
            made.append(space)
        subprocess.run(
            [
                "ip",
                "link",
                "add",
                "cable",
                "netns",
                here.name,
                "type",
                "veth",
                "peer",
                "name",
                "cable",
                "netns",
                phone.name,
            ],
            check=True,
        )
        for space, address in ((here, PROXY_ADDRESS), (phone, PHONE_ADDRESS)):
            space.run("ip", "address", "add", f"{address}/24", "dev", "cable")
            space.run("ip", "link", "set", "cable", "up")
            space.run("ip", "link", "set", "lo", "up")
        yield here, phone
    finally:
        for space in made:
            subprocess.run(["ip", "netns", "delete", space.name], check=False)
