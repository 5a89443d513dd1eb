"""Send a mini-program to the background and back while the proxy runs, or show how each stands. Standard library alone."""

import argparse
import http.client
import ipaddress
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable
from typing import Any
from typing import Protocol
from typing import TypeVar
from urllib.parse import quote

from wxcommand.arguments import Arguments
from wxcommand.arguments import language_of
from wxcommand.output import say
from wxpolicy.terms import Text
from wxreport.language import language

ABOUT = Text(
    "在代理运行时让小程序进入后台、回到前台、置顶或取消置顶，或查看状态。",
    "Tell the running proxy that a mini-program is in the background or foreground, or show the states.",
)
EPILOG = Text(
    "退出码：0 已完成，2 参数有误，3 连不上正在运行的代理的页面",
    "exit status: 0 done, 2 invalid options, 3 the page of a running proxy cannot be reached",
)
ORDERS = {"background": "background", "foreground": "foreground", "pin": "pinned", "unpin": "unpinned"}
# The texts of the page (words.js), for the same states.
STATES = {
    "foreground": ("前台", "foreground"),
    "exempt": ("后台（置顶，不受限）", "background (pinned: exempt)"),
    "grace": ("刚进入后台，调用仍在进行", "background, calls still running"),
    "background": ("后台", "background"),
}
APPID = re.compile(r"wx[0-9a-z]{16}")
OF_AN_APP = {"device", "appid", "state", "pinned", "calls"}
PATIENCE_S = 5
LARGEST_ANSWER = 1 << 24


def parser(lang: str, prog: str = "app.py") -> Arguments:
    made = Arguments(prog, lang, ABOUT, EPILOG)
    made.say(
        "command",
        choices=(*ORDERS, "status"),
        text=Text("命令", "the command"),
    )
    made.say(
        "--device",
        default="any",
        metavar="IP",
        text=Text("手机的地址（默认 any）", "the phone's address (default: any)"),
    )
    made.say(
        "--appid", default="any", metavar="ID", text=Text("某个小程序（默认 any）", "one mini-program (default: any)")
    )
    made.say(
        "--page",
        default="127.0.0.1:8081",
        metavar="HOST:PORT",
        text=Text(
            "run.py 打印的页面地址（默认 127.0.0.1:8081）",
            "address of the page, as printed by run.py (default: 127.0.0.1:8081)",
        ),
    )
    made.say_lang()
    return made


def main(words: list[str], prog: str = "app.py", enter: Callable[[], None] = lambda: None) -> int:
    del enter  # no third-party library is needed
    options = parser(language_of(words), prog).parse_args(words)
    in_lang = _speaker(options.lang)
    host, _, port = options.page.rpartition(":")
    if not host or not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        say(
            in_lang(
                f"--page 应为 HOST:PORT，现为 {options.page!r}", f"--page: found {options.page!r}, expected HOST:PORT"
            ),
            to=sys.stderr,
        )
        return 2
    device = _device(options.device)
    if device is None:
        say(
            in_lang(
                f"--device 应为 any 或 IP 地址（如 192.168.1.23），现为 {options.device!r}",
                f"--device: found {options.device!r}, expected any or an IP address such as 192.168.1.23",
            ),
            to=sys.stderr,
        )
        return 2
    if options.appid != "any" and not APPID.fullmatch(options.appid):
        say(
            in_lang(
                f"--appid 应为 any 或 wx 加 16 位小写字母或数字，现为 {options.appid!r}",
                f"--appid: found {options.appid!r}, expected any, or wx and 16 lower-case letters or digits",
            ),
            to=sys.stderr,
        )
        return 2
    options.device = device
    try:
        apps = _ask(host.strip("[]"), int(port), options)
    except NotThePage as error:
        say(
            in_lang(
                f"{options.page} 有响应，但不是这个页面（{error}）：请用 --page 指定 scripts/run.py 打印的页面地址",
                f"{options.page} responds, but is not the page ({error}): use --page with the page address that scripts/run.py printed",
            ),
            to=sys.stderr,
        )
        return 3
    except OSError as error:
        from wxpolicy.text.system_errors import reason

        say(
            in_lang(
                f"连不上 {options.page} 的页面（{reason(error).zh}）：请先运行 scripts/run.py，或用 --page 指定它打印的地址",
                f"The page at {options.page} cannot be reached ({reason(error).en}): start scripts/run.py, or use --page with the address that it printed",
            ),
            to=sys.stderr,
        )
        return 3
    except Refused as refusal:
        say(str(refusal), to=sys.stderr)
        return 2
    for line in _table(apps, options, in_lang):
        say(line)
    return 0


