"""How a phone connects to the proxy: the addresses, what to scan, and the certificate to install."""

import io
from pathlib import Path
from typing import Any

import segno
from mitmproxy import ctx

from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxgate.phone.certificates import read_authority
from wxpolicy.terms import Text
from wxreport.entrance import Entrance
from wxreport.greeting import way_in


class _Connect(Handler):
    def entrances(self) -> list[Entrance]:
        found = self.sources.entrances()
        if not found:
            raise Refused(409, Text("没有运行中的代理", "no proxy is running"))
        return found


class Connect(_Connect):
    """``ways``: each mode with its texts, as printed on the terminal."""

    def get(self) -> None:
        entrances = self.entrances()
        authority = read_authority(Path(ctx.options.confdir).expanduser())
        told: dict[str, Any] = {
            "ways": [
                {
                    "kind": found.kind,
                    "addresses": found.places,
                    "steps": [text._asdict() for text in way_in(found)],
                    # The code of a tunnel contains its private key: it is drawn as an image, and not sent as text.
                    "scan": found.scan if found.is_explicit else None,
                    "has_code": found.scan is not None,
                }
                for found in entrances
            ],
            "certificate": {"made_at": authority.made_at.timestamp(), "sha256": authority.fingerprint}
            if authority
            else None,
        }
        self.finish(told)


class ScanCode(_Connect):
    """As an image for <img>, which runs no code."""

    def get(self, number: str) -> None:
        found = self.entrances()
        scan = found[int(number)].scan if len(number) < 4 and int(number) < len(found) else None
        if scan is None:
            raise Refused(404, Text("没有手机可以访问的地址", "there is no address that a phone can reach"))
        out = io.BytesIO()
        segno.make(scan, error="l").save(out, kind="svg", scale=6, border=2, dark="#000", light="#fff")
        self.set_header("Content-Type", "image/svg+xml")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
        self.finish(out.getvalue())


class Certificate(_Connect):
    """The CA's certificate, without its key: the same file as on the phone's page."""

    def get(self) -> None:
        self.entrances()
        authority = read_authority(Path(ctx.options.confdir).expanduser())
        if authority is None:
            raise Refused(404, Text("还没有证书", "there is no certificate yet"))
        self.set_header("Content-Type", "application/x-x509-ca-cert")
        self.set_header("Content-Disposition", 'attachment; filename="mitmproxy-ca-cert.pem"')
        self.finish(authority.pem)
