"""The judge against the openssl program, on public vectors: it agrees or is stricter, and each difference is listed.

Only the form of a trusted root may be taken more leniently; those vectors are listed too.

The vectors are not part of this repository. Put x509-limbo's ``limbo.json`` and
BoringSSL's ``pki/testdata/verify_certificate_chain_unittest`` (as a folder
``boringssl``) into the folder that CERTIFICATE_VECTORS names, or into
``vectors/`` beside this file.
"""

import json
import os
import re
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import fails_on
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.finding import Code
from wxpolicy.terms import Platform

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("CERTIFICATE_VECTORS", HERE / "vectors"))
LISTED = yaml.safe_load((HERE / "disagreements.yaml").read_text(encoding="utf-8"))
REFUSED_HERE, ACCEPTED_HERE = LISTED["refused_here"], LISTED["accepted_here"]
# The only reasons for which a refusal of strict OpenSSL may be passed over: a trusted root's own form.
ROOT_FORM = (
    "does not include key usage",
    "Missing Subject Key Identifier",
    "Basic Constraints of CA cert not marked critical",
)
PEM = re.compile(r"-----BEGIN (?:CERTIFICATE|TRUSTED CERTIFICATE)-----.*?-----END [A-Z ]+-----", re.DOTALL)
pytestmark = pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
NAMES = (Code.CERT_NAME_MISMATCH, Code.CERT_NO_SAN)


@dataclass(frozen=True)
class Vector:
    id: str
    chain: tuple[str, ...]  # PEM, the server's own first
    roots: tuple[str, ...]
    host: str | None  # None: the vector is not about names, and neither side compares them
    now: datetime


def der_of(pem: str) -> bytes:
    try:
        return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)
    except ValueError:
        return b"not a certificate that can be read"


def limbo_vectors() -> list[Vector]:
    path = FOLDER / "limbo.json"
    if not path.exists():
        return []
    vectors = []
    for case in json.loads(path.read_text(encoding="utf-8"))["testcases"]:
        if case["validation_kind"] != "SERVER":
            continue
        time = case["validation_time"]
        peer = case["expected_peer_name"]
        vectors.append(
            Vector(
                id=case["id"],
                chain=(case["peer_certificate"], *case["untrusted_intermediates"]),
                roots=tuple(case["trusted_certs"]),
                host=peer["value"] if peer else None,
                now=datetime.fromisoformat(time.replace("Z", "+00:00")) if time else datetime(2026, 6, 1, tzinfo=UTC),
            )
        )
    return vectors


def boringssl_vectors() -> list[Vector]:
    vectors = []
    for path in sorted((FOLDER / "boringssl").rglob("*.test")):
        said = dict(line.split(": ", 1) for line in path.read_text(encoding="utf-8").splitlines() if ": " in line)
        chain = PEM.findall((path.parent / said["chain"]).read_text(encoding="utf-8"))
        time = said.get("utc_time", "DEFAULT")
        trusted = said.get("last_cert_trust", "").startswith("TRUSTED")
        vectors.append(
            Vector(
                id=f"boringssl::{path.relative_to(FOLDER / 'boringssl').with_suffix('').as_posix()}",
                chain=tuple(chain[:-1] or chain),
                roots=tuple(chain[-1:]) if trusted else (),
                host=None,
                now=datetime(2021, 10, 5, 12, tzinfo=UTC)
                if time == "DEFAULT"
                else datetime.strptime(time, "%y%m%d%H%M%SZ").replace(tzinfo=UTC),
            )
        )
    return vectors


def findings_of(vector: Vector):
    # Roots of the vectors stand for a vendor's list; the age rules of public roots are iOS's alone.
    trust = build("vector roots", vector.roots)
    handshake = Handshake(vector.host or "vector.example", "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    findings = judge(ServedChain(tuple(map(der_of, vector.chain))), handshake, vector.now, everywhere(trust))
    return [finding for finding in findings if vector.host or finding.code not in NAMES]


def hidden_hole(findings, platform: Platform) -> bool:
    """Where only a hole in the chain is left, iOS and devtools may fetch what OpenSSL cannot (platform §5)."""
    return platform is not Platform.ANDROID and any(finding.code is Code.CERT_CHAIN_INCOMPLETE for finding in findings)


@pytest.mark.parametrize(
    "source", [pytest.param(limbo_vectors, id="x509-limbo"), pytest.param(boringssl_vectors, id="BoringSSL pki")]
)
def test_it_agrees_with_strict_openssl_or_is_stricter(source, strict_openssl):
    vectors = source()
    if not vectors:
        pytest.skip(f"no vectors of this source in {FOLDER}; set CERTIFICATE_VECTORS")
    lenient, stricter, refusing, both = [], set(), set(), {"accept": 0, "refuse": 0}
    for vector in vectors:
        findings = findings_of(vector)
        refused = strict_openssl(list(vector.chain), list(vector.roots), vector.host, vector.now)
        for platform in Platform:
            if refused and not fails_on(findings, platform) and not hidden_hole(findings, platform):
                if vector.id not in ACCEPTED_HERE or not any(words in refused for words in ROOT_FORM):
                    lenient.append(f"{vector.id} on {platform}: {refused}")
        if fails_on(findings, Platform.ANDROID):
            refusing.add(vector.id)
        if vector.id in refusing and not refused:
            stricter.add(vector.id)
        else:
            both["refuse" if refused else "accept"] += 1
    print(f"{len(vectors)} vectors: agreed on {both}, stricter on {len(stricter)}")
    assert not lenient, "accepted although strict OpenSSL refuses:\n" + "\n".join(lenient)
    listed = {vector.id for vector in vectors} & set(REFUSED_HERE)
    assert stricter <= listed, f"stricter and not listed with a reason: {sorted(stricter - listed)}"
    # Versions of openssl differ: a listed one may agree by now, but only by refusing as we do.
    ours = {name for name in listed if not REFUSED_HERE[name].startswith("OpenSSL 4 ")}
    assert ours <= refusing, f"listed, yet we accept them: {sorted(ours - refusing)}"


def test_every_disagreement_has_a_reason():
    reasons = [*REFUSED_HERE.values(), *ACCEPTED_HERE.values()]
    assert all(isinstance(reason, str) and len(reason) > 10 for reason in reasons)
