"""Small calls through the product and through bare mitmdump: calls a second, and what a call takes of the processor. Import after ``_venv.enter()``."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_figures import by_turns
from _bench_load import Load
from _bench_load import Shape

WARM_S = 0.7


@dataclass(frozen=True)
class Case:
    """``judged``: False where the calls are none of the policy's mini-program."""

    name: str
    shape: Shape
    judged: bool = True


CALLS = (
    Case("1 connection", Shape(1)),
    Case("10 connections", Shape(10)),
    Case("1 connection, a finding a call", Shape(1, referer=False)),
    Case("10 connections, a finding a call", Shape(10, referer=False)),
    Case("HTTP/2, 10 streams", Shape(1, http2=True)),
    Case("one device's calls queue (20 at once)", Shape(20)),
    Case("unjudged, 10 connections", Shape(10, referer=False), judged=False),
)
DEVICES = (Case("50 connections of 50 devices", Shape(50, devices=50)),)
Proxy = proxies.Running | proxies.Origin


def measure(
    part: str, cases: tuple[Case, ...], setting: proxies.Setting, rounds: int, seconds: float
) -> Iterator[Figure]:
    for case in cases:
        with _loads(case.shape, [setting.product if case.judged else setting.lenient, setting.bare]) as loads:
            yield _compared(part, case.name, loads, rounds, seconds)


def alone(part: str, setting: proxies.Setting, seconds: float) -> Iterator[Figure]:
    """The generator and the origin without a proxy: neither may be what limits the figures."""
    for name, shape in {"10 connections": Shape(10), "HTTP/2, 10 streams": Shape(1, http2=True)}.items():
        with _loads(shape, [setting.origin]) as loads:
            load, own_s, origin_s = loads[setting.origin], time.process_time(), setting.origin.cpu_s()
            tally = load.run(seconds)
            more = {
                "generator us a call": (time.process_time() - own_s) / tally.calls * 1e6,
                "origin us a call": (setting.origin.cpu_s() - origin_s) / tally.calls * 1e6,
            }
            yield Figure(part, f"no proxy: {name}", "calls/s", {"origin": [tally.per_s]}, more)


@contextmanager
def _loads(shape: Shape, asked: list[Proxy]) -> Iterator[dict[Proxy, Load]]:
    loads: dict[Proxy, Load] = {}
    try:
        for proxy in asked:
            loads[proxy] = Load(shape, proxy.connect)
            loads[proxy].run(WARM_S)
        yield loads
    finally:
        for load in loads.values():
            load.close()


def _compared(part: str, case: str, loads: dict[Proxy, Load], rounds: int, seconds: float) -> Figure:
    per_s: dict[str, list[float]] = {proxy.label: [] for proxy in loads}
    cpu_us: dict[str, list[float]] = {proxy.label: [] for proxy in loads}

    def measure_one(proxy: Proxy, load: Load) -> None:
        before_s = proxy.cpu_s()
        tally = load.run(seconds)
        per_s[proxy.label].append(tally.per_s)
        cpu_us[proxy.label].append((proxy.cpu_s() - before_s) / tally.calls * 1e6)

    by_turns(rounds, [partial(measure_one, proxy, load) for proxy, load in loads.items()])
    cpu = Figure(part, case, "us", cpu_us)
    more = {f"CPU us a call, {name}": value for name, value in cpu.medians.items()}
    if cpu.ratio:
        more["CPU ratio"] = 1 / cpu.ratio
    return Figure(part, case, "calls/s", per_s, more)
