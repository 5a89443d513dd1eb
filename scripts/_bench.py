"""Measures the proxy on this machine, beside bare mitmdump: ratios, and memory."""

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import Arguments
from wxcommand.arguments import count
from wxcommand.arguments import language_of
from wxcommand.arguments import seconds
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from _bench_figures import Figure

ABOUT = Text(
    "在本机测量代理，与单独的 mitmdump 交替进行：比值与内存。",
    "Measure the proxy on this machine, in alternation with bare mitmdump: ratios and memory.",
)
PARTS = {
    "calls": Text("小调用：每秒次数", "small calls per second"),
    "devices": Text("50 台设备，50 个连接", "50 devices, 50 connections"),
    "latency": Text("每秒 50 次调用时的延迟：p50、p99", "latency at 50 calls a second: p50, p99"),
    "connections": Text("新建的 HTTPS 连接：每秒几个", "new HTTPS connections per second"),
    "sockets": Text("WebSocket 消息：每秒几条，内存", "WebSocket messages per second, and memory"),
    "bodies": Text("大的正文，下行与上行", "large bodies, down and up"),
    "rules": Text(
        "单看规则：域名列表有 10、1000、10000 项时每次调用的微秒数",
        "the rules alone, with 10, 1,000 and 10,000 list entries",
    ),
    "lists": Text("保存 10000 项的策略阻塞事件循环多久", "how long saving 10,000 entries blocks the event loop"),
    "holds": Text(
        "混合负载下事件循环最长被阻塞多久，在哪里",
        "the longest time the event loop is blocked under mixed load, and where",
    ),
    "session": Text(
        "一个很长的会话：内存，以及脚本读取它的时间（只在指定时运行）",
        "a long session: memory, and the time of the scripts that read it (runs only if given)",
    ),
}
ONLY_WHERE_NAMED = ("session",)
_NUMBER = Text("大于 0 的整数", "a number above 0")


def parser(lang: str, prog: str = "bench.py") -> Arguments:
    parts = "\n".join(f"  {name:12}{about.in_lang(lang)}" for name, about in PARTS.items())
    epilog = Text(
        f"PART：\n{parts}\n\n全部在回环上进行。机器繁忙时速度会变，同一次运行的比值更可靠；CPU ratio 是两者每次调用的处理器时间之比。",
        f"PART:\n{parts}\n\nEverything runs on loopback. Speeds change on a busy machine; the ratios of one run are more reliable."
        " The CPU ratio compares the processor time per call.",
    )
    made = Arguments(prog, lang, ABOUT, epilog)
    number = count(lang, _NUMBER, least=1)
    made.add_argument(
        "part",
        metavar="PART",
        nargs="*",
        help=Text("测量哪些部分（默认除 session 外全部）", "parts to measure (default: all except session)").in_lang(
            lang
        ),
    )
    made.say("--only", metavar="TEXT", text=Text("只测量名称含有 TEXT 的情形", "only cases with TEXT in their name"))
    made.say("--rounds", type=number, default=5, text=Text("轮数（默认 5）", "number of rounds (default: 5)"))
    made.say("--seconds", type=seconds(lang), default=3.0,
             text=Text("每轮的秒数（默认 3）", "seconds per round (default: 3)"))  # fmt: skip
    made.say("--megabytes", type=number, default=200,
             text=Text("大的正文的 MB 数（默认 200）", "size of a large body in MB (default: 200)"))  # fmt: skip
    made.say("--calls", type=number, default=100_000,
             text=Text("会话的调用次数（默认 100000）", "number of calls in the session (default: 100000)"))  # fmt: skip
    made.say(
        "--messages",
        type=number,
        default=100_000,
        text=Text(
            "测量内存时的 WebSocket 消息数（默认 100000）",
            "number of WebSocket messages for measuring memory (default: 100000)",
        ),
    )
    made.say(
        "--quick", action="store_true", text=Text("约一分钟内测完所有部分", "run every part within about a minute")
    )
    made.say("--json", metavar="FILE", type=Path, text=Text("把结果写入文件", "write the figures to FILE"))
    made.say(
        "--plot", metavar="FILE", type=Path, text=Text("把 --json 的结果画成 SVG", "draw the figures of --json as SVG")
    )
    made.say("--bare", metavar="ARGUMENT", action="append", default=[],
             text=Text("mitmdump 的其他参数，如 --bare=-q", "additional argument for mitmdump, as in --bare=-q"))  # fmt: skip
    made.say(
        "--peers",
        action="store_true",
        text=Text(
            "还测量 whistle 与 AnyProxy，由 npm 安装在临时目录中",
            "also measure whistle and AnyProxy, installed by npm in a temporary directory",
        ),
    )
    made.say_lang()
    return made


