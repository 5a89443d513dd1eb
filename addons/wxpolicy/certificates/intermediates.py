"""Well-known public intermediates, to distinguish a missing intermediate from an unknown root without fetching.

A server that does not send its intermediate looks, without network, just like one
of an unknown CA. The issuer's key identifier or name in this table, or an AIA
URL in the certificate, distinguishes the two. The table is a hint for the wording
and the code, never a reason to trust.
"""

from wxpolicy.certificates.facts import CertFacts


def known_issuer(cert: CertFacts) -> str | None:
    """The common name of the public intermediate that issued ``cert``, by key identifier, else by name and organisation."""
    if cert.authority_key_id is not None:
        by_key = _BY_KEY_ID.get(cert.authority_key_id.hex())
        if by_key is not None:
            return by_key[0]
    for common_name, organisation in _NAMES:
        if cert.issuer_label == f"CN={common_name}" and organisation in cert.issuer_organisations:
            return common_name
    return None


# Subject key identifier -> common name and organisation of the intermediate.
_BY_KEY_ID = {
    "142eb317b75856cbae500940e61faf9d8b14c2c6": ("R3", "Let's Encrypt"),
    "5af3ed2bfc36c23779b95230ea546fcf55cb2eac": ("E1", "Let's Encrypt"),
    "97eac422d20618ed8504ffdc52c26edb0e06e13f": ("Amazon", "Amazon"),
    "62d4425e8670756a90bcc6b8d24d60c234ba513a": ("Amazon", "Amazon"),
    "59a4660652a07b95923ca394072796745bf93dd0": ("Amazon", "Amazon"),
    "ae5c80ff4297c9c3a09b650b04ce9e717f3ece5a": ("Amazon", "Amazon"),
    "81b80e638a891218e5fa3b3b50959fe6e5901385": ("Amazon RSA 2048 M01", "Amazon"),
    "1f5292615682547f8166d81d3d0aaa325c87dd08": ("Amazon RSA 2048 M04", "Amazon"),
    "d3bdc13ca0cf35b934c5d4dbda100e4cde6afe58": ("Apple Public EV Server RSA CA 1 - G1", "Apple Inc."),
    "5508e2dccc956d1f5ddeb347e8e916c6c04577c4": ("CFCA EV OCA", "China Financial Certification Authority"),
    "66b3effb549587e9aca59656aee67ded3ad043d1": ("CFCA OV OCA", "China Financial Certification Authority"),
    "9cc409724718177ba71a89b39235d5e1038cfe92": ("Cloudflare TLS Issuing ECC CA 1", "CLOUDFLARE, INC."),
    "90af6a3a945a0bd890ea125673df43b43a28dae7": ("COMODO RSA Domain Validation Secure Server CA", "COMODO CA Limited"),
    "06bda69b60795031bed5a9024aa0d095538b2f34": ("DigiCert Basic RSA CN CA G2", "DigiCert Inc"),
    "748580c066c7df37decfbd2937aa031dbeedcd17": ("DigiCert Global G2 TLS RSA SHA256 2020 CA1", "DigiCert Inc"),
    "8a23eb9e6bd7f9375df96d2139769aa167de10a8": ("DigiCert Global G3 TLS ECC SHA384 2020 CA1", "DigiCert Inc"),
    "3dd350a5d6a0adeef34a600a65d321d4f8f8d60f": ("DigiCert SHA2 Extended Validation Server CA", "DigiCert Inc"),
    "5168ff90af0207753cccd9656462a212b859723b": ("DigiCert SHA2 High Assurance Server CA", "DigiCert Inc"),
    "0f80611c823161d52f28e78d4638b42ce1c6d9e2": ("DigiCert SHA2 Secure Server CA", "DigiCert Inc"),
    "44d9c84a338ed3528da79294611f9ac8a5b7eccb": ("DigiCert Secure Site CN CA G3", "DigiCert Inc"),
    "b76ba2eaa8aa848c79eab4da0f98b2c59576b9f4": ("DigiCert TLS RSA SHA256 2020 CA1", "DigiCert Inc"),
    "55744fb2724ff560ba50d1d7e6515c9a01871ad7": ("Encryption Everywhere DV TLS CA - G1", "DigiCert Inc"),
    "919f5e3115ae109fad60c1f7c1ccaa48342f0c26": ("GeoTrust CN RSA CA G1", "DigiCert Inc"),
    "9058ffb09c75a8515477b1edf2a34316389e6cc5": ("GeoTrust RSA CA 2018", "DigiCert Inc"),
    "246f913f8987870e32c24018dfc54ceb4fc84932": ("GeoTrust RSA CN CA G2", "DigiCert Inc"),
    "944fd45d8be4a4e2a680fefdd8f900efa3be0257": ("GeoTrust TLS RSA CA G1", "DigiCert Inc"),
    "53ca1759fc6bc003212f1aaee4aaa81c8256da75": ("RapidSSL RSA CA 2018", "DigiCert Inc"),
    "c4117e884086c241bf65f31ae1b45340a3abec7d": ("Secure Site CA", "DigiCert Inc"),
    "4541e3935470b8e9a5b796bc26b1587542973ef3": ("Secure Site Pro CA", "DigiCert Inc"),
    "a3c85e6554e53078c105ea070a6a59ccb9fede5a": ("Thawte RSA CA 2018", "DigiCert Inc"),
    "82a27074ddbc533fcf7bd4f7cd7fa760c60a4cbf": ("Entrust Certification Authority - L1K", "Entrust, Inc."),
    "7313ce83c60c2aa02692ae3f7b4074b5300b3595": (
        "GDCA TrustAUTH R4 DV SSL CA",
        "Global Digital Cybersecurity Authority Co., Ltd.",
    ),
    "c0f67a5bbe7c08c6ad04bb486145b0f56257a0b3": (
        "GDCA TrustAUTH R4 OV SSL CA",
        "Global Digital Cybersecurity Authority Co., Ltd.",
    ),
    "0d98c0737fabbdbdd9474b49ad0a4a0cac3ec77c": ("GlobalSign GCC R3 DV TLS CA 2020", "GlobalSign nv-sa"),
    "f8ef7ff2cd7867a8de6f8f248d88f1870302b3eb": ("GlobalSign RSA OV SSL CA 2018", "GlobalSign nv-sa"),
    "40c2bd278ecc348330a233d7fb6cb3f0b42c80ce": ("Go Daddy Secure Certificate Authority - G2", "GoDaddy.com, Inc."),
    "f9fb50c48b67bb6764fe8321a6a9ce3f55849399": ("GoGetSSL RSA DV CA", "GoGetSSL"),
    "9077923567c4ffa8cca9e67bd980797bcc93f938": ("WE1", "Google Trust Services"),
    "666949d4de2a9c9103cf890e24b80e30036e882e": ("WR1", "Google Trust Services"),
    "de1b1eed7915d43e3724c321bbec34396d42b230": ("WR2", "Google Trust Services"),
    "8a747faf85cdee95cd3d9cd0e24614f371351d27": ("GTS CA 1C3", "Google Trust Services LLC"),
    "25e2180eb25791942ae5d45d869083de53b3b892": ("GTS CA 1D4", "Google Trust Services LLC"),
    "d5fc9e0ddf1ecadd0897976e2bc55fc52bf5ecb8": ("GTS CA 1P5", "Google Trust Services LLC"),
    "9f2b5fcf3c214f9d04b7ed2b2cc4c6708bd2d70d": ("E5", "Let's Encrypt"),
    "9327469803a951688e98d6c44248db23bf5894d2": ("E6", "Let's Encrypt"),
    "ae489edc871d44a06fdaa2e560740478c29c0080": ("E7", "Let's Encrypt"),
    "8f0d13a2f62e7ed1506c3318385d598e237291ca": ("E8", "Let's Encrypt"),
    "bbbcc347a5e4bca9c6c3a4720c108da235e1c8e8": ("R10", "Let's Encrypt"),
    "c5cf46a4eaf4c3c07a6c95c42db05e922f26e3b9": ("R11", "Let's Encrypt"),
    "00b529f22d8e6f31e89b4cad783efadce90cd1d2": ("R12", "Let's Encrypt"),
    "e7ab9f0f2c33a053d35e4f78c8b2840e3bd69233": ("R13", "Let's Encrypt"),
    "f6850a3b1186e1047d0eaa0b2cd2eecc647b7bae": ("Sectigo ECC Domain Validation Secure Server CA", "Sectigo Limited"),
    "1799a804c16fe42d70a80a103d03d3e91ab82663": ("Sectigo Public Server Authentication CA DV E36", "Sectigo Limited"),
    "68c01216180eafcef687a63257a346515dcb0727": ("Sectigo Public Server Authentication CA DV R36", "Sectigo Limited"),
    "8d8c5ec454ad8ae177e99bf99b05e1b8018d61e1": ("Sectigo RSA Domain Validation Secure Server CA", "Sectigo Limited"),
    "17d9d6252767f931c24943d93036448c6ca94feb": (
        "Sectigo RSA Organization Validation Secure Server CA",
        "Sectigo Limited",
    ),
    "26147ee0dcd7a6f7e2d40427df61f1c2ece732ca": ("SSL.com RSA SSL subCA", "SSL Corporation"),
    "336a50b2eccc402c0dacb555422fd11fd3b9c9b0": ("sslTrus (RSA) DV CA", "sslTrus"),
    "254581685026383d3b2d2cbecd6ad9b63db36663": (
        "Starfield Secure Certificate Authority - G2",
        "Starfield Technologies, Inc.",
    ),
    "11ef03504d26811c7ac7dbdfaf1bedc02604d648": ("TrustAsia DV SSL CA - C3", "TrustAsia Technologies Inc."),
    "9ad90d10c9c45f4c32d2e7f01bad4aa62d253bd4": ("TrustAsia OV TLS Pro CA G3", "TrustAsia Technologies, Inc."),
    "7fd399f3a0470e31005656228eb7cc9eddca018a": ("TrustAsia TLS RSA CA", "TrustAsia Technologies, Inc."),
    "360ea23e32eb861faa97143d80da46e2c4224947": ("TrustOcean Encryption365 SSL CA", "TrustOcean Limited"),
    "e531adbf3a1196f483bc503cd4b7909b90eede25": ("Certum Domain Validation CA SHA2", "Unizeto Technologies S.A."),
    "eeede85460130b3583a0fa6b7a463af73e30bb66": ("Certum Organization Validation CA SHA2", "Unizeto Technologies S.A."),
    "999b2df68bf0a3db89d49efbe5742f68d2904fe4": ("WoTrus DV Server CA  [Run by the Issuer]", "WoTrus CA Limited"),
    "0d498f15337bc04fb6fb3a3809fc3415da60dd14": ("WoTrus OV Server CA  [Run by the Issuer]", "WoTrus CA Limited"),
    "0f6be64bce3947aef67e901e79f0309192c85fa3": ("ZeroSSL ECC Domain Secure Site CA", "ZeroSSL"),
    "c8d97868a2d91968d53d72de5f0a3edcb58686a6": ("ZeroSSL RSA Domain Secure Site CA", "ZeroSSL"),
}

