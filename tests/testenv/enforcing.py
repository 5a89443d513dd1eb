"""One policy under which each mode is shown, and every kind of client that meets it."""

import pytest

APPID = "wx0123456789abcdef"
FIXED = f"https://servicewechat.com/{APPID}/7/page-frame.html"
POLICY = f"""\
appid: {APPID}
version: "7"
mode: debug
scope: miniprogram
domains:
  request:       [https://api.example.com, https://nowhere.example.com, https://closed.example.com, https://dropped.example.com, https://refused.example.com]
  uploadFile:    [https://upload.example.com]
  downloadFile:  [https://cdn.example.com, https://api.example.com]
  connectSocket: [wss://ws.example.com]
"""
# Of a phone's whole traffic, where only this mini-program's calls are judged.
PHONE_POLICY = f"""\
appid: {APPID}
version: "7"
scope: miniprogram
domains:
  request: [https://api.example.com]
  downloadFile: [https://api.example.com]
"""
LISTED = "https://api.example.com"
UNLISTED = "https://unlisted.example.com"


def by_socket(clients, url):
    return clients.websocket(url.replace("https:", "wss:").replace("api.example.com", "ws.example.com"))


CLIENTS = {
    "curl over HTTP/1.1": lambda clients, url: clients.curl(url),
    "curl over HTTP/2": lambda clients, url: clients.curl(url, http2=True),
    "Node https": lambda clients, url: clients.node_https(url),
    "Node fetch (undici)": lambda clients, url: clients.node_fetch(url),
    "Python": lambda clients, url: clients.python_request(url),
    # A page is no call unless somebody says so.
    "Chromium": lambda clients, url: clients.chromium(url, headers={"X-Miniprogram-Api": "request"}),
    "a WebSocket": by_socket,
}
every_client = pytest.mark.parametrize("send", CLIENTS.values(), ids=CLIENTS.keys())
