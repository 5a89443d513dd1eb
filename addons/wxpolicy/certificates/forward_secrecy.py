"""The cipher suite as App Transport Security asks for it, of iOS alone: ECDHE and AES, or TLS 1.3."""

from collections.abc import Iterator
from dataclasses import replace

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import fault
from wxpolicy.certificates.printable import printable
from wxpolicy.certificates.tls_version import TLS_1_2
from wxpolicy.certificates.tls_version import rank
from wxpolicy.finding import Code
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.finding import Status


def forward_secrecy(handshake: Handshake) -> Iterator[Fault]:
    """TLS_NO_FORWARD_SECRECY (platform §5, ATS: "forward secrecy (ECDHE), AES-128/256").

    Every suite of TLS 1.3 has forward secrecy and is accepted. A suite that another client's handshake came to
    tells nothing for certain of iOS's, which offers ECDHE alone: servers may prefer worse.
    """
    if handshake.ios_agrees:
        return
    version = rank(handshake.tls_version) if handshake.tls_version else None
    if version is not None and version > TLS_1_2:
        return
    cipher = handshake.cipher
    if cipher is None:
        unseen = replace(fault(Code.TLS_NO_FORWARD_SECRECY, "", None), status=Status.NOT_OBSERVABLE)
        yield replace(unseen, known=Known.DOCUMENTED)
        return
    name = cipher.upper().replace("-", "_").removeprefix("TLS_")
    if name.startswith(("AES_", "CHACHA20_")) and "_WITH_" not in name and version is None:
        return
    if not name.startswith("ECDHE_"):
        found = _found("no_ecdhe", cipher)
        if handshake.ios_agrees is None:
            found = replace(found, severity=Severity.WARNING, status=Status.NOT_OBSERVABLE)
        yield found
    elif "CHACHA20" in name:
        # ATS's words say AES; its cipher list is wider in practice.
        yield _found("chacha20", cipher).as_warning(Known.SAID)
    elif "AES" not in name or "ANON" in name:
        yield _found("no_aes", cipher)


def _found(reason: str, cipher: str) -> Fault:
    found = fault(Code.TLS_NO_FORWARD_SECRECY, reason, None, cipher=printable(cipher, 60))
    return replace(found, known=Known.DOCUMENTED)
