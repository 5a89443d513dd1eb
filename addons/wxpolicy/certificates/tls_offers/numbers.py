"""The numbers of TLS's names, from IANA's registries of TLS parameters.

Suites have OpenSSL's names, groups NIST's where there are any, signature
algorithms those of RFC 8446 §4.2.3.
"""

from collections.abc import Mapping
from types import MappingProxyType

TLS_1_3_SUITES: Mapping[str, int] = MappingProxyType(
    {"TLS_AES_128_GCM_SHA256": 0x1301, "TLS_AES_256_GCM_SHA384": 0x1302, "TLS_CHACHA20_POLY1305_SHA256": 0x1303}
)
SUITES: Mapping[str, int] = MappingProxyType(
    {
        "ECDHE-ECDSA-AES128-GCM-SHA256": 0xC02B,
        "ECDHE-RSA-AES128-GCM-SHA256": 0xC02F,
        "ECDHE-ECDSA-AES256-GCM-SHA384": 0xC02C,
        "ECDHE-RSA-AES256-GCM-SHA384": 0xC030,
        "ECDHE-ECDSA-CHACHA20-POLY1305": 0xCCA9,
        "ECDHE-RSA-CHACHA20-POLY1305": 0xCCA8,
        "ECDHE-ECDSA-AES128-SHA": 0xC009,
        "ECDHE-ECDSA-AES256-SHA": 0xC00A,
        "ECDHE-RSA-AES128-SHA": 0xC013,
        "ECDHE-RSA-AES256-SHA": 0xC014,
        "ECDHE-ECDSA-AES128-SHA256": 0xC023,
        "ECDHE-ECDSA-AES256-SHA384": 0xC024,
        "ECDHE-RSA-AES128-SHA256": 0xC027,
        "ECDHE-RSA-AES256-SHA384": 0xC028,
        "AES128-GCM-SHA256": 0x009C,
        "AES256-GCM-SHA384": 0x009D,
        "AES128-SHA": 0x002F,
        "AES256-SHA": 0x0035,
    }
)
GROUPS: Mapping[str, int] = MappingProxyType(
    {
        "X25519MLKEM768": 0x11EC,
        "X25519": 0x001D,
        "P-256": 0x0017,
        "P-384": 0x0018,
        "P-521": 0x0019,
        # Offered by no platform; servers take them from clients that do.
        "X448": 0x001E,
        "brainpoolP256r1": 0x001A,
        "brainpoolP384r1": 0x001B,
        "brainpoolP512r1": 0x001C,
        "secp256k1": 0x0016,
        "SM2": 0x0029,
        "ffdhe2048": 0x0100,
        "ffdhe3072": 0x0101,
        "ffdhe4096": 0x0102,
        "ffdhe6144": 0x0103,
        "ffdhe8192": 0x0104,
    }
)
SIGNATURES: Mapping[str, int] = MappingProxyType(
    {
        "mldsa44": 0x0904,
        "mldsa65": 0x0905,
        "mldsa87": 0x0906,
        "ecdsa_secp256r1_sha256": 0x0403,
        "ecdsa_secp384r1_sha384": 0x0503,
        "rsa_pss_rsae_sha256": 0x0804,
        "rsa_pss_rsae_sha384": 0x0805,
        "rsa_pss_rsae_sha512": 0x0806,
        "rsa_pkcs1_sha256": 0x0401,
        "rsa_pkcs1_sha384": 0x0501,
        "rsa_pkcs1_sha512": 0x0601,
        "rsa_pkcs1_sha1": 0x0201,
        # Offered by no platform.
        "ecdsa_secp521r1_sha512": 0x0603,
        "ecdsa_sha1": 0x0203,
        "ed25519": 0x0807,
        "ed448": 0x0808,
        "rsa_pss_pss_sha256": 0x0809,
        "rsa_pss_pss_sha384": 0x080A,
        "rsa_pss_pss_sha512": 0x080B,
    }
)
VERSIONS: Mapping[str, int] = MappingProxyType(
    {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
)


def name_of(number: int, names: Mapping[str, int]) -> str:
    """The name of ``number``, or the number itself where it has none here."""
    return next((name for name, known in names.items() if known == number), f"0x{number:04X}")
