"""The certificates that a server sent, in its order, and the result on each platform."""

import hashlib
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from mitmproxy import http

from wxpolicy.call.record import CallRecord
from wxpolicy.finding import Family
from wxpolicy.terms import Platform

MOST_CERTIFICATES = 20
MOST_NAMES = 20


def chain(flow: http.HTTPFlow | None) -> list[dict[str, Any]]:
    """As served: the server's own first. Empty if no handshake was seen."""
    server = flow.server_conn if flow is not None else None
    certificates = server.certificate_list if server is not None else []
    return [_told(x509.load_pem_x509_certificate(each.to_pem())) for each in certificates[:MOST_CERTIFICATES]]


def platforms(record: CallRecord) -> list[dict[str, Any]]:
    """``outcome`` of each platform's check is "passed", "failed" or "not seen"; ``codes`` are its findings."""
    found = [finding for finding in record.findings if finding.family is Family.CERTIFICATE]
    told = []
    for platform in Platform:
        codes = [finding for finding in found if platform in finding.platforms]
        if any(finding.fails for finding in codes):
            outcome = "failed"
        else:
            outcome = "passed" if record.tls is not None and record.tls.get("version") else "not seen"
        told.append(
            {
                "platform": platform.value,
                "outcome": outcome,
                "codes": list(dict.fromkeys(finding.code.value for finding in codes)),
            }
        )
    return told


def _told(certificate: x509.Certificate) -> dict[str, Any]:
    """Fields that cannot be parsed are None: servers send anything."""
    return {
        "subject": _tried(lambda: certificate.subject.rfc4514_string()),
        "issuer": _tried(lambda: certificate.issuer.rfc4514_string()),
        "not_before": _tried(lambda: certificate.not_valid_before_utc.timestamp()),
        "not_after": _tried(lambda: certificate.not_valid_after_utc.timestamp()),
        "key": _tried(lambda: _key(certificate)),
        "signature": _tried(
            lambda: certificate.signature_hash_algorithm.name if certificate.signature_hash_algorithm else None
        ),
        "sha256": _tried(lambda: hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()),
        "names": _tried(lambda: _names(certificate)[:MOST_NAMES]),
        "more_names": max(0, len(_tried(lambda: _names(certificate)) or []) - MOST_NAMES),
    }


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    size = getattr(key, "key_size", None)
    kind = type(key).__name__.lstrip("_").removesuffix("PublicKey")
    return f"{kind} {size}" if size else kind


def _names(certificate: x509.Certificate) -> list[str]:
    san = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in san]


def _tried(asked: Any) -> Any:
    try:
        return asked()
    except Exception:
        return None
