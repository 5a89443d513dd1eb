#!/usr/bin/env python3
"""Measure the proxy on this machine, beside bare mitmdump: ratios, and memory.

在本机测量代理，与单独的 mitmdump 对比：比值与内存。
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import _interrupted
import _venv

EPILOG = "Everything runs on loopback. Speeds of two runs differ on a busy machine; the ratios of one run tell more."


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="bench.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = made.add_subparsers(dest="part", required=True, metavar="PART")
    bodies = parts.add_parser("bodies", help="large bodies down and up: first byte, throughput, memory, SHA-256")
    bodies.add_argument("--megabytes", type=_count, default=1024, help="size of each body (default: 1024)")
    bodies.add_argument("--rounds", type=_count, default=1, help="how often each is measured (default: 1)")
    calls = parts.add_parser(
        "calls",
        help="many small calls in one session: calls a second, memory, and how long report.py and check.py take over them",
    )
    calls.add_argument("--calls", type=_count, default=100_000, help="how many (default: 100000)")
    calls.add_argument("--connections", type=_count, default=10, help="kept-alive connections (default: 10)")
    return made


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"found {text!r}, expected a number above 0")
    return int(text)


def main() -> int:
    options = parser().parse_args()
    _venv.enter()
    with tempfile.TemporaryDirectory(prefix="miniprogram-bench-") as folder:
        if options.part == "bodies":
            return _bodies(Path(folder), options)
        return _calls(Path(folder), options)


def _bodies(folder: Path, options: argparse.Namespace) -> int:
    import _bench_bodies

    found = _bench_bodies.measure(folder, options.megabytes, options.rounds)
    speed: dict[tuple[str, str], float] = {}
    for name, every in found.items():
        for what in ("down", "up"):
            passed = [each for each in every if each.what == what]
            speed[name, what] = statistics.median(each.mb_per_s for each in passed)
            first = [each.first_byte_ms for each in passed if each.first_byte_ms is not None]
            print(
                f"{name:9} {options.megabytes} MB {what:4}  {speed[name, what]:6.0f} MB/s"
                f"  peak +{max(each.more_mb for each in passed):.0f} MB"
                + (f"  first byte {max(first):.0f} ms" if first else "")
                + ("" if all(each.is_whole for each in passed) else "  NOT THE SAME BYTES")
            )
    for what in ("down", "up"):
        print(f"product / mitmdump, {what}: {speed['product', what] / speed['mitmdump', what]:.2f}")
    return int(not all(each.is_whole for every in found.values() for each in every))


def _calls(folder: Path, options: argparse.Namespace) -> int:
    import _bench_calls

    session, bare_per_s = _bench_calls.measure(folder, options.calls, options.connections)
    print(f"product   {session.calls} calls  {session.calls_per_s:.0f} calls/s")
    print(f"mitmdump  {bare_per_s:.0f} calls/s; product / mitmdump: {session.calls_per_s / bare_per_s:.2f}")
    print("memory    " + "  ".join(f"{calls}: {value:.1f}" for calls, value in session.memory_mb.items()) + " MB")
    print(f"          {session.growth_mb:+.1f} MB from the warm state to the end")
    print(f"session   {session.disk_mb:.0f} MB on disk")
    for name, reading in session.readings.items():
        print(f"{name:18} {reading.calls} calls  {reading.seconds:.1f} s  peak {reading.peak_mb:.0f} MB")
    return int(not session.is_whole)


if __name__ == "__main__":
    sys.exit(_interrupted.ended(main))
