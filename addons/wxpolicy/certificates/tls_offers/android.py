"""Android: Conscrypt of 2026-08 (measured by what it accepts). Android 9 and older offer TLS 1.2 at most."""

from wxpolicy.certificates.tls_offers.offer import TLS_1_2
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer

ANDROID = TlsOffer(
    client="Android (Conscrypt 2026-08)",
    versions=(TLS_1_3, TLS_1_2),
    suites=(
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-ECDSA-AES256-SHA",
        "ECDHE-RSA-AES128-SHA",
        "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
        "AES128-SHA",
        "AES256-SHA",
    ),
    groups=("X25519", "P-256", "P-384"),
    signatures=(
        "ecdsa_secp256r1_sha256",
        "rsa_pss_rsae_sha256",
        "rsa_pkcs1_sha256",
        "ecdsa_secp384r1_sha384",
        "rsa_pss_rsae_sha384",
        "rsa_pkcs1_sha384",
        "rsa_pss_rsae_sha512",
        "rsa_pkcs1_sha512",
        "rsa_pkcs1_sha1",
    ),
)
