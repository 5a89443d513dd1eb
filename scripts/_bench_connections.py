"""New HTTPS connections through the product and through bare mitmdump: CONNECT, two handshakes, one call, the end. Import after ``_venv.enter()``."""

import time
from collections.abc import Iterator
from functools import partial

import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_figures import at_once
from _bench_figures import by_turns
from _bench_load import Load
from _bench_load import Shape

AT_ONCE = 4
Proxy = proxies.Running | proxies.Origin


def measure(setting: proxies.Setting, rounds: int, seconds: float) -> Iterator[Figure]:
    yield Figure("connections", "no proxy", "connections/s", {"origin": [per_s(setting.origin, seconds)]})
    of: dict[str, list[float]] = {setting.product.label: [], setting.bare.label: []}

    def measure_one(proxy: Proxy) -> None:
        of[proxy.label].append(per_s(proxy, seconds))

    pair = (setting.product, setting.bare)
    for proxy in pair:
        per_s(proxy, min(seconds, 0.5))
    by_turns(rounds, [partial(measure_one, proxy) for proxy in pair])
    yield Figure("connections", f"new HTTPS connections, {AT_ONCE} at once", "connections/s", of)


def per_s(proxy: Proxy, seconds: float) -> float:
    made: list[int] = []
    began = time.perf_counter()

    def run() -> None:
        count = 0
        while time.perf_counter() - began < seconds:
            load = Load(Shape(), proxy.connect)
            load.run(seconds, 1)
            load.close()
            count += 1
        made.append(count)

    at_once([run] * AT_ONCE)
    return sum(made) / (time.perf_counter() - began)
