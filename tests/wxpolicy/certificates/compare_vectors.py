"""The judge held against vectors of others: x509-limbo's, BoringSSL's pki, and NIST's PKITS as BoringSSL runs it.

    python3 tests/wxpolicy/certificates/compare_vectors.py limbo LIMBO.JSON
    python3 tests/wxpolicy/certificates/compare_vectors.py boringssl BORINGSSL/pki/testdata

What counts is what a client does. For x509-limbo a real Chromium is asked here (of a case with a key and no time of its
own, which can be served); BoringSSL's files carry Chromium's own answers; for Android a JDK's PKIX is asked, which sees
no names. What x509-limbo itself expects is no device's answer and is counted alone. Of iOS nothing here knows: its
verdicts are compared with Chromium's, so that each difference can be looked up in its rules. Prints every difference,
and ends with 1 where one of the devtools or Android has no reason below.
"""

import argparse
import json
import re
import sys
import tempfile
from base64 import b64decode
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "addons"), str(ROOT / "tests")]

from testenv.pki import chromium  # noqa: E402
from testenv.pki import pkix  # noqa: E402
from testenv.pki.servers import pem  # noqa: E402
from wxpolicy.certificates.facts import CertFacts  # noqa: E402
from wxpolicy.certificates.facts import Handshake  # noqa: E402
from wxpolicy.certificates.facts import ServedChain  # noqa: E402
from wxpolicy.certificates.judge import judge  # noqa: E402
from wxpolicy.certificates.parse import parse  # noqa: E402
from wxpolicy.certificates.trust import UnusableRoot  # noqa: E402
from wxpolicy.certificates.trust import build  # noqa: E402
from wxpolicy.certificates.trust import everywhere  # noqa: E402
from wxpolicy.finding import Finding  # noqa: E402
from wxpolicy.terms import Platform  # noqa: E402

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----(.*?)-----END CERTIFICATE-----", re.DOTALL)
# What a path's verifier does not see: the host's name, and what the TLS layer asks of the key.
_TLS_LAYER = {"no_digital_signature", "no_key_encipherment"}
_PKITS_TIME = datetime(2011, 4, 15, tzinfo=UTC)
# Sections and tests that only a list of revoked certificates decides, and what BoringSSL says it does not support (DSA,
# constraints on URIs): nist_pkits_unittest.h.
_PKITS_REVOCATION, _PKITS_REVOKED = {"4", "5", "14", "15"}, {"4.7.4", "4.7.5"}
_PKITS_NOT_SUPPORTED = {"4.1.4", "4.1.5", "4.13.34", "4.13.36"}
_PKI_TIME = "211005120000Z"
# How BoringSSL's trust in the last certificate would come about: a root of the browser's own (False), or the user's.
_TRUST = {"TRUSTED_ANCHOR": False, "TRUSTED_ANCHOR_WITH_EXPIRATION_AND_CONSTRAINTS": True,
          "TRUSTED_ANCHOR_WITH_CONSTRAINTS": True, "TRUSTED_ANCHOR_WITH_EXPIRATION": True}  # fmt: skip
_FLAGS = "flags of trust that no store has: a user's root counts with its dates and its extensions both"
_SHA_1 = "BoringSSL's tests allow SHA-1, Chromium does not"
_FETCHES = "the vectors have no network; with a URL for the issuer Chromium fetches, so the judge says that it may fail"
_BOUND = "the judge's own bound on work: 20,000 names times subtrees"
_TLS = "refused for what the TLS layer asks of keyUsage, which is not compared here"
EXPLAINED = {
    "expired-root/not-after-ta-with-constraints": _FLAGS,
    "root-eku-clientauth/serverauth-ta-with-expiration": _FLAGS,
    "issuer-and-subject-not-byte-for-byte-equal/anchor": _SHA_1,
    "issuer-and-subject-not-byte-for-byte-equal/target": _SHA_1,
    "intermediate-and-target-wrong-signature/main": _FETCHES,
    "target-wrong-signature/main": _FETCHES,
    "many-names/ok-all-types": _BOUND,
    "many-names/toomany-dirnames-excluded": _BOUND,
    "many-names/toomany-dirnames-permitted": _BOUND,
    "many-names/toomany-dns-excluded": _BOUND,
    "many-names/toomany-dns-permitted": _BOUND,
    "many-names/toomany-ips-excluded": _BOUND,
    "many-names/toomany-ips-permitted": _BOUND,
    "target-serverauth-various-keyusages/ec-decipherOnly": _TLS,
    "target-serverauth-various-keyusages/rsa-decipherOnly": _TLS,
    "webpki::forbidden-p192-leaf": "BoringSSL, which reads the key on Android, does not know the curve",
    "webpki::forbidden-dsa-root": "not measured with Conscrypt; refused until it is",
}


