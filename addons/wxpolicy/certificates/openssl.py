"""Strict OpenSSL as the backstop: what it refuses is never accepted.

In memory: it reads no file, opens no socket and is told the time. A bare
store context accepts a client's certificate, SHA-1 and 512-bit RSA, so the
purpose, the host, the time and X509_V_FLAG_X509_STRICT are set. The security
level has no binding; the checks in ``keys`` and ``signature`` stand for level 2.
One thing is let pass: the form of a root that the store holds (see ``profile``).
pyOpenSSL offers neither purpose nor host, so this file alone uses the raw
bindings under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.bindings.openssl.binding import Binding
from OpenSSL import crypto

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.names import host_as_asked
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.certificates.printable import printable
from wxpolicy.certificates.signing import signed_by
from wxpolicy.certificates.trust import TrustStore
from wxpolicy.finding import Code
from wxpolicy.terms import Text

# Its lib is one that cffi makes: no types.
_binding: Any = Binding()
# Roots that share a name with an issuer in play: more of them than this is no trust store.
_MAX_ROOTS = 64
_MAX_MALFORMED_ROOTS = 4

# OpenSSL's x509_vfy.h: X509_V_ERR_* -> the nearest code of ours.
_CODES = {
    2: Code.CERT_UNTRUSTED_ROOT,
    7: Code.CERT_UNTRUSTED_ROOT,
    9: Code.CERT_NOT_YET_VALID,
    10: Code.CERT_EXPIRED,
    18: Code.CERT_SELF_SIGNED,
    19: Code.CERT_UNTRUSTED_ROOT,
    20: Code.CERT_CHAIN_INCOMPLETE,
    21: Code.CERT_CHAIN_INCOMPLETE,
    25: Code.CERT_WRONG_PURPOSE,
    26: Code.CERT_WRONG_PURPOSE,
    27: Code.CERT_UNTRUSTED_ROOT,
    28: Code.CERT_UNTRUSTED_ROOT,
    32: Code.CERT_WRONG_PURPOSE,
    37: Code.CERT_WRONG_PURPOSE,
    47: Code.CERT_NAME_MISMATCH,
    48: Code.CERT_NAME_MISMATCH,
    62: Code.CERT_NAME_MISMATCH,
    64: Code.CERT_NAME_MISMATCH,
    66: Code.CERT_WEAK_KEY,
    67: Code.CERT_WEAK_KEY,
    68: Code.CERT_WEAK_SIGNATURE,
    79: Code.CERT_WRONG_PURPOSE,
    80: Code.CERT_WRONG_PURPOSE,
    81: Code.CERT_WRONG_PURPOSE,
    82: Code.CERT_WRONG_PURPOSE,
    87: Code.CERT_NO_SAN,
    92: Code.CERT_WRONG_PURPOSE,
}
# X509_V_ERR_* that X509_V_FLAG_X509_STRICT gives for the form of one certificate: names, key
# identifiers, key usage and what must be critical.
_FORM = frozenset({83, 84, 85, 86, 89, 90, 91, 92, 93})


@dataclass(frozen=True, slots=True)
class Refusal:
    """OpenSSL's own words: error number and text, and how far up the path (0: the server's own)."""

    number: int
    text: str
    depth: int


def refusal(chain: Sequence[Link], host: str | None, now: datetime, trust: TrustStore) -> Refusal | None:
    """Why strict OpenSSL refuses ``chain`` at ``now``, for ``host`` unless that is None; None where it accepts."""
    roots = _roots_in_play(chain, trust)
    found, culprit = _ask(chain, roots, host, now)
    # Each turn lets the form of one root pass.
    for _ in range(_MAX_MALFORMED_ROOTS):
        root = trust.anchor(culprit) if found is not None and found.number in _FORM else None
        if root is None:
            return found
        below = [
            link.cert.der
            for link in chain
            if link.cert.issuer_key == root.subject_key and not link.cert.self_issued and signed_by(link.cert, root)
        ]
        # What that root signed ends the path in its stead; all of it is asked as strictly as before.
        roots = [der for der in roots if der != culprit] + [der for der in below if der not in roots]
        chain = [link for link in chain if link.cert.der != culprit]
        found, culprit = _ask(chain, roots, host, now, partial=True)
    return found


def _ask(
    chain: Sequence[Link], trusted: Sequence[bytes], host: str | None, now: datetime, partial: bool = False
) -> tuple[Refusal | None, bytes]:
    """OpenSSL's answer, and the certificate it minds. ``partial``: a path may end below a root."""
    try:
        store = crypto.X509Store()
        for der in trusted:
            store.add_cert(_load(der))
        _ask_strictly(store, host, now, partial)
        served = [_load(link.cert.der) for link in chain]
        crypto.X509StoreContext(store, served[0], served[1:]).verify_certificate()
    except crypto.X509StoreContextError as error:
        number, depth, text = error.errors
        culprit = crypto.dump_certificate(crypto.FILETYPE_ASN1, error.certificate)
        return Refusal(number, printable(text, 160), depth), culprit
    except Exception as error:
        return Refusal(-1, printable(f"{type(error).__name__}: {error}", 160), 0), b""
    return None, b""


