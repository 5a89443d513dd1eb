"""What holds the proxy's loop: a save of a long policy, and load of every kind at once. Import after ``_venv.enter()``."""

import json
import time
from collections.abc import Callable
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import _bench_bodies as bodies
import _bench_connections as connections
import _bench_proxies as proxies
from _bench_figures import Figure
from _bench_figures import at_once
from _bench_load import Load
from _bench_load import Shape
from _bench_rules import policy_text

ENTRIES = 10_000
MOST_MS = 20.0
BODY_MB = 50
_PATIENCE_S = 30.0
_LOADS = (
    Shape(10),
    Shape(4, referer=False),
    Shape(1, speaks="h2"),
    Shape(4, speaks="websocket"),
    Shape(20, devices=20),
    Shape(2, noise=True),
)


def measure(folder: Path, seconds: float) -> Iterator[Figure]:
    """A proxy of its own, with the watchdog in it, in front of the origin that runs."""
    told = folder / "holds.json"
    watched = ("-s", str(proxies.ADDONS / "wxlab" / "watchdog.py"), "--set", f"watchdog_file={told}")
    with proxies.product(folder, name="product watched", more=watched) as product:
        yield _longest("lists", f"a save of {ENTRIES:,} entries", told, lambda: _save(folder, product))
        yield _longest("holds", "mixed load", told, lambda: _mixed(folder, product, seconds))


def _longest(part: str, case: str, told: Path, run: Callable[[], None]) -> Figure:
    began = time.time()
    run()
    time.sleep(0.1)  # the watchdog tells within a few milliseconds
    holds: list[dict[str, Any]] = [hold for hold in json.loads(told.read_text()) if hold["at"] >= began]
    longest = max(
        holds, key=lambda hold: hold["own_ms"], default={"own_ms": 0.0, "gc_ms": 0.0, "wall_ms": 0.0, "place": ""}
    )
    more = {
        "most of the clock ms": max((hold["wall_ms"] for hold in holds), default=0.0),
        "most of collections ms": max((hold["gc_ms"] for hold in holds), default=0.0),
        f"over {MOST_MS:.0f} ms": float(sum(hold["own_ms"] > MOST_MS for hold in holds)),
    }
    return Figure(part, case, "ms, the longest hold", {"product": [longest["own_ms"]]}, more, longest["place"])


def _save(folder: Path, product: proxies.Running, more: str = "") -> None:
    """Until the proxy says that the policy is in force."""
    policy, log = folder / f"{product.name}-policy.yaml", folder / f"{product.name}.log"
    before = log.read_text().count("applies to new calls")
    policy.write_text(policy_text(ENTRIES) + more)
    deadline = time.monotonic() + _PATIENCE_S
    while log.read_text().count("applies to new calls") == before:
        if time.monotonic() > deadline:
            raise RuntimeError(f"a policy of {ENTRIES} entries did not come into force:\n{log.read_text()[-1000:]}")
        time.sleep(0.05)


def _mixed(folder: Path, product: proxies.Running, seconds: float) -> None:
    """Calls of every kind, bodies of 50 MB, new connections, and a long policy saved in the middle."""

    def load(shape: Shape) -> None:
        made = Load(shape, product.connect)
        made.run(seconds)
        made.close()

    def save() -> None:
        time.sleep(seconds / 2)
        _save(folder, product, "# again\n")

    runs = [
        *(partial(load, shape) for shape in _LOADS),
        partial(connections.per_s, product, seconds),
        *(partial(bodies.Bodies(what, BODY_MB).measure, product) for what in ("down", "up")),
        save,
    ]
    at_once(runs)