@dataclass(frozen=True)
class Served:
    """A certificate as the servers and the JDK of ``testenv.pki`` want it."""

    der: bytes
    key: PrivateKeyTypes | None = None


@dataclass(frozen=True)
class Vector:
    """``expected`` is what its authors say; ``by_user`` whether the roots count as the user's own."""

    id: str
    served: tuple[Served, ...]
    roots: tuple[Served, ...]
    expected: bool
    host: str = "example.com"
    moment: datetime | None = None
    by_user: bool = True


def limbo(path: Path) -> Iterator[Vector]:
    for case in json.loads(path.read_text())["testcases"]:
        given = case.get("peer_certificate_key")
        own = Served(_ders(case["peer_certificate"])[0], load_pem_private_key(given.encode(), None) if given else None)
        above = [Served(der) for text in case["untrusted_intermediates"] for der in _ders(text)]
        name, moment = case["expected_peer_name"], case["validation_time"]
        yield Vector(
            case["id"],
            (own, *above),
            tuple(Served(der) for text in case["trusted_certs"] for der in _ders(text)),
            case["expected_result"] == "SUCCESS",
            name["value"] if name else "example.com",
            datetime.fromisoformat(moment) if moment else None,
        )


def chains(folder: Path) -> Iterator[Vector]:
    """verify_certificate_chain_unittest: a chain that ends in its root, what for, and the errors that are expected."""
    for path in sorted(folder.glob("verify_certificate_chain_unittest/*/*.test")):
        given, _, errors = path.read_text().partition("expected_errors:")
        fields = dict(line.split(": ", 1) for line in given.splitlines() if ": " in line)
        if fields["key_purpose"] != "SERVER_AUTH" or fields["last_cert_trust"] not in _TRUST:
            continue
        served = [Served(der) for der in _ders((path.parent / fields["chain"]).read_text())]
        if len(served) == 1:
            continue  # Whether a leaf itself is trusted is said by flags that no store of a user's has.
        yield Vector(
            f"{path.parent.name}/{path.stem}",
            tuple(served[:-1]),
            (served[-1],),
            "ERROR:" not in errors,
            moment=_utc(fields["utc_time"].replace("DEFAULT", _PKI_TIME)),
            by_user=_TRUST[fields["last_cert_trust"]],
        )


def pkits(folder: Path) -> Iterator[Vector]:
    """PKITS as BoringSSL runs it, as far as it asks nothing but the chain: no policies of the caller's, no revocation."""
    text = (folder / "nist-pkits" / "pkits_testcases-inl.h").read_text()
    for body in text.split("WRAPPED_TYPED_TEST_P(")[1:]:
        number = re.search(r'test_number = "([\d.]+)"', body)
        named = re.search(r"certs\[\] = \{(.*?)\}", body, re.DOTALL)
        if number is None or named is None or "SetInitial" in body:
            continue
        if number[1].split(".")[1] in _PKITS_REVOCATION or number[1] in _PKITS_REVOKED:
            continue
        ders = [
            (folder / "nist-pkits" / "certs" / f"{name}.crt").read_bytes() for name in re.findall(r'"(.+?)"', named[1])
        ]
        root, *below = map(Served, ders)
        is_good = "should_validate = true" in body and number[1] not in _PKITS_NOT_SUPPORTED
        yield Vector(f"PKITS {number[1]}", tuple(reversed(below)), (root,), is_good, moment=_PKITS_TIME)


def _ders(text: str) -> list[bytes]:
    return [b64decode(body) for body in _PEM.findall(text)]


def _utc(text: str) -> datetime:
    return datetime.strptime(text, "%y%m%d%H%M%SZ").replace(tzinfo=UTC)


