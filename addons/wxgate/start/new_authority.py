"""A new certificate authority has an EC P-256 key.

mitmproxy's own has an RSA key, whose signature takes a tenth of the time of a new connection. iOS, Android and the
devtools accept either. An existing one is kept: devices trust it. Must run before mitmproxy's own TlsConfig, which
reads the files and would create them.
"""

import os
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.oid import NameOID
from mitmproxy import ctx

# As mitmproxy names itself and its files.
_NAME = "mitmproxy"
_VALID = timedelta(days=3650)
# Clocks of phones differ.
_HEAD_START = timedelta(days=2)
_READ_ANEW = {"certs", "confdir", "key_size", "cert_passphrase"}


class NewAuthority:
    def configure(self, updated: set[str]) -> None:
        # An option for the key size means RSA.
        if updated & _READ_ANEW and not ctx.options.has_changed("key_size"):
            make(Path(ctx.options.confdir).expanduser())

    def running(self) -> None:
        """If no option named another folder, mitmproxy reads its own only now."""
        self.configure({"confdir"})


def make(folder: Path) -> None:
    """Does nothing if there is an authority. Raises OSError if its files cannot be written."""
    if (folder / f"{_NAME}-ca.pem").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(key)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = serialization.NoEncryption()
    key_pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    try:
        _write_secret(folder / f"{_NAME}-ca.pem", key_pem + pem)
    except FileExistsError:
        return  # Another proxy starts at the same moment, and creates the authority.
    name = _NAME.encode()
    with_key = pkcs12.serialize_key_and_certificates(name, key, certificate, None, plain)
    _write_secret(folder / f"{_NAME}-ca.p12", with_key, is_new=False)
    (folder / f"{_NAME}-ca-cert.pem").write_bytes(pem)
    (folder / f"{_NAME}-ca-cert.cer").write_bytes(pem)
    without_key = pkcs12.serialize_key_and_certificates(name, None, certificate, None, plain)
    (folder / f"{_NAME}-ca-cert.p12").write_bytes(without_key)


def _write_secret(file: Path, content: bytes, *, is_new: bool = True) -> None:
    """Readable by its owner only, from the first byte."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if is_new else os.O_TRUNC) | getattr(os, "O_BINARY", 0)
    with open(os.open(file, flags, 0o600), "wb") as out:
        out.write(content)


def _signed(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    now = datetime.now(UTC)
    name = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, _NAME), x509.NameAttribute(NameOID.ORGANIZATION_NAME, _NAME)]
    )
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _HEAD_START)
        .not_valid_after(now - _HEAD_START + _VALID)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(identifier, critical=False)
        .sign(key, hashes.SHA256())
    )