def main(words: list[str], prog: str, enter: Callable[[], None]) -> int:
    made = parser(language_of(words), prog)
    options = made.parse_args(words)
    options.lang = language_of(words)
    unknown = [part for part in options.part if part not in PARTS]
    if unknown:
        made.error(f"argument PART: invalid choice: {unknown[0]!r} (choose from {', '.join(PARTS)})")
    if options.plot and not options.json:
        made.error("argument --plot: not allowed without --json")
    if options.quick:
        options.rounds, options.seconds, options.megabytes, options.messages = 2, 0.3, 20, 10_000
    enter()
    figures, load = [], [_load()]
    with tempfile.TemporaryDirectory(prefix="miniprogram-bench-") as folder:
        for figure in _measured(Path(folder), options):
            figures.append(figure.as_json())
            print(figure.as_text(), flush=True)
    if options.json:
        import mitmproxy.version

        load.append(_load())
        told = {
            "python": platform.python_version(),
            "mitmproxy": mitmproxy.version.VERSION,
            "cores": os.cpu_count(),
            "load": load,
            "figures": figures,
        }
        options.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
        if options.plot:
            import _bench_plot

            _bench_plot.draw(options.json, options.plot)
    return 0


def _load() -> float | None:
    """Of the machine over the last minute, before the first figure and after the last; None where the system does not tell."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _measured(folder: Path, options: argparse.Namespace) -> "Iterator[Figure]":
    import _bench_bodies as bodies
    import _bench_calls as calls
    import _bench_connections as connections
    import _bench_holds as holds
    import _bench_peers as peers
    import _bench_proxies as proxies
    import _bench_rules as rules
    import _bench_session as session

    parts = options.part or [part for part in PARTS if part not in ONLY_WHERE_NAMED]
    rounds, seconds_each = options.rounds, options.seconds
    if "rules" in parts:
        yield from rules.measure(rounds)
    if options.peers or set(parts) - {"rules", *ONLY_WHERE_NAMED}:
        with proxies.setting(folder, options.bare) as setting:
            if "calls" in parts:
                yield from calls.alone("calls", setting, seconds_each)
            for part, cases in {"calls": calls.CALLS, "devices": calls.DEVICES, "sockets": calls.SOCKETS}.items():
                if part in parts:
                    asked = tuple(case for case in cases if (options.only or "") in case.name)
                    yield from calls.measure(part, asked, setting, rounds, seconds_each)
            if "sockets" in parts:
                yield from calls.memory_of_a_socket(setting, options.messages)
            if "latency" in parts:
                yield from calls.latency(setting, rounds, seconds_each)
            if "connections" in parts:
                yield from connections.measure(setting, rounds, seconds_each)
            if "bodies" in parts:
                yield from bodies.measure(setting, options.megabytes, rounds)
            if {"lists", "holds"} & set(parts):
                yield from (each for each in holds.measure(folder, seconds_each) if each.part in parts)
            if options.peers:
                try:
                    yield from peers.measure(setting, folder / "peers", rounds, seconds_each)
                except peers.Missing as why:
                    print(why.text.in_lang(options.lang), flush=True)
    if "session" in parts:
        yield from session.measure(folder, options.calls, connections=10)
