#!/usr/bin/env python3
"""Send a mini-program to the background and back while the proxy runs, or show how each stands.

让小程序进入后台、回到前台、置顶或取消置顶，或查看各自的状态（代理须正在运行）。
"""

import argparse
import http.client
import json
import os
import sys
from typing import Any
from urllib.parse import quote

import _interrupted

STATES = {"background": "background", "foreground": "foreground", "pin": "pinned", "unpin": "unpinned"}
PATIENCE_S = 5
EPILOG = "exit status: 0 done, 2 a mistake in the options, 3 the page of a running proxy cannot be reached"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="app.py", description=__doc__, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("command", choices=(*STATES, "status"))
    made.add_argument("--device", default="any", metavar="IP", help="the phone's address (default: any)")
    made.add_argument("--appid", default="any", metavar="ID", help="one mini-program (default: any)")
    made.add_argument("--page", default="127.0.0.1:8081", metavar="HOST:PORT", help="the page that run.py printed (default: 127.0.0.1:8081)")
    made.add_argument("--lang", choices=("zh", "en"), help="default: the locale's")
    return made


def main() -> int:
    options = parser().parse_args()
    said = _speaker(options.lang)
    host, _, port = options.page.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        print(said(f"--page 应为 HOST:PORT，现为 {options.page!r}", f"--page: found {options.page!r}, expected HOST:PORT"), file=sys.stderr)
        return 2
    try:
        status, answer = _ask(host.strip("[]"), int(port), options)
    except (OSError, http.client.HTTPException, ValueError) as error:
        print(
            said(
                f"连不上 {options.page} 的页面（{error}）：先运行 scripts/run.py，或用 --page 写出它显示的地址",
                f"The page at {options.page} cannot be reached ({error}): start scripts/run.py, or name the address it printed with --page",
            ),
            file=sys.stderr,
        )
        return 3
    if status != 200:
        print(answer.get("error", f"HTTP {status}"), file=sys.stderr)
        return 2
    for line in _table(answer.get("apps", []), options, said):
        print(line)
    return 0


def _ask(host: str, port: int, options: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    try:
        if options.command == "status":
            connection.request("GET", "/api/devices")
        else:
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            connection.request(
                "POST",
                f"/api/devices/{quote(options.device, safe=':')}/state",
                json.dumps({"state": STATES[options.command], "appid": options.appid}),
                {"Content-Type": "application/json", "Origin": f"http://{place}"},
            )
        response = connection.getresponse()
        answer = json.loads(response.read())
        if not isinstance(answer, dict):
            raise ValueError("this is another program's page")
        return response.status, answer
    finally:
        connection.close()


def _table(apps: list[dict[str, Any]], options: argparse.Namespace, said) -> list[str]:
    shown = [
        app for app in apps
        if options.device in ("any", app["device"]) and options.appid in ("any", app["appid"])
    ]  # fmt: skip
    if not shown:
        return [said("还没有小程序发出请求；命令对之后出现的同样有效", "No mini-program has made a call yet; an order also holds for those that come")]
    rows = [(app["device"], app["appid"] or "-", app["state"] + (", pinned" if app["pinned"] else ""), str(app["calls"])) for app in shown]
    heads = said(("设备", "appid", "状态", "未结束"), ("device", "appid", "state", "unfinished"))
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(4)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *rows)]


def _speaker(option: str | None):
    locale = next((os.environ[name] for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    lang = option or ("zh" if locale.lower().startswith("zh") else "en")
    return lambda zh, en: zh if lang == "zh" else en


if __name__ == "__main__":
    sys.exit(_interrupted.ended(main))
