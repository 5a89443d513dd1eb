"""Chains from the real tools that are on this machine: each makes a CA and a server's certificate in a folder of its own."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from testenv.pki.cases import Case
from testenv.pki.certificates import HOST
from testenv.pki.certificates import Made

MAKING_S = 60.0
_EASYRSA = "/usr/share/easy-rsa/easyrsa"
# What each is found by: a program, or a path where Debian puts it.
PROGRAMS = {
    "openssl": "openssl",
    "keytool": "keytool",
    "certtool": "certtool",
    "easyrsa": _EASYRSA,
    "mkcert": "mkcert",
    "cfssl": "cfssl",
    "minica": "minica",
}
# tool -> the platforms that refuse what it makes by default: i(OS), a(ndroid), d(evtools)
REFUSED = {"openssl": "", "keytool": "", "certtool": "", "easyrsa": "", "mkcert": "", "cfssl": "", "minica": "i"}


def missing(tool: str) -> str:
    """Why the tool cannot make anything here, "" where it can."""
    return "" if shutil.which(PROGRAMS[tool]) else f"no {tool} on this machine"


def made_by(tool: str, folder: Path) -> Case:
    """What the tool makes with its own defaults, and the host's name."""
    return _TOOLS[tool](folder)


def _run(folder: Path, *arguments: str, given: str | None = None, **environment: str) -> str:
    ended = subprocess.run(
        arguments,
        cwd=folder,
        input=given,
        env={**os.environ, "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=MAKING_S,
    )
    assert ended.returncode == 0, f"{arguments[0]}: {ended.stderr or ended.stdout}"
    return ended.stdout


def _case(tool: str, root: Path | str, own: Path | str, key: Path | str) -> Case:
    trusted, served = _certificate(root), _certificate(own)
    private = load_pem_private_key(_bytes(key), None)
    subject = served.subject.public_bytes()
    leaf = Made(served.public_bytes(Encoding.DER), private, subject, None, served.serial_number)
    above = Made(trusted.public_bytes(Encoding.DER), private, trusted.subject.public_bytes(), None, 0)
    return Case(f"made by {tool}", (leaf,), (above,), HOST)


def _bytes(source: Path | str) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source.encode()


def _certificate(source: Path | str) -> x509.Certificate:
    return x509.load_pem_x509_certificate(_bytes(source))


def _openssl(folder: Path) -> Case:
    new = ("-newkey", "rsa:2048", "-nodes")
    _run(
        folder,
        "openssl",
        "req",
        "-x509",
        *new,
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "3650",
        "-subj",
        "/CN=Test CA",
    )
    _run(folder, "openssl", "req", *new, "-keyout", "own.key", "-out", "own.csr", "-subj", f"/CN={HOST}")
    (folder / "names").write_text(f"subjectAltName=DNS:{HOST}\n")
    _run(
        folder, "openssl", "x509", "-req", "-in", "own.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-days", "365", "-extfile", "names", "-out", "own.pem",
    )  # fmt: skip
    return _case("openssl", folder / "ca.pem", folder / "own.pem", folder / "own.key")


def _keytool(folder: Path) -> Case:
    shared = ("-storetype", "PKCS12", "-storepass", "changeit", "-keyalg", "RSA", "-validity", "365")
    ca, own = ("-keystore", "ca.p12", "-alias", "ca"), ("-keystore", "own.p12", "-alias", "own")
    _run(folder, "keytool", "-genkeypair", *ca, *shared, "-dname", "CN=Test CA", "-ext", "bc:c")
    _run(folder, "keytool", "-genkeypair", *own, *shared, "-dname", f"CN={HOST}")
    request = _run(folder, "keytool", "-certreq", *own, "-storepass", "changeit")
    signed = _run(
        folder, "keytool", "-gencert", *ca, "-storepass", "changeit", "-validity", "365", "-rfc",
        "-ext", f"san=dns:{HOST}", given=request,
    )  # fmt: skip
    root = _run(folder, "keytool", "-exportcert", *ca, "-storepass", "changeit", "-rfc")
    return _case("keytool", root, signed, _key_in(folder / "own.p12"))


def _key_in(store: Path) -> str:
    from cryptography.hazmat.primitives.serialization import NoEncryption
    from cryptography.hazmat.primitives.serialization import PrivateFormat
    from cryptography.hazmat.primitives.serialization import pkcs12

    private, _, _ = pkcs12.load_key_and_certificates(store.read_bytes(), b"changeit")
    assert private
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _certtool(folder: Path) -> Case:
    (folder / "ca.tmpl").write_text("cn = Test CA\nca\ncert_signing_key\nexpiration_days = 3650\n")
    (folder / "own.tmpl").write_text(
        f"cn = {HOST}\ndns_name = {HOST}\ntls_www_server\nsigning_key\nexpiration_days = 365\n"
    )
    for name in ("ca", "own"):
        _run(
            folder, "certtool", "--generate-privkey", "--key-type", "rsa", "--bits", "2048", "--outfile", f"{name}.key"
        )
    _run(
        folder,
        "certtool",
        "--generate-self-signed",
        "--load-privkey",
        "ca.key",
        "--template",
        "ca.tmpl",
        "--outfile",
        "ca.pem",
    )
    _run(
        folder, "certtool", "--generate-certificate", "--load-privkey", "own.key", "--load-ca-certificate", "ca.pem",
        "--load-ca-privkey", "ca.key", "--template", "own.tmpl", "--outfile", "own.pem",
    )  # fmt: skip
    return _case("certtool", folder / "ca.pem", folder / "own.pem", folder / "own.key")


def _easyrsa(folder: Path) -> Case:
    pki = folder / "pki"
    how = {"EASYRSA_BATCH": "1", "EASYRSA_PKI": str(pki), "EASYRSA_REQ_CN": "Test CA"}
    _run(folder, _EASYRSA, "init-pki", **how)
    _run(folder, _EASYRSA, "build-ca", "nopass", **how)
    how.pop("EASYRSA_REQ_CN")
    _run(folder, _EASYRSA, f"--subject-alt-name=DNS:{HOST}", "build-server-full", HOST, "nopass", **how)
    own = (pki / "issued" / f"{HOST}.crt").read_text()
    return _case("easyrsa", pki / "ca.crt", own[own.index("-----BEGIN") :], pki / "private" / f"{HOST}.key")


def _mkcert(folder: Path) -> Case:
    _run(folder, "mkcert", "-cert-file", "own.pem", "-key-file", "own.key", HOST, CAROOT=str(folder))
    return _case("mkcert", folder / "rootCA.pem", folder / "own.pem", folder / "own.key")


def _cfssl(folder: Path) -> Case:
    request = {"CN": "Test CA", "key": {"algo": "ecdsa", "size": 256}}
    (folder / "ca.json").write_text(json.dumps(request))
    root = json.loads(_run(folder, "cfssl", "gencert", "-initca", "ca.json"))
    (folder / "ca.pem").write_text(root["cert"])
    (folder / "ca.key").write_text(root["key"])
    (folder / "own.json").write_text(json.dumps({**request, "CN": HOST, "hosts": [HOST]}))
    own = json.loads(_run(folder, "cfssl", "gencert", "-ca", "ca.pem", "-ca-key", "ca.key", "own.json"))
    return _case("cfssl", root["cert"], own["cert"], own["key"])


def _minica(folder: Path) -> Case:
    """Debian's own: another program than the one of this name that others know."""
    _run(folder, "minica", HOST)
    return _case("minica", folder / "cacert.crt", folder / f"{HOST}.crt", folder / f"{HOST}.key")


_TOOLS: Mapping[str, Callable[[Path], Case]] = {
    "openssl": _openssl,
    "keytool": _keytool,
    "certtool": _certtool,
    "easyrsa": _easyrsa,
    "mkcert": _mkcert,
    "cfssl": _cfssl,
    "minica": _minica,
}
