"""The table of servers that some client has nothing in common with, and what becomes of each platform's client."""

from dataclasses import dataclass

IOS, ANDROID, DEVTOOLS = "ios", "android", "devtools"
EVERYWHERE = frozenset({IOS, ANDROID, DEVTOOLS})
NOT_OFFERED = "TLS_NOT_OFFERED"


@dataclass(frozen=True)
class TlsCase:
    """``arguments`` are s_server's. ``code`` is what fails a call on the platforms of ``fails``.

    ``at_once``: an older OpenSSL in the proxy asks such a server a second time, while the first connection waits.
    """

    name: str
    key: str
    arguments: tuple[str, ...]
    code: str | None
    fails: frozenset[str]
    at_once: int = 1

    @property
    def host(self) -> str:
        return f"{self.name.lower().replace(' ', '-').replace('.', '')}.example.com"


def _only(cipher: str) -> tuple[str, ...]:
    return "-tls1_2", "-cipher", f"{cipher}:@SECLEVEL=0"


CASES = (
    TlsCase("common ground", "ec", (), None, frozenset()),
    TlsCase("DHE only", "rsa2048", _only("DHE-RSA-AES128-GCM-SHA256"), NOT_OFFERED, EVERYWHERE),
    TlsCase("CBC SHA256 only", "rsa2048", _only("ECDHE-RSA-AES128-SHA256"), NOT_OFFERED, frozenset({ANDROID, DEVTOOLS})),
    TlsCase("CCM8 only", "ec", _only("ECDHE-ECDSA-AES128-CCM8"), NOT_OFFERED, EVERYWHERE),
    TlsCase("Camellia only", "rsa2048", _only("ECDHE-RSA-CAMELLIA128-SHA256"), NOT_OFFERED, EVERYWHERE),
    TlsCase("RSA key exchange only", "rsa2048", _only("AES128-GCM-SHA256"), NOT_OFFERED, frozenset({IOS})),
    TlsCase("P-521 group in 1.3", "ec", ("-tls1_3", "-groups", "P-521"), NOT_OFFERED, frozenset({ANDROID, DEVTOOLS}), 2),
    TlsCase("P-521 group in 1.2", "ec", ("-tls1_2", "-groups", "P-521"), NOT_OFFERED, frozenset({ANDROID, DEVTOOLS}), 2),
    # It prefers a group that Android and the devtools lack, and takes one that they have.
    TlsCase("P-521 preferred", "rsa2048", ("-tls1_2", "-groups", "P-521:P-384", "-serverpref"), None, frozenset(), 2),
    TlsCase("P-521 key", "ec521", (), NOT_OFFERED, EVERYWHERE),
    TlsCase(
        "SHA-1 signatures only", "rsa2048", (*_only("ECDHE-RSA-AES128-GCM-SHA256"), "-sigalgs", "RSA+SHA1"),
        NOT_OFFERED, frozenset({DEVTOOLS}),
    ),
    TlsCase("TLS 1.3 only", "ec", ("-tls1_3",), None, frozenset()),
    TlsCase("TLS 1.1 only", "rsa2048", ("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "TLS_TOO_OLD", EVERYWHERE),
    TlsCase("client certificate in 1.2", "ec", ("-tls1_2", "-Verify", "1"), "TLS_CLIENT_CERTIFICATE", EVERYWHERE),
    TlsCase("client certificate in 1.3", "ec", ("-tls1_3", "-Verify", "1"), "TLS_CLIENT_CERTIFICATE", EVERYWHERE),
    TlsCase("client certificate if any", "ec", ("-verify", "1"), None, frozenset()),
)  # fmt: skip
