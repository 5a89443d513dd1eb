"""Two devices before one proxy, what they ask of their own page, and the orders that stand in the session."""

import socket
import sqlite3
import urllib.parse

from testenv.tunnel import read_answer

# Scope miniprogram: what a browser does is nobody's call and passes the domain gate.
POLICY = """\
appid: any
scope: miniprogram
domains:
  request:       [https://api.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com]
  connectSocket: [wss://ws.example.com]
"""
APPID = "wx0123456789abcdef"
CALL = {"Referer": f"https://servicewechat.com/{APPID}/0/page-frame.html", "X-Miniprogram-Api": "request"}
URL = "https://api.example.com/json"
THIS_DEVICE, OTHER_DEVICE = "127.0.0.1", "127.0.0.2"


def orders(proxy):
    """Every order that stands in the session, as (device, appid, state, source)."""
    with sqlite3.connect(proxy.session / "calls.sqlite") as database:
        return database.execute("SELECT device, appid, state, source FROM app_states ORDER BY at").fetchall()


def on_device(proxy, request, source=THIS_DEVICE):
    """One plain request that the proxy gets from the address ``source``."""
    with socket.create_connection(("127.0.0.1", proxy.port), 10, source_address=(source, 0)) as sock:
        sock.sendall(request)
        return read_answer(sock, request.partition(b" ")[0].decode())


def device_page(proxy, source=THIS_DEVICE, host="miniprogram.test"):
    return on_device(proxy, f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(), source)


def device_order(proxy, form, source=THIS_DEVICE, **headers):
    body = urllib.parse.urlencode(form).encode()
    sent = {
        "Host": "miniprogram.test",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in {**sent, **headers}.items())
    return on_device(proxy, f"POST http://miniprogram.test/state HTTP/1.1\r\n{head}\r\n".encode() + body, source)


def token_of(answer):
    return answer.body.decode().partition('name="token" value="')[2].partition('"')[0]
