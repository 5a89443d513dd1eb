"""The CA's certificate, without its key, in the format that each system needs."""

import hashlib
import plistlib
import ssl
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509

from wxgate.phone.visitor import System
from wxpolicy.terms import Text

FILE = "mitmproxy-ca-cert.pem"
_NAMES = Text("小程序代理的证书", "Certificate of the mini-program proxy")


@dataclass(frozen=True, slots=True)
class Form:
    path: str
    kind: str


PEM = Form("/certificate.pem", "application/x-x509-ca-cert")
DER = Form("/certificate.cer", "application/x-x509-ca-cert")
# Safari asks at once whether to load it.
PROFILE = Form("/certificate.mobileconfig", "application/x-apple-aspen-config")
FORMS = {form.path: form for form in (PEM, DER, PROFILE)}


def form_for(system: System) -> Form:
    if system is System.IOS:
        return PROFILE
    return PEM if system in (System.LINUX, System.OTHER) else DER


@dataclass(frozen=True, slots=True)
class Authority:
    """The CA that the proxy signs with."""

    pem: bytes
    der: bytes
    name: str
    made_at: datetime

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.der).hexdigest()

    def as_form(self, form: Form, lang: str) -> bytes:
        if form is PROFILE:
            return self._profile(lang)
        return self.der if form is DER else self.pem

    def _profile(self, lang: str) -> bytes:
        """Another CA is another profile: the older one stays until it is removed."""
        name = f"miniprogram.test.{self.fingerprint[:16]}"
        title = f"{_NAMES.in_lang(lang)} {self.fingerprint[:8]}"
        inner = {
            "PayloadType": "com.apple.security.root",
            "PayloadVersion": 1,
            "PayloadIdentifier": f"{name}.root",
            "PayloadUUID": _uuid(f"{name}.root"),
            "PayloadDisplayName": self.name,
            "PayloadCertificateFileName": "mitmproxy-ca-cert.cer",
            "PayloadContent": self.der,
        }
        outer = {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": name,
            "PayloadUUID": _uuid(name),
            "PayloadDisplayName": title,
            "PayloadContent": [inner],
        }
        return plistlib.dumps(outer)


def read_authority(confdir: Path) -> Authority | None:
    """None if it cannot be read."""
    try:
        pem = (confdir / FILE).read_bytes()
        der = ssl.PEM_cert_to_DER_cert(pem.decode("ascii"))
        cert = x509.load_der_x509_certificate(der)
    except (OSError, ValueError):
        return None
    names = cert.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return Authority(pem, der, str(names[0].value) if names else "mitmproxy", cert.not_valid_before_utc)


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, name)).upper()
