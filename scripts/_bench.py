"""Measures the proxy on this machine, beside bare mitmdump: ratios, and memory."""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from wxcommand.arguments import LANG
from wxcommand.arguments import Arguments
from wxcommand.arguments import count
from wxcommand.arguments import language_of
from wxpolicy.terms import Text

ABOUT = Text(
    "在本机测量代理，与单独的 mitmdump 对比：比值与内存。",
    "Measure the proxy on this machine, beside bare mitmdump: ratios, and memory.",
)
EPILOG = Text(
    "全部在回环地址上进行。机器繁忙时两次运行的速度会不同，同一次运行的比值更可靠。",
    "Everything runs on loopback. Speeds of two runs differ on a busy machine; the ratios of one run tell more.",
)


def parser(lang: str, prog: str = "bench.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say("--lang", choices=("zh", "en"), text=LANG)
    parts = made.add_subparsers(dest="part", required=True, metavar="PART")
    number = count(lang, Text("大于 0 的整数", "a number above 0"), least=1)

    def part(name: str, about: Text) -> Arguments:
        return parts.add_parser(
            name, prog=f"{prog} {name}", lang=lang, description=about, version=False, help=about.in_lang(lang)
        )

    bodies = part(
        "bodies",
        Text(
            "大的正文，下行与上行：首字节时间、吞吐量、内存、SHA-256",
            "large bodies down and up: first byte, throughput, memory, SHA-256",
        ),
    )
    bodies.say(
        "--megabytes",
        type=number,
        default=1024,
        text=Text("每个正文的大小（默认 1024）", "size of each body (default: 1024)"),
    )
    bodies.say(
        "--rounds",
        type=number,
        default=1,
        text=Text("各测量几次（默认 1）", "how often each is measured (default: 1)"),
    )
    calls = part(
        "calls",
        Text(
            "一个会话中的大量小调用：每秒调用数、内存，以及 report.py 与 check.py 所需的时间",
            "many small calls in one session: calls a second, memory, and how long report.py and check.py take over them",
        ),
    )
    calls.say("--calls", type=number, default=100_000, text=Text("多少次（默认 100000）", "how many (default: 100000)"))
    calls.say(
        "--connections",
        type=number,
        default=10,
        text=Text("保持的连接数（默认 10）", "kept-alive connections (default: 10)"),
    )
    return made


def main(words: list[str], prog: str, enter: Callable[[], None]) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()
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
