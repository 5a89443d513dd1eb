"""Trust stores from PEM texts, the bundled names of public intermediates, and who catches what."""

import certifi
import pytest

from wxpolicy.catalogue import message_of
from wxpolicy.certificates.intermediates import known_issuer
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.store_names import names_in
from wxpolicy.certificates.store_names import shown_stores
from wxpolicy.certificates.store_names import store_name
from wxpolicy.certificates.trust import build
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform


def test_mozillas_list_is_read_whole():
    with open(certifi.where(), encoding="utf-8") as file:
        trust = build("Mozilla", [file.read()])
    assert len(trust.roots) > 100 and trust.skipped == 0 and not trust.private


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


def test_an_intermediate_in_the_store_is_taken_for_a_root_but_perhaps_not_on_ios(pki):
    alone = pki.judge([pki.leaf()], trust=pki.trust(pki.intermediate))
    assert pki.violations(alone) == dict.fromkeys(Platform, set())
    assert [(found.code, found.platforms) for found in alone if found.severity is Severity.WARNING] == [
        ("CERT_UNTRUSTED_ROOT", (Platform.IOS,))
    ]
    assert pki.judge([pki.leaf()], trust=pki.trust(pki.intermediate, pki.root)) == ()


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
    assert known_issuer(leaf) == "R11"


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