def backstop(chain: Sequence[Link], found: Refusal) -> Fault:
    """A refusal that no check of ours explains, as a fault for every platform."""
    where = (
        place(chain[0], "path")
        if found.depth == 0
        else Text(f"证书路径第 {found.depth} 级", f"level {found.depth} of the path")
    )
    return Fault(
        _CODES.get(found.number, Code.CERT_UNREADABLE),
        Text(
            f"{where.zh}：严格模式的 OpenSSL 拒绝（{found.text}）",
            f"{where.en}: strict OpenSSL refuses it ({found.text})",
        ),
        Text(
            "从 CA 重新下载整条证书链；自建 CA 时，按 OpenSSL 指出的问题重新签发。",
            "Download the whole chain from the CA again; with a CA of your own, issue it again without what OpenSSL "
            "complains of.",
        ),
        "platform §5",
        EVERYONE,
    )


def _load(der: bytes) -> crypto.X509:
    return crypto.load_certificate(crypto.FILETYPE_ASN1, der)


def _roots_in_play(chain: Sequence[Link], trust: TrustStore) -> list[bytes]:
    # A whole vendor's list in each store would cost more than the verification itself.
    wanted = [link.cert.issuer_key for link in chain]
    roots: dict[bytes, None] = {}
    while wanted and len(roots) < _MAX_ROOTS:
        for root in trust.by_subject.get(wanted.pop(), ()):
            if root.der not in roots:
                roots[root.der] = None
                wanted.append(root.issuer_key)
    return list(roots)


def _ask_strictly(store: crypto.X509Store, host: str | None, now: datetime, partial: bool) -> None:
    lib, ffi = _binding.lib, _binding.ffi
    param = ffi.gc(lib.X509_VERIFY_PARAM_new(), lib.X509_VERIFY_PARAM_free)
    flags = lib.X509_V_FLAG_X509_STRICT | (lib.X509_V_FLAG_PARTIAL_CHAIN if partial else 0)
    lib.X509_VERIFY_PARAM_set_flags(param, flags)
    lib.X509_VERIFY_PARAM_set_time(param, int(now.timestamp()))
    if host is not None:
        _ask_for(param, host)
    if lib.X509_STORE_set1_param(store._store, param) != 1:
        raise ValueError("OpenSSL does not take these parameters")
    if lib.X509_STORE_set_purpose(store._store, lib.X509_PURPOSE_SSL_SERVER) != 1:
        raise ValueError("OpenSSL does not take this purpose")


def _ask_for(param: Any, host: str) -> None:
    lib = _binding.lib
    wanted = host_as_asked(host)
    if isinstance(wanted, str):
        name = wanted.encode()
        lib.X509_VERIFY_PARAM_set_hostflags(
            param, lib.X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | lib.X509_CHECK_FLAG_NEVER_CHECK_SUBJECT
        )
        accepted = lib.X509_VERIFY_PARAM_set1_host(param, name, len(name)) if name else 0
    else:
        accepted = lib.X509_VERIFY_PARAM_set1_ip(param, wanted.packed, len(wanted.packed))
    if accepted != 1:
        raise ValueError("OpenSSL does not take this host name")
