"""Runs the proxy under fifty devices for minutes, on loopback: calls sent are counted against records and flows, files and memory watched."""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from wxcommand.arguments import Arguments
from wxcommand.arguments import count
from wxcommand.arguments import language_of
from wxpolicy.terms import Text

ABOUT = Text(
    "让 50 台设备在回环上使用代理：各种协议、故障、修改策略、切后台、页面打开着；核对调用数、记录数与 flow 数，并监视打开的文件和内存。",
    "Run 50 devices against the proxy on loopback: all protocols, faults, policy edits, background, an open page. Compares calls with records and flows, and watches open files and memory.",
)
POLICY = """\
appid: any
scope: all
domains:
  request:       [https://api.example.com{more}]
  connectSocket: [wss://ws.example.com]
background: {{grace_ms: 500}}
"""
EDIT_EVERY_S = 5.0
SWITCH_EVERY_S = 3.0
LOOK_EVERY_S = 1.0
# Between two samples, and what memory may grow by after the first third.
MOST_GROWTH = 0.2
MOST_MORE_FILES = 20


def parser(lang: str, prog: str) -> Arguments:
    made = Arguments(prog, lang, ABOUT)
    number = count(lang, Text("大于 0 的整数", "a number above 0"), least=1)
    made.say(
        "--minutes", type=float, default=15.0, text=Text("运行的分钟数（默认 15）", "minutes to run (default: 15)")
    )
    made.say("--devices", type=number, default=50, text=Text("设备数（默认 50）", "number of devices (default: 50)"))
    made.say("--rate", type=float, default=50.0, text=Text("每秒的调用数（默认 50）", "calls per second (default: 50)"))
    made.say("--counts-only", action="store_true",
             text=Text("只核对数量，不检查内存", "check the counts only, not memory"))  # fmt: skip
    made.say("--json", metavar="FILE", type=Path, text=Text("把结果写入文件", "write the figures to FILE"))
    made.say_lang()
    return made


def main(words: list[str], prog: str, enter: Callable[[], None]) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()
    if not sys.platform.startswith("linux"):
        print("soak.py needs Linux, whose loopback has as many addresses as there are devices", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="miniprogram-soak-") as folder:
        told = _soaked(Path(folder), options)
    troubles = _troubles(told, options)
    told["troubles"] = troubles
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    print(_as_text(told))
    return 1 if troubles else 0


def _soaked(folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    import asyncio

    import _bench_proxies as proxies

    from wxlab.lab import Lab

    with Lab() as lab:
        lab.write_map(folder / "map.json")
        (folder / "root.pem").write_bytes(lab.write_root(folder).read_bytes())
        page = proxies.free_port()
        arguments = ("--page", f"127.0.0.1:{page}", "--fail-on", "never")
        with proxies.product(folder, *arguments, policy=POLICY.format(more=""), name="soak") as proxy:
            policy = folder / "soak-policy.yaml"
            sent, answered, samples = asyncio.run(_driven(proxy, page, policy, options))
        lab_complaints = [text for origin in lab.origins for text in getattr(origin, "complaints", ())]
        said = (folder / "soak.log").read_text()
    assert proxy.session is not None
    records, flows = _counted(proxy.session)
    return {
        "minutes": options.minutes, "devices": options.devices, "sent": dict(sent), "answered": dict(answered),
        "calls": sum(sent.values()), "records": records, "flows": flows, "samples": samples,
        "tracebacks": said.count("Traceback"), "complaints": len(lab_complaints),
    }  # fmt: skip


async def _driven(proxy: Any, page: int, policy: Path, options: argparse.Namespace) -> tuple[Any, Any, list[Any]]:
    import asyncio
    import itertools

    from _bench_proxies import trusting

    from wxlab.soaking import Device

    ends_at = time.monotonic() + options.minutes * 60
    numbers = itertools.count()
    devices = [
        Device(
            ("127.0.0.1", proxy.port),
            lambda alpn: trusting(proxy.ca_pem, alpn),
            f"127.0.1.{number + 1}",
            numbers,
            number,
        )
        for number in range(options.devices)
    ]

    def is_over() -> bool:
        return time.monotonic() > ends_at

    samples: list[dict[str, float]] = []
    beside = [
        asyncio.create_task(each)
        for each in (_edits(policy), _switches(page, len(devices)), _watches(page), _samples(proxy, samples))
    ]
    await asyncio.gather(*(device.run(options.rate / len(devices), is_over) for device in devices))
    for task in beside:
        task.cancel()
    await asyncio.gather(*beside, return_exceptions=True)
    await asyncio.sleep(1)
    samples.append(_sample(proxy))
    return sum((each.sent for each in devices), Counter()), sum((each.answered for each in devices), Counter()), samples


async def _edits(policy: Path) -> None:
    """A good edit, and now and then one with a mistake, which leaves the last good policy in force."""
    import asyncio

    for number in range(1_000_000):
        await asyncio.sleep(EDIT_EVERY_S)
        part = policy.with_suffix(".part")
        part.write_text("domains: [" if number % 4 == 3 else POLICY.format(more=f", https://more{number}.example.com"))
        part.replace(policy)


async def _switches(page: int, devices: int) -> None:
    """One device after the other goes to the background for a moment."""
    import asyncio

    for number in range(1_000_000):
        for state in ("background", "foreground"):
            await asyncio.sleep(SWITCH_EVERY_S / 2)
            device = f"127.0.1.{number % devices + 1}"
            await _asked(page, "POST", f"/api/devices/{device}/state", {"state": state, "appid": "any"})


async def _watches(page: int) -> None:
    """A browser that has the page open."""
    import asyncio
    from contextlib import suppress

    reader, writer = await asyncio.open_connection("127.0.0.1", page)
    writer.write(f"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:{page}\r\n\r\n".encode())
    try:
        while True:
            await _asked(page, "GET", "/api/calls?start=0&length=50")
            await _asked(page, "GET", "/api/causes")
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(65536), LOOK_EVERY_S)
    finally:
        writer.close()


