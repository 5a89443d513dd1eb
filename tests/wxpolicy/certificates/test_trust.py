"""Trust stores from PEM texts, the bundled names of public intermediates, and who catches what."""

import certifi
import pytest

from wxpolicy.catalogue import message_of
from wxpolicy.certificates import judge as judge_module
from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.intermediates import known_issuer
from wxpolicy.certificates.judge import fails_on
from wxpolicy.certificates.openssl import refusal
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.profile import well_formed
from wxpolicy.certificates.store_names import names_in
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.certificates.store_names import store_name
from wxpolicy.certificates.trust import build
from wxpolicy.terms import Platform


def test_mozillas_list_is_read_whole():
    with open(certifi.where(), encoding="utf-8") as file:
        trust = build("Mozilla", [file.read()])
    assert len(trust.roots) > 100 and trust.skipped == 0 and not trust.private
    assert len(trust.self_signed) == len(trust.roots)
    malformed = [root.label for root in trust.roots if list(well_formed((Link(root, 0), Link(root, None))))[1:]]
    assert len(malformed) < 5, "the strict profile must not refuse the public roots themselves"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "extra root 1: no PEM certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "extra root 1: cannot be read"),
    ],
    ids=["empty file", "no certificate inside"],
)
def test_a_wrong_extra_root_is_told(text, expected):
    with pytest.raises(ValueError, match=expected):
        build("x", [], [text])


def test_a_wrong_certificate_in_a_vendors_list_is_counted_not_fatal(pki):
    trust = build("x", [pki.root.pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
    assert (len(trust.roots), trust.skipped) == (1, 1)


def test_an_intermediate_in_the_store_is_no_root_but_helps(pki):
    alone = pki.judge([pki.leaf()], trust=pki.trust(pki.intermediate))
    with_root = pki.judge([pki.leaf()], trust=pki.trust(pki.intermediate, pki.root))
    assert fails_on(alone, Platform.ANDROID) and with_root == ()


def test_an_empty_store_trusts_nobody(pki):
    findings = pki.judge([*pki.served(), pki.root], trust=build("empty", []))
    assert {finding.code.value for finding in findings} == {"CERT_UNTRUSTED_ROOT"}
    assert "certificate 2 (CN=Trusted Root)" in message_of(findings[0]).en


@pytest.mark.parametrize(
    ("cn", "org", "known"),
    [("R10", "Let's Encrypt", True), ("R10", "Somebody Else", False), ("My CA", "Let's Encrypt", False)],
)
def test_public_intermediates_are_known_by_name_and_organisation(pki, cn, org, known):
    leaf = parse(pki.leaf(pki.ca(cn, pki.root, org=org, key="ec:r10")).der)
    assert (known_issuer(leaf) is not None) is known


def test_public_intermediates_are_known_by_key_identifier(pki):
    from cryptography import x509

    of_r11 = x509.AuthorityKeyIdentifier(bytes.fromhex("c5cf46a4eaf4c3c07a6c95c42db05e922f26e3b9"), None, None)
    leaf = parse(pki.leaf(aki=False, extra=[(of_r11, False)]).der)
    assert known_issuer(leaf).common_name == "R11"


def test_openssl_catches_what_no_check_of_ours_does(pki, monkeypatch):
    monkeypatch.setattr(judge_module, "_path_faults", lambda *given: iter(()))
    from cryptography.x509.oid import ExtendedKeyUsageOID

    above = pki.ca("Odd CA", pki.root, key="ec:odd", eku=[ExtendedKeyUsageOID.CLIENT_AUTH])
    findings = pki.judge([pki.leaf(above), above])
    assert [finding.code.value for finding in findings] == ["CERT_WRONG_PURPOSE"]
    assert "strict OpenSSL refuses" in message_of(findings[0]).en and "OpenSSL 拒绝" in message_of(findings[0]).zh


def test_the_backstop_is_told_host_purpose_time_and_strictness(pki):
    def refused(chain, host=pki.host, now=pki.now):
        links = [Link(parse(made.der), index) for index, made in enumerate(chain)]
        return refusal(links, host, now, pki.trust())

    from cryptography.x509.oid import ExtendedKeyUsageOID

    assert refused(pki.served()) is None
    assert refused(pki.served(), host="other.example.com").number == 62
    assert refused(pki.served(), now=pki.now.replace(year=2036)).number == 10
    assert refused(pki.served(pki.leaf(eku=[ExtendedKeyUsageOID.CLIENT_AUTH]))).number == 26
    assert refused(pki.served(pki.leaf(aki=False))) is not None
    assert refused(pki.served(pki.leaf(san=())), host=pki.host).number == 62


@pytest.mark.parametrize(
    ("kept", "zh"),
    [
        (store_name("mozilla (certifi 2026.10.18)", 0), "mozilla (certifi 2026.10.18)"),
        (store_name("mozilla (certifi 2026.10.18)", 2), "mozilla (certifi 2026.10.18)，另加 2 个文件"),
        ("roots + 1 extra.pem", "roots + 1 extra.pem"),
        (
            "Mozilla (2026-07-19) for Chrome's own + 1 extra",
            "Mozilla (2026-07-19)，代替 Chrome 自己的列表，另加 1 个文件",
        ),
    ],
)
def test_a_store_is_named_in_the_readers_language(kept, zh):
    assert shown_stores([kept]) == (zh, kept)


def test_stores_that_share_a_verdict_name_the_users_files_once():
    kept = [store_name("Apple (iOS 26)", 2), store_name("Android (AOSP 17)", 2)]
    assert shown_stores(kept) == (
        "Apple (iOS 26)、Android (AOSP 17)，另加 2 个文件",
        "Apple (iOS 26), Android (AOSP 17) + 2 extra",
    )


def test_a_record_of_an_older_session_names_its_one_store_for_every_platform():
    old = {"version": "TLSv1.3", "trust_store": "mozilla (certifi 2026.10.18)"}
    new = {"version": "TLSv1.3", "trust_stores": dict.fromkeys(["ios", "android", "devtools"], old["trust_store"])}
    assert names_in(old) == new and names_in(new) == new and names_in(None) is None
    assert names_in({"trust_store": None}) == {"trust_stores": None}
