"""The environment in which a program of any language uses the proxy and trusts it.

The variables are read by: HTTP(S)_PROXY by curl, Python, Go, Ruby and most HTTP libraries, in lower case by curl and
wget; NODE_USE_ENV_PROXY by Node 24 and newer (an older Node's own ``fetch`` supports no proxy); JAVA_TOOL_OPTIONS by
every JVM; the names of certificate files by OpenSSL, Python's requests and httpx, curl, Node, Deno, gRPC and the AWS
libraries.
"""

import hashlib
import os
import ssl
import struct
import time
from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_BUNDLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "AWS_CA_BUNDLE",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
)
# Only roots in addition to those that the program has anyway.
_ADDED_ROOTS = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
# What would make a client bypass the proxy, or override what is set here.
_CLEARED = ("NO_PROXY", "SSL_CERT_DIR")
_JAVA_PASSWORD = "changeit"
# Java's constants of a JKS file: magic number, version, a trusted certificate, and the prefix of its digest.
_JKS_MAGIC, _JKS_VERSION, _JKS_TRUSTED = 0xFEEDFEED, 2, 2
_JKS_SALT = b"Mighty Aphrodite"


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """``ca`` is the proxy's own certificate; ``bundle`` and ``java`` have it in addition to the roots that this machine
    trusts."""

    ca: Path
    bundle: Path
    java: Path


def client_environment(environ: Mapping[str, str], host: str, port: int, trust: TrustFiles) -> dict[str, str]:
    """``environ`` with a proxy at ``host`` and ``port`` in it."""
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    made = {name: value for name, value in environ.items() if name.upper() not in _CLEARED}
    for name in _PROXIES:
        made[name] = made[name.lower()] = url
    made["NODE_USE_ENV_PROXY"] = "1"
    for name in _BUNDLES:
        made[name] = str(trust.bundle)
    for name in _ADDED_ROOTS:
        made[name] = str(trust.ca)
    java = [
        f"-Dhttp.proxyHost={host}", f"-Dhttp.proxyPort={port}", f"-Dhttps.proxyHost={host}", f"-Dhttps.proxyPort={port}",
        # By default Java does not use the proxy for loopback.
        "-Dhttp.nonProxyHosts=", f"-Djavax.net.ssl.trustStore={_quoted(trust.java)}", "-Djavax.net.ssl.trustStoreType=JKS",
        f"-Djavax.net.ssl.trustStorePassword={_JAVA_PASSWORD}",
    ]  # fmt: skip
    made["JAVA_TOOL_OPTIONS"] = " ".join([*environ.get("JAVA_TOOL_OPTIONS", "").split(), *java])
    # For programs that take a proxy as an option of their own.
    made["MINIPROGRAM_PROXY"] = url
    made["MINIPROGRAM_CA"] = str(trust.ca)
    return made


def write_trust_files(ca: Path, folder: Path, environ: Mapping[str, str]) -> TrustFiles:
    """Writes the bundle and Java's trust store into ``folder``. Raises OSError."""
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in (*_root_files(environ), ca)]
    trust = TrustFiles(ca.resolve(), (folder / "ca-bundle.pem").resolve(), (folder / "ca-bundle.jks").resolve())
    _write(trust.bundle, "\n".join(texts).encode())
    _write(trust.java, java_trust_store(dict.fromkeys(der for text in texts for der in certificates(text))))
    return trust


def certificates(text: str) -> list[bytes]:
    """The certificates of a PEM file as DER; anything else is skipped."""
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    found = []
    for part in text.split(begin)[1:]:
        body, closed, _ = part.partition(end)
        try:
            found.append(ssl.PEM_cert_to_DER_cert(begin + body + end))
        except ValueError:
            continue
        if not closed:
            found.pop()
    return found


def java_trust_store(ders: Iterable[bytes]) -> bytes:
    """A JKS file: entries of an alias, a time and a certificate, and a digest keyed with the password."""
    entries = list(ders)
    parts = [struct.pack(">III", _JKS_MAGIC, _JKS_VERSION, len(entries))]
    for number, der in enumerate(entries):
        alias, kind = f"root-{number}".encode(), b"X.509"
        parts += [
            struct.pack(">IH", _JKS_TRUSTED, len(alias)), alias, struct.pack(">QH", int(time.time() * 1000), len(kind)), kind,
            struct.pack(">I", len(der)), der,
        ]  # fmt: skip
    body = b"".join(parts)
    return body + hashlib.sha1(_JAVA_PASSWORD.encode("utf-16-be") + _JKS_SALT + body).digest()


def _root_files(environ: Mapping[str, str]) -> list[Path]:
    """The roots that programs trusted before: those in the environment, else the system's and Mozilla's."""
    import certifi

    named = environ.get("SSL_CERT_FILE")
    system = ssl.get_default_verify_paths().openssl_cafile
    wanted = [named] if named else [system, certifi.where()]
    return [Path(name) for name in wanted if name and Path(name).is_file()]


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def _quoted(path: Path) -> str:
    """The JVM splits the variable at blanks outside of quotes."""
    text = str(path)
    return f'"{text}"' if " " in text else text