def findings(vector: Vector, now: datetime) -> tuple[Finding, ...] | None:
    """What the judge says; None where it takes a root for none at all."""
    roots = [pem(root.der) for root in vector.roots]
    try:
        store = build("roots", [], roots) if vector.by_user else build("roots", roots)
    except UnusableRoot:
        return None
    handshake = Handshake(vector.host, "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    chain = ServedChain(tuple(each.der for each in vector.served))
    return judge(chain, handshake, vector.moment or now, everywhere(store))


def refusals(found: Iterable[Finding] | None, platform: Platform, *, chain_alone: bool) -> list[str]:
    """Why the judge refuses on ``platform``: code and reason; [] where it does not."""
    if found is None:
        return ["unusable root"]
    return [
        f"{each.code.value} {each.data.get('reason', '')}".strip()
        for each in found
        if each.fails and platform in each.platforms and not (chain_alone and _is_beyond_the_chain(each))
    ]


def _is_beyond_the_chain(found: Finding) -> bool:
    code = found.code.value
    return (
        code in ("CERT_NO_SAN", "TLS_NOT_OFFERED", "CERT_VALIDITY_TOO_LONG")
        or (code == "CERT_NAME_MISMATCH" and "wanted" in found.data)
        or found.data.get("reason") in _TLS_LAYER
    )


def measured(vectors: Sequence[Vector], folder: Path) -> Mapping[str, str]:
    """Chromium's answers. Roots of one name get in each other's way in NSS, so a browser never sees two of them."""
    left = [
        each
        for each in vectors
        if each.moment is None and each.served[0].key is not None and (":" not in each.host or each.host == "::1")
    ]
    found: dict[str, str] = {}
    while left:
        names: set[bytes] = set()
        batch = []
        for each in left:
            own = {_subject(root.der) for root in each.roots}
            if not own & names:
                names |= own
                batch.append(each)
        home = folder / f"browser{len(left)}"
        home.mkdir()
        found |= chromium.measure(batch, home)
        left = [each for each in left if each not in batch]
    return found


def _subject(der: bytes) -> bytes:
    cert = parse(der)
    return cert.subject.der if isinstance(cert, CertFacts) else der


def compare(
    title: str,
    vectors: Sequence[Vector],
    theirs: Mapping[str, str],
    ours: Callable[[Vector], list[str]],
    explained: Mapping[str, str],
) -> int:
    """Prints the differences; how many of them are not explained. ``theirs``: "OK" or why not, by id."""
    asked = [each for each in vectors if each.id in theirs]
    differing: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for each in asked:
        reasons, says = ours(each), theirs[each.id]
        if bool(reasons) is (says == "OK"):
            differing[bool(reasons)][each.id] = ", ".join(reasons) or says
    both = sum(map(len, differing.values()))
    print(f"{title}: {len(asked)} of {len(vectors)} asked, {len(asked) - both} agree")
    for is_ours, name in ((True, "only the judge refuses"), (False, "only the other refuses")):
        print(f"  {name}: {len(differing[is_ours])}")
        for id_, why in differing[is_ours].items():
            print(f"    {id_}: {why}{f' ({explained[id_]})' if id_ in explained else ''}")
    return sum(id_ not in explained for found in differing.values() for id_ in found)


def main() -> int:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("suite", choices=("limbo", "boringssl"))
    made.add_argument("path", type=Path)
    options = made.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    is_limbo = options.suite == "limbo"
    vectors = list(limbo(options.path) if is_limbo else [*chains(options.path), *pkits(options.path)])
    found = {each.id: findings(each, now) for each in vectors}

    def ours(platform: Platform, chain_alone: bool) -> Callable[[Vector], list[str]]:
        return lambda each: refusals(found[each.id], platform, chain_alone=chain_alone)

    unexplained = 0
    with tempfile.TemporaryDirectory() as temporary:
        theirs = {each.id: "OK" if each.expected else "refused" for each in vectors}
        if is_limbo:
            compare("devtools, what x509-limbo expects", vectors, theirs, ours(Platform.DEVTOOLS, False), {})
            theirs = measured(vectors, Path(temporary)) if not chromium.missing() else {}
        unexplained += compare("devtools, Chromium", vectors, theirs, ours(Platform.DEVTOOLS, not is_limbo), EXPLAINED)
        if not pkix.missing():
            moments = {each.id: int(each.moment.timestamp()) for each in vectors if each.moment is not None}
            answers = pkix.ask(vectors, Path(temporary), moments)
            unexplained += compare("Android, a JDK's PKIX", vectors, answers, ours(Platform.ANDROID, True), EXPLAINED)
        compare("iOS, where Chromium does otherwise", vectors, theirs, ours(Platform.IOS, not is_limbo), {})
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
