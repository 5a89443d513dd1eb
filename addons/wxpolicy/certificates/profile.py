"""Well-formedness by RFC 5280 §4, as OpenSSL asks for with X509_V_FLAG_X509_STRICT.

Phones do not check all of it, but the newest TLS stacks do, and a chain that
passes here passes them. Not asked of a self-signed certificate alone (RFC 6818),
nor of a root that the store holds: it is trusted by being there, and vendors
ship roots without a subjectKeyIdentifier (TWCA Global Root CA), as
``openssl req -x509`` makes test CAs without keyUsage.
"""

from collections.abc import Iterator

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.fault import Fault
from wxpolicy.certificates.fault import place
from wxpolicy.certificates.path import Path
from wxpolicy.certificates.platforms import EVERYONE
from wxpolicy.finding import Code
from wxpolicy.terms import Text

SUBJECT_KEY_ID = "2.5.29.14"
KEY_USAGE = "2.5.29.15"
SUBJECT_ALT_NAME = "2.5.29.17"
BASIC_CONSTRAINTS = "2.5.29.19"
NAME_CONSTRAINTS = "2.5.29.30"
POLICIES = "2.5.29.32"
POLICY_MAPPINGS = "2.5.29.33"
AUTHORITY_KEY_ID = "2.5.29.35"
POLICY_CONSTRAINTS = "2.5.29.36"
EXTENDED_KEY_USAGE = "2.5.29.37"
INHIBIT_ANY_POLICY = "2.5.29.54"
CRL_DISTRIBUTION = "2.5.29.31"
UNDERSTOOD = frozenset(
    {
        KEY_USAGE,
        SUBJECT_ALT_NAME,
        BASIC_CONSTRAINTS,
        NAME_CONSTRAINTS,
        POLICIES,
        POLICY_MAPPINGS,
        POLICY_CONSTRAINTS,
        EXTENDED_KEY_USAGE,
        INHIBIT_ANY_POLICY,
        CRL_DISTRIBUTION,
    }
)

Fact = tuple[Code, str, Text]


def well_formed(path: Path, anchored: bool = False) -> Iterator[Fault]:
    """CERT_UNREADABLE for what breaks the format, CERT_WRONG_PURPOSE for what breaks a CA's role.

    ``anchored``: the path ends in a root of the trust store.
    """
    for link in path:
        last = link is path[-1]
        anchor = last and link.cert.self_issued
        facts = list(_critical(link))
        if len(path) > 1:
            trusted = last and anchored
            facts += _own_key_id(link) if trusted else [*_role(link), *_names(link), *_key_ids(link, anchor)]
        for code, field, found in facts:
            where = place(link, field)
            yield Fault(
                code,
                Text(f"{where.zh}：{found.zh}", f"{where.en}: {found.en}"),
                Text(
                    "按 RFC 5280 重新签发这张证书（自建 CA 时检查签发工具的扩展配置）。",
                    "Have this certificate issued again as RFC 5280 asks (with a CA of your own, check the extensions "
                    "that your tool writes).",
                ),
                "RFC 5280 §4; platform §5",
                EVERYONE,
            )


def _critical(link: Link) -> Iterator[Fact]:
    for oid, critical in link.cert.critical.items():
        if critical and oid not in UNDERSTOOD:
            yield (
                Code.CERT_UNREADABLE,
                f"extension {oid}",
                Text(
                    "标为 critical，但不是平台认识的扩展",
                    "critical, but no extension that platforms understand as such",
                ),
            )


def _role(link: Link) -> Iterator[Fact]:
    cert = link.cert
    code = Code.CERT_WRONG_PURPOSE
    if cert.is_ca:
        if not cert.critical.get(BASIC_CONSTRAINTS):
            yield (
                code,
                "basicConstraints",
                Text("CA 证书的该扩展必须为 critical", "must be critical in a CA's certificate"),
            )
        if cert.key_usage is None:
            yield code, "keyUsage", Text("CA 证书缺少该扩展", "missing from a CA's certificate")
    elif cert.key_usage is not None and "key_cert_sign" in cert.key_usage:
        yield (
            code,
            "keyUsage",
            Text("非 CA 证书不得含 keyCertSign", "names keyCertSign in a certificate that is no CA's"),
        )


def _names(link: Link) -> Iterator[Fact]:
    cert = link.cert
    code = Code.CERT_UNREADABLE
    if not cert.issuer_key:
        yield code, "issuer", Text("签发者名称为空", "empty")
    if not cert.subject_key:
        if cert.is_ca or not cert.has_san:
            yield code, "subject", Text("主题名称为空", "empty")
        elif not cert.critical.get(SUBJECT_ALT_NAME):
            yield (
                code,
                "subjectAltName",
                Text("主题为空时该扩展必须为 critical", "must be critical where the subject is empty"),
            )
    if cert.version < 3 and cert.critical:
        yield code, "version", Text("有扩展的证书必须是 v3", "a certificate with extensions must be of version 3")


def _key_ids(link: Link, anchor: bool) -> Iterator[Fact]:
    cert = link.cert
    code = Code.CERT_UNREADABLE
    if cert.version >= 3:
        if cert.authority_key_id is None and not anchor:
            yield code, "authorityKeyIdentifier", Text("缺少该扩展或其中的 keyid", "missing, or without a keyid")
        if cert.is_ca and cert.subject_key_id is None:
            yield code, "subjectKeyIdentifier", Text("CA 证书缺少该扩展", "missing from a CA's certificate")
    if anchor:
        yield from _own_key_id(link)


def _own_key_id(root: Link) -> Iterator[Fact]:
    cert = root.cert
    if None not in (own := (cert.authority_key_id, cert.subject_key_id)) and own[0] != own[1]:
        yield (
            Code.CERT_UNREADABLE,
            "authorityKeyIdentifier",
            Text("自签名根证书的该扩展与自己的 subjectKeyIdentifier 不一致", "not the root's own subjectKeyIdentifier"),
        )
