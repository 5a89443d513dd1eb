"""The devtools: Chromium's ClientHello (measured, Chromium 156)."""

from wxpolicy.certificates.tls_offers.offer import TLS_1_2
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer

DEVTOOLS = TlsOffer(
    client="Chromium 156",
    versions=(TLS_1_3, TLS_1_2),
    suites=(
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES128-SHA",
        "ECDHE-RSA-AES256-SHA",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
        "AES128-SHA",
        "AES256-SHA",
    ),
    groups=("X25519MLKEM768", "X25519", "P-256", "P-384"),
    signatures=(
        "mldsa44",
        "mldsa65",
        "mldsa87",
        "ecdsa_secp256r1_sha256",
        "rsa_pss_rsae_sha256",
        "rsa_pkcs1_sha256",
        "ecdsa_secp384r1_sha384",
        "rsa_pss_rsae_sha384",
        "rsa_pkcs1_sha384",
        "rsa_pss_rsae_sha512",
        "rsa_pkcs1_sha512",
    ),
)
