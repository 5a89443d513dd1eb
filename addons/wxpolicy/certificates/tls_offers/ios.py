"""iOS: from Apple's documents on App Transport Security and what its clients are known to send (said, not measured).

App Transport Security asks for forward secrecy, so no suite with RSA key
exchange is offered (platform §5). iOS 12.1 and older offer TLS 1.2 at most.
"""

from wxpolicy.certificates.tls_offers.offer import TLS_1_2
from wxpolicy.certificates.tls_offers.offer import TLS_1_3
from wxpolicy.certificates.tls_offers.offer import TlsOffer

IOS = TlsOffer(
    client="iOS",
    versions=(TLS_1_3, TLS_1_2),
    suites=(
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-CHACHA20-POLY1305",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-CHACHA20-POLY1305",
        "ECDHE-ECDSA-AES256-SHA384",
        "ECDHE-ECDSA-AES128-SHA256",
        "ECDHE-ECDSA-AES256-SHA",
        "ECDHE-ECDSA-AES128-SHA",
        "ECDHE-RSA-AES256-SHA384",
        "ECDHE-RSA-AES128-SHA256",
        "ECDHE-RSA-AES256-SHA",
        "ECDHE-RSA-AES128-SHA",
    ),
    groups=("X25519", "P-256", "P-384", "P-521"),
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
