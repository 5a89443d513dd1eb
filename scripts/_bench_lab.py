"""The benchmark's origins: started by ``_bench_proxies.lab``, until the benchmark ends."""

import random
import sys
from pathlib import Path

MB = 1024 * 1024
# The same in every process.
BLOCK = random.Random(7).randbytes(MB)


async def blocks(exchange) -> None:
    """/blocks?n=N: N MB, none of which repeats within a block."""
    count = exchange.number("n", 1)
    await exchange.start(200, [("content-type", "application/octet-stream"), ("content-length", str(count * MB))])
    for _ in range(count):
        await exchange.send(BLOCK)
    await exchange.end()


def main() -> None:
    from wxlab.lab import Lab

    folder = Path(sys.argv[1])
    with Lab() as lab:
        lab.origin.routes["/blocks"] = blocks
        lab.write_root(folder).replace(folder / "root.pem")
        lab.write_map(folder / "map.json")
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