# Those whose key identifier differs between generations: name and organisation alone.
_NAMES = (
    *_BY_KEY_ID.values(),
    ("WR3", "Google Trust Services"),
    ("WE2", "Google Trust Services"),
    ("Encryption Everywhere DV TLS CA - G2", "DigiCert Inc"),
    ("Encryption Everywhere DV TLS CA - G3", "DigiCert, Inc."),
    ("DigiCert Secure Site OV G2 TLS CN RSA4096 SHA256 2022 CA1", "DigiCert, Inc."),
    ("DigiCert Basic OV G2 TLS CN RSA4096 SHA256 2022 CA1", "DigiCert, Inc."),
    ("RapidSSL TLS RSA CA G1", "DigiCert Inc"),
    ("RapidSSL Global TLS RSA4096 SHA256 2022 CA1", "DigiCert, Inc."),
    ("GeoTrust G2 TLS CN RSA4096 SHA256 2022 CA1", "DigiCert, Inc."),
    ("GeoTrust Global TLS RSA4096 SHA256 2022 CA1", "DigiCert, Inc."),
    ("Thawte TLS RSA CA G1", "DigiCert Inc"),
    ("TrustAsia RSA DV TLS CA G2", "TrustAsia Technologies, Inc."),
    ("TrustAsia RSA DV TLS CA G3", "TrustAsia Technologies, Inc."),
    ("TrustAsia ECC DV TLS CA G2", "TrustAsia Technologies, Inc."),
    ("Sectigo Public Server Authentication CA OV R36", "Sectigo Limited"),
    ("cPanel, Inc. Certification Authority", "cPanel, Inc."),
    ("GlobalSign Organization Validation CA - SHA256 - G2", "GlobalSign nv-sa"),
    ("GlobalSign GCC R6 AlphaSSL CA 2023", "GlobalSign nv-sa"),
    ("GlobalSign GCC R6 AlphaSSL CA 2025", "GlobalSign nv-sa"),
    ("AlphaSSL CA - SHA256 - G4", "GlobalSign nv-sa"),
    ("Amazon RSA 2048 M02", "Amazon"),
    ("Amazon RSA 2048 M03", "Amazon"),
    ("Amazon ECDSA 256 M01", "Amazon"),
    ("Cloudflare Inc ECC CA-3", "Cloudflare, Inc."),
    ("vTrus DV SSL CA", "iTrusChina Co.,Ltd."),
    ("vTrus OV SSL CA", "iTrusChina Co.,Ltd."),
)
