"""How a phone comes to the proxy: its addresses, what to scan, and the certificate to install."""

import io
from typing import Any

import segno

from wxgate.page.entrance import Entrance
from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxpolicy.terms import Text
from wxpolicy.url.hosts import with_brackets


class _Connect(Handler):
    def entrance(self) -> Entrance:
        found = self.sources.entrance()
        if found is None:
            raise Refused(409, Text("没有运行中的代理", "no proxy runs"))
        return found


class Connect(_Connect):
    def get(self) -> None:
        found = self.entrance()
        told: dict[str, Any] = {
            "addresses": [f"{with_brackets(host)}:{found.port}" for host in found.hosts],
            "scan": None if found.is_wireguard else found.scan,
            "has_code": found.scan is not None,
            "is_wireguard": found.is_wireguard,
        }
        self.finish(told)


class ScanCode(_Connect):
    """As a picture, for <img>: nothing in it runs."""

    def get(self) -> None:
        found = self.entrance()
        if found.scan is None:
            raise Refused(404, Text("没有手机可以到达的地址", "there is no address that a phone can reach"))
        out = io.BytesIO()
        segno.make(found.scan, error="l").save(out, kind="svg", scale=6, border=2, dark="#000", light="#fff")
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        self.finish(out.getvalue())


class Certificate(_Connect):
    """The CA's certificate, without its key: what mitm.it hands out too."""

    def get(self) -> None:
        try:
            data = self.entrance().certificate.read_bytes()
        except OSError as error:
            raise Refused(404, Text("还没有证书", "there is no certificate yet")) from error
        self.set_header("Content-Type", "application/x-x509-ca-cert")
        self.set_header("Content-Disposition", 'attachment; filename="mitmproxy-ca-cert.pem"')
        self.finish(data)
