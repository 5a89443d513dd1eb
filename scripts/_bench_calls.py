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

MOST_WARM_S = 0.7
CALLS_PER_S = 50
_PATIENCE_S = 600.0


@dataclass(frozen=True)
class Case:
    """``judged``: False where the calls are none of the policy's mini-program."""

    name: str
    shape: Shape
    judged: bool = True
    unit: str = "calls/s"


CALLS = (
    Case("1 connection", Shape(1)),
    Case("10 connections", Shape(10)),
    Case("1 connection, a finding a call", Shape(1, referer=False)),
    Case("10 connections, a finding a call", Shape(10, referer=False)),
    Case("HTTP/2, 10 streams", Shape(1, speaks="h2")),
    Case("one device's calls queue (20 at once)", Shape(20)),
    Case("unjudged, 10 connections", Shape(10, referer=False), judged=False),
)
DEVICES = (Case("50 connections of 50 devices", Shape(50, devices=50)),)
SOCKETS = (
    Case("WebSocket, 1 connection", Shape(1, speaks="websocket"), unit="echoes/s"),
    Case("WebSocket, 10 connections", Shape(10, speaks="websocket"), unit="echoes/s"),
)
Proxy = proxies.Running | proxies.Origin


def measure(
    part: str, cases: tuple[Case, ...], setting: proxies.Setting, rounds: int, seconds: float
) -> Iterator[Figure]:
    for case in cases:
        asked: list[Proxy] = [setting.product if case.judged else setting.lenient, setting.bare]
        with loads(case.shape, asked, seconds) as made:
            yield compared(part, case, made, rounds, seconds)


def alone(part: str, setting: proxies.Setting, seconds: float) -> Iterator[Figure]:
    """The generator and the origin without a proxy: neither may be what limits the figures."""
    for name, shape in {"10 connections": Shape(10), "HTTP/2, 10 streams": Shape(1, speaks="h2")}.items():
        with loads(shape, [setting.origin], seconds) as made:
            load, own_s, origin_s = made[setting.origin], time.process_time(), setting.origin.cpu_s()
            tally = load.run(seconds)
            more = {
                "generator us a call": (time.process_time() - own_s) / tally.calls * 1e6,
                "origin us a call": (setting.origin.cpu_s() - origin_s) / tally.calls * 1e6,
            }
            yield Figure(part, f"no proxy: {name}", "calls/s", {"origin": [tally.per_s]}, more)


def latency(setting: proxies.Setting, rounds: int, seconds: float) -> Iterator[Figure]:
    """Of 50 calls a second, as an app in use makes them: nobody waits for the processor."""
    p50: dict[str, list[float]] = {}
    p99: dict[str, list[float]] = {}

    def measure_one(load: Load, name: str) -> None:
        taken = sorted(load.paced(seconds, CALLS_PER_S).latencies_ms)
        p50.setdefault(name, []).append(taken[len(taken) // 2])
        p99.setdefault(name, []).append(taken[min(len(taken) - 1, len(taken) * 99 // 100)])

    with loads(Shape(10), [setting.product, setting.bare], seconds) as made:
        by_turns(rounds, [partial(measure_one, load, proxy.label) for proxy, load in made.items()])
    for name, found in {"p50": p50, "p99": p99}.items():
        # Whichever came first in the first round: the product is told first.
        of = {proxy.label: found[proxy.label] for proxy in (setting.product, setting.bare)}
        yield Figure("latency", f"{CALLS_PER_S} calls/s, {name}", "ms", of)


def memory_of_a_socket(setting: proxies.Setting, messages: int) -> Iterator[Figure]:
    """What the product's memory grows by over so many messages of one socket, from the first tenth of them on."""
    load = Load(Shape(1, speaks="websocket"), setting.product.connect)
    load.run(_PATIENCE_S, messages // 10)
    before_mb = setting.product.memory_mb()
    load.run(_PATIENCE_S, messages - messages // 10)
    grown_mb = setting.product.memory_mb() - before_mb
    load.close()
    yield Figure("sockets", f"memory over {messages:,} messages", "MB more", {"product": [grown_mb]})


@contextmanager
def loads(shape: Shape, asked: list[Proxy], seconds: float) -> Iterator[dict[Proxy, Load]]:
    warm_s = min(MOST_WARM_S, seconds)
    made: dict[Proxy, Load] = {}
    try:
        for proxy in asked:
            made[proxy] = Load(shape, proxy.connect)
            made[proxy].run(warm_s)
        yield made
    finally:
        for load in made.values():
            load.close()


def compared(
    part: str, case: Case, made: dict[Proxy, Load], rounds: int, seconds: float, name: str | None = None
) -> Figure:
    per_s: dict[str, list[float]] = {proxy.label: [] for proxy in made}
    cpu_us: dict[str, list[float]] = {proxy.label: [] for proxy in made}

    def measure_one(proxy: Proxy, load: Load) -> None:
        before_s = proxy.cpu_s()
        tally = load.run(seconds)
        per_s[proxy.label].append(tally.per_s)
        cpu_us[proxy.label].append((proxy.cpu_s() - before_s) / tally.calls * 1e6)

    by_turns(rounds, [partial(measure_one, proxy, load) for proxy, load in made.items()])
    cpu = Figure(part, case.name, "us", cpu_us)
    more = {f"CPU us, {name}": value for name, value in cpu.medians.items()}
    if cpu.ratio:
        more["CPU ratio"] = 1 / cpu.ratio
    return Figure(part, name or case.name, case.unit, per_s, more)
