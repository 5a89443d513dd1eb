"""The demonstration's script: a mini-program that works with debugging on, and what is wrong with it.

Each step is a call as such code makes it. The listed hosts are correct in every way; the faults are those that teams
meet on release day.
"""

from collections.abc import Iterator

from wxlab.lab import Lab
from wxlab.miniprogram import Answer
from wxlab.miniprogram import MiniProgram
from wxlab.origin import Origin

APPID = "wx0123456789abcdef"
POLICY = """\
appid: {appid}
edition: "2017"
mode: {mode}
scope: miniprogram
domains:
  request:
    - https://api.example.com
    - https://hole.example.com
  uploadFile:
    - https://upload.example.com
  downloadFile:
    - https://cdn.example.com
  connectSocket:
    - wss://ws.example.com
"""
FORGOTTEN_IP = "203.0.113.7"


def policy_text(mode: str) -> str:
    return POLICY.format(appid=APPID, mode=mode)


def demonstration_lab() -> Lab:
    """A lab with the additional hosts that the script calls."""
    lab = Lab()
    reserved = "api.weixin.qq.com"
    lab.origin.present(lab.issuing.issue(reserved), to=reserved)
    lab.place(reserved, 443, lab.origin)
    # A server that is addressed by IP gets no SNI to choose a certificate by.
    by_address = Origin(lab.issuing.issue(FORGOTTEN_IP))
    lab.more.append(by_address)
    lab.place(FORGOTTEN_IP, 443, by_address)
    return lab


def calls(app: MiniProgram) -> Iterator[Answer]:
    """The mini-program's start page, call by call."""
    yield app.request("https://api.example.com/user")
    yield app.request("https://api.example.com/orders", "POST", b'{"page": 1}')
    yield app.request("https://api.example.com/status/500")
    yield app.upload_file("https://upload.example.com/echo", b"\xff\xd8 a photo \xff\xd9")
    yield app.download_file("https://cdn.example.com/image.png")
    yield app.connect_socket("wss://ws.example.com/ws")
    # A host that was never listed.
    yield app.request("https://unlisted.example.com/ads")
    # Listed for request, but not for uploadFile.
    yield app.upload_file("https://api.example.com/echo", b"\xff\xd8 another photo \xff\xd9")
    # Listed for downloadFile, but not for connectSocket.
    yield app.connect_socket("wss://cdn.example.com/ws")
    # A listed host that redirects to an unlisted one.
    yield app.request("https://api.example.com/redirect?to=https://unlisted.example.com/login")
    # A listed host whose server does not send the intermediate certificate.
    yield app.request("https://hole.example.com/news")
    # http://, an IP address, and an API that belongs on the server.
    yield app.request("http://api.example.com/config")
    yield app.request(f"https://{FORGOTTEN_IP}/test")
    yield app.request("https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential")
