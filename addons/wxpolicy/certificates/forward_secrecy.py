"""The cipher suite as App Transport Security asks for it: ECDHE and AES, or TLS 1.3."""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.platforms import IOS_ONLY
from wxpolicy.certificates.platforms import PERHAPS_IOS
from wxpolicy.certificates.platforms import Minds
from wxpolicy.certificates.printable import printable
from wxpolicy.certificates.tls_version import TLS_1_2
from wxpolicy.certificates.tls_version import rank
from wxpolicy.finding import Code
from wxpolicy.finding import Status
from wxpolicy.terms import Text

_FIX = Text(
    "启用 ECDHE + AES-GCM 套件，例如 nginx：`ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;`。",
    "Turn on ECDHE with AES-GCM, with nginx: `ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;`.",
)


def forward_secrecy(handshake: Handshake) -> Iterator[Fault]:
    """TLS_NO_FORWARD_SECRECY for iOS (platform §5, ATS: "forward secrecy (ECDHE), AES-128/256").

    Every suite of TLS 1.3 has forward secrecy and is accepted.
    """
    version = rank(handshake.tls_version) if handshake.tls_version else None
    if version is not None and version > TLS_1_2:
        return
    cipher = handshake.cipher
    if cipher is None:
        yield _fault(
            Text("没有看到协商的加密套件，无法判断", "the cipher suite was not seen"), IOS_ONLY, Status.NOT_OBSERVABLE
        )
        return
    name = cipher.upper().replace("-", "_").removeprefix("TLS_")
    shown = printable(cipher, 60)
    if name.startswith(("AES_", "CHACHA20_")) and "_WITH_" not in name and version is None:
        return
    if not name.startswith("ECDHE_"):
        yield _fault(
            Text(
                f"与服务器协商的套件 {shown} 没有 ECDHE 前向保密",
                f"the server agreed on {shown}, which has no forward secrecy by ECDHE",
            ),
            IOS_ONLY,
        )
    elif "CHACHA20" in name:
        yield _fault(
            Text(
                f"与服务器协商的套件 {shown} 不是 AES；ATS 的条文要求 AES-128 或 AES-256，实际上较新的 iOS 也接受 ChaCha20",
                f"the server agreed on {shown}, which is not AES; ATS's words ask for AES-128 or AES-256, though newer "
                "iOS takes ChaCha20 too",
            ),
            PERHAPS_IOS,
        )
    elif "AES" not in name or "ANON" in name:
        yield _fault(
            Text(
                f"与服务器协商的套件 {shown} 不是 AES-128 或 AES-256",
                f"the server agreed on {shown}, which is not AES-128 or AES-256",
            ),
            IOS_ONLY,
        )


def _fault(message: Text, on: Minds, status: Status = Status.VIOLATED) -> Fault:
    return Fault(Code.TLS_NO_FORWARD_SECRECY, message, _FIX, "seed-2017 §1; platform §5", on, status)