class NotThePage(Exception):
    """Another program answers at this address."""


class Refused(Exception):
    """Why the page refuses the command."""


def _device(text: str) -> str | None:
    """ "any", or the address in its canonical spelling; None if it is neither."""
    if text == "any":
        return text
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


def _ask(host: str, port: int, options: argparse.Namespace) -> list[dict[str, Any]]:
    """The apps that the page lists. Raises NotThePage, Refused, OSError."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE_S)
    what = ""
    try:
        if options.command == "status":
            connection.request("GET", "/api/devices")
        else:
            place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            connection.request(
                "POST",
                f"/api/devices/{quote(options.device, safe=':')}/state",
                json.dumps({"state": ORDERS[options.command], "appid": options.appid}),
                {"Content-Type": "application/json", "Origin": f"http://{place}"},
            )
        response = connection.getresponse()
        what = f"HTTP {response.status}, {response.headers.get_content_type()}"
        answer = json.loads(response.read(LARGEST_ANSWER))
    except OSError:  # also RemoteDisconnected, which is an HTTPException too
        raise
    except (http.client.HTTPException, ValueError, RecursionError) as error:
        raise NotThePage(what or type(error).__name__) from error
    finally:
        connection.close()
    apps = answer.get("apps") if isinstance(answer, dict) else None
    if (
        response.status == 200
        and isinstance(apps, list)
        and all(isinstance(app, dict) and set(app) >= OF_AN_APP for app in apps)
    ):
        return apps
    if response.status in (400, 403) and isinstance(answer, dict) and isinstance(answer.get("error"), str):
        raise Refused(answer["error"])
    raise NotThePage(what)


def _table(apps: list[dict[str, Any]], options: argparse.Namespace, in_lang: "InLang") -> list[str]:
    shown = [
        app for app in apps
        if options.device in ("any", app["device"]) and options.appid in ("any", app["appid"])
    ]  # fmt: skip
    if not shown:
        zh = (
            ("" if options.device == "any" else f"设备 {options.device} 上")
            + "还没有"
            + ("小程序" if options.appid == "any" else f" {options.appid} ")
        )
        who = "No mini-program" if options.appid == "any" else f"No mini-program {options.appid}"
        where = "" if options.device == "any" else f" on device {options.device}"
        return [
            in_lang(
                f"{zh}发出请求；命令对之后出现的小程序同样有效",
                f"{who}{where} has made a call yet; commands also apply to those that start later",
            )
        ]
    rows = [(app["device"], app["appid"] or "-", _state(app, in_lang), str(app["calls"])) for app in shown]
    heads = in_lang(("设备", "appid", "状态", "未结束"), ("device", "appid", "state", "unfinished"))
    widths = [max(_columns(row[column]) for row in (heads, *rows)) for column in range(4)]
    return [
        "  ".join(cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, *rows)
    ]


def _state(app: dict[str, Any], in_lang: "InLang") -> str:
    words: str = in_lang(*STATES.get(app["state"], (str(app["state"]),) * 2))
    pinned = app["pinned"] and app["state"] != "exempt"  # already in the text of this state
    return words + (in_lang("，已置顶", ", pinned") if pinned else "")


def _columns(text: str) -> int:
    """How wide a terminal shows it: Chinese characters take two columns."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


Words = TypeVar("Words")


class InLang(Protocol):
    """Chooses between the same text in Chinese and in English."""

    def __call__(self, zh: Words, en: Words) -> Words: ...


def _speaker(option: str | None) -> InLang:
    lang = language(option, os.environ)

    def in_lang(zh: Words, en: Words) -> Words:
        return zh if lang == "zh" else en

    return in_lang
