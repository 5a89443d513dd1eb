"""One long session: memory as it grows, and how long its report, its export and the judging anew of it take. Import after ``_venv.enter()``."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_load import Load
from _bench_load import Shape

# Memory is flat from here on; before, caches and pools fill.
WARM_CALLS = 10_000
_PATIENCE_S = 3600.0


@dataclass(frozen=True)
class Reading:
    """One of scripts/ over all the calls: how long it took, its most memory, and how many calls it told of."""

    seconds: float
    peak_mb: float
    calls: int


def measure(folder: Path, calls: int, connections: int) -> Iterator[Figure]:
    """Raises RuntimeError where a reader tells of another number of calls."""
    memory_mb: list[float] = []
    with proxies.origin(folder) as origin:
        with proxies.product(folder) as product:
            load, step, made, took_s = Load(Shape(connections), product.connect), max(1, calls // 20), 0, 0.0
            while made < calls:
                tally = load.run(_PATIENCE_S, min(step, calls - made))
                made, took_s = made + tally.calls, took_s + tally.seconds
                memory_mb.append(product.memory_mb())
            load.close()
        assert product.session is not None
        size_mb = sum(path.stat().st_size for path in product.session.iterdir()) / 1024 / 1024
        warm_mb = memory_mb[min(len(memory_mb) - 1, min(WARM_CALLS, calls // 2) // step)]
        yield Figure(
            "session", f"{calls:,} calls", "calls/s", {"product": [made / took_s]},
            {"memory MB": memory_mb[-1], "growth MB since warm": memory_mb[-1] - warm_mb, "disk MB": size_mb},
        )  # fmt: skip
        yield from _read_back(folder, product.session, made)
    del origin


def _read_back(folder: Path, session: Path, calls: int) -> Iterator[Figure]:
    said = ("--lang", "en")
    judged = ("--policy", str(folder / "product-policy.yaml"), "--extra-root", str(folder / "root.pem"), *said)
    for name, command in {
        "report.py": ("report.py", str(session), *said),
        "report.py --format har": ("report.py", str(session), "--format", "har", *said),
        "check.py, session": ("check.py", str(session), *judged),
        "check.py, flows.mitm": ("check.py", str(session / "flows.mitm"), *judged),
    }.items():
        reading = _read(command, folder / "said.txt")
        if reading.calls != calls:
            raise RuntimeError(f"{name} tells of {reading.calls} calls; {calls} were made")
        yield Figure("session", name, "s", {"product": [reading.seconds]}, {"peak MB": reading.peak_mb})


def _read(command: tuple[str, ...], file: Path) -> Reading:
    began, peak_mb = time.perf_counter(), 0.0
    with file.open("w") as out:
        process = subprocess.Popen(proxies.here(*command), stdout=out)
        if hasattr(os, "wait4"):
            _, _, used = os.wait4(process.pid, 0)
            peak_mb = used.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
        else:
            process.wait()
    took_s = time.perf_counter() - began
    return Reading(took_s, peak_mb, _calls_told_of(file))


def _calls_told_of(file: Path) -> int:
    count = 0
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if told := re.match(r"(\d+) calls?\b", line):
                return int(told[1])
            count += line.count('"startedDateTime"')
    return count