async def _asked(page: int, method: str, path: str, told: dict[str, str] | None = None) -> bytes:
    import asyncio

    reader, writer = await asyncio.open_connection("127.0.0.1", page)
    body = json.dumps(told).encode() if told is not None else b""
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{page}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
    answer = await reader.read()
    writer.close()
    return answer


async def _samples(proxy: Any, samples: list[dict[str, float]]) -> None:
    import asyncio

    while True:
        samples.append(_sample(proxy))
        await asyncio.sleep(LOOK_EVERY_S * 5)


def _sample(proxy: Any) -> dict[str, float]:
    files = len(list(Path(f"/proc/{proxy.process.pid}/fd").iterdir()))
    return {"memory_mb": round(proxy.memory_mb(), 1), "files": files}


def _counted(session: Path) -> tuple[int, int]:
    """How many of the numbered calls have a record, and how many a flow."""
    from mitmproxy import http
    from mitmproxy import io

    from wxlab.soaking import MARK
    from wxsession.embedded import EMBEDDED

    reader = EMBEDDED.open(session)
    records = Counter(record.url.rpartition(f"{MARK}=")[2] for record in reader.records() if f"{MARK}=" in record.url)
    reader.close()
    with (session / "flows.mitm").open("rb") as file:
        flows = {
            each.id
            for each in io.FlowReader(file).stream()
            if isinstance(each, http.HTTPFlow) and MARK in each.request.path
        }
    assert all(times == 1 for times in records.values()), "a call was recorded twice"
    return len(records), len(flows)


def _troubles(told: dict[str, Any], options: argparse.Namespace) -> list[str]:
    found = []
    if not told["calls"] == told["records"] == told["flows"]:
        found.append(f"{told['calls']} calls, {told['records']} records, {told['flows']} flows")
    if told["tracebacks"]:
        found.append(f"{told['tracebacks']} tracebacks")
    first, last = told["samples"][0], told["samples"][-1]
    if last["files"] > first["files"] + MOST_MORE_FILES:
        found.append(f"open files grew from {first['files']} to {last['files']}")
    if not options.counts_only:
        settled = told["samples"][len(told["samples"]) // 3]["memory_mb"]
        if last["memory_mb"] > settled * (1 + MOST_GROWTH):
            found.append(f"memory grew from {settled} to {last['memory_mb']} MB after the first third")
    return found


def _as_text(told: dict[str, Any]) -> str:
    lines = [
        f"{told['calls']} calls of {told['devices']} devices in {told['minutes']:g} minutes: {told['records']} records, {told['flows']} flows"
    ]
    lines += [
        f"  {kind:12} {number:7} sent {told['answered'].get(kind, 0):7} answered"
        for kind, number in told["sent"].items()
    ]
    step = max(1, len(told["samples"]) // 15)
    lines += [f"  {each['memory_mb']:8.1f} MB {each['files']:5} files" for each in told["samples"][::step]]
    return "\n".join(
        [*lines, *(f"TROUBLE: {each}" for each in told["troubles"]), "" if told["troubles"] else "no trouble"]
    )
