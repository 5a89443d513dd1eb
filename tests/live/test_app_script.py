"""scripts/app.py as a user types it, in front of a page that tells of known apps, and of servers that are no page."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer

import pytest

from testenv.proxy import run_script

APPID, OTHER = "wx0123456789abcdef", "wxffffffffffffffff"


def told(device="10.0.0.2", appid=APPID, state="foreground", pinned=False, calls=0):
    return {"device": device, "appid": appid, "state": state, "pinned": pinned, "calls": calls}


@contextmanager
def answering(body, status=200, kind="application/json"):
    """A server that gives everybody the same answer; its HOST:PORT."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_POST = do_GET

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


def app(*arguments, page, lang="en"):
    return run_script("app.py", *arguments, "--page", page, "--lang", lang)


@pytest.mark.parametrize(
    ("case", "apps", "arguments", "en", "zh"),
    [
        ("nobody called", [], ("status",), "No mini-program has made a call yet; ", "还没有小程序发出请求；"),
        ("another device called", [told()], ("status", "--device", "10.9.9.9"),
         "No mini-program on device 10.9.9.9 has made a call yet; ", "设备 10.9.9.9 上还没有小程序发出请求；"),
        ("an order for another device", [], ("pin", "--device", "10.9.9.9"),
         "No mini-program on device 10.9.9.9 has made a call yet; ", "设备 10.9.9.9 上还没有小程序发出请求；"),
        ("another mini-program called", [told()], ("status", "--appid", OTHER),
         f"No mini-program {OTHER} has made a call yet; ", f"还没有 {OTHER} 发出请求；"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_an_empty_table_says_who_has_not_called(case, apps, arguments, en, zh):
    with answering({"apps": apps}) as page:
        for lang, said in (("en", en), ("zh", zh)):
            done = app(*arguments, page=page, lang=lang)
            assert (done.returncode, done.stderr) == (0, "") and done.stdout.startswith(said), done.stdout


@pytest.mark.parametrize(
    ("state", "pinned", "en", "zh"),
    [
        ("foreground", False, "foreground", "前台"),
        ("foreground", True, "foreground, pinned", "前台，已置顶"),
        ("grace", False, "background, calls still running", "刚进入后台，调用仍在进行"),
        ("exempt", True, "background (pinned: exempt)", "后台（置顶，不受限）"),
        ("background", False, "background", "后台"),
        ("a newer state", False, "a newer state", "a newer state"),
    ],
)
def test_a_state_is_told_in_words(state, pinned, en, zh):
    with answering({"apps": [told(state=state, pinned=pinned, calls=3), told("10.0.0.3")]}) as page:
        for lang, words in (("en", en), ("zh", zh)):
            lines = app("status", page=page, lang=lang).stdout.splitlines()
            assert f"  {words}  " in lines[1] and lines[1].endswith("  3")
            assert len(lines) == 3


def test_a_device_is_found_by_any_spelling_of_its_address():
    with answering({"apps": [told()]}) as page:
        assert "foreground" in app("status", "--device", "::ffff:10.0.0.2", page=page).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("status", "--appid", "nope"),
            "--appid: found 'nope', expected any, or wx and 16 lower-case letters or digits",
        ),
        (("pin", "--appid", "wx0123456789ABCDEF"), "--appid: found 'wx0123456789ABCDEF'"),
        (("pin", "--device", "phone"), "--device: found 'phone', expected any or an IP address"),
    ],
)
def test_a_mistake_in_the_options_is_told_before_anybody_is_asked(arguments, said):
    done = app(*arguments, page="127.0.0.1:1")
    assert (done.returncode, done.stdout) == (2, "") and said in done.stderr
    assert app(*arguments, page="127.0.0.1:1", lang="zh").stderr.startswith(f"{arguments[1]} 应为 any 或 ")


@pytest.mark.parametrize(
    ("case", "body", "status", "kind"),
    [
        ("other JSON", {"hello": 1}, 200, "application/json"),
        ("a list", [1], 200, "application/json"),
        ("apps of another kind", {"apps": [{"name": "x"}]}, 200, "application/json"),
        ("a page of HTML", "<!doctype html>", 200, "text/html"),
        ("what a proxy says to a request that is none of its own", "<html>", 400, "text/html"),
        ("nothing there", {"error": "not found"}, 404, "application/json"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_server_is_not_taken_for_the_page(case, body, status, kind):
    with answering(body, status, kind) as page:
        for command in ("status", "background"):
            done = app(command, page=page)
            assert (done.returncode, done.stdout) == (3, "")
            assert done.stderr.startswith(f"{page} responds, but is not the page (HTTP {status}, {kind}): "), (
                done.stderr
            )
        assert f"{page} 有响应，但不是这个页面" in app("status", page=page, lang="zh").stderr


def test_the_proxys_own_port_is_not_the_page(start_proxy):
    proxy = start_proxy(
        policy="appid: any\ndomains: {request: [https://api.example.com]}\n", arguments=("--page", "127.0.0.1:0")
    )
    done = app("status", page=f"127.0.0.1:{proxy.port}")
    assert done.returncode == 3 and "responds, but is not the page (HTTP " in done.stderr, done.stderr
