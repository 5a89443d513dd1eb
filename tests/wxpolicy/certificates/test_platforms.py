"""What tells the platforms apart, one case each: who refuses, how that is known, and what strict verifiers mind."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest

from testenv.pki.cases import all_cases
from testenv.pki.judged import fails_on
from testenv.pki.servers import pem
from wxpolicy.catalogue import message_of
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.finding import Known
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

NOW = datetime(2026, 6, 1, tzinfo=UTC)
IOS, ANDROID, DEVTOOLS = Platform
# case -> the platforms that refuse it: i(OS), a(ndroid), d(evtools)
REFUSED = {
    "intermediate: no key usage": "",
    "intermediate: basic constraints not critical": "",
    "intermediate: purpose client": "id",
    "intermediate: purpose Netscape's": "d",
    "intermediate: malformed AIA": "id",
    "intermediate: malformed unknown extension": "",
    "intermediate: RSA 1024": "i",
    "intermediate: empty subject": "ia",
    "intermediate: version 1 under a root of version 1": "ad",
    "intermediate: excludes the directory": "ad",
    "intermediate: permits URIs, the server has one": "d",
    "intermediate: excludes what a wildcard may stand for": "d",
    "intermediate: two empty lists of subtrees": "d",
    "intermediate: an empty list of subtrees": "d",
    "permits example.com and addresses, the CA below is called a host": "a",
    "permits example.com and addresses, the CA below is called one word": "a",
    "permits example.com and addresses, the CA below is called two words": "",
    "permits example.com and addresses, the CA below is called an address": "a",
    "self-issued intermediate": "a",
    "key ids: the server's names another key": "i",
    "key ids: the server's names another key, right below the root": "ia",
    "path length 0 of the root above a CA": "id",
    "policies: demanded, none in the server's": "iad",
    "policies: any below": "",
    "policies: any below, inhibited": "iad",
    "policies: mapped": "",
    "policies: mapped away": "iad",
    "policies: critical with a statement": "a",
    "19 intermediates": "",
    "22 intermediates": "ad",
    "root: version 1": "",
    "root: no CA": "id",
    "root: expired": "id",
    "root: RSA 1024": "i",
    "root: purpose client": "d",
    "root: permits another": "id",
    "root: unknown critical extension": "d",
    "root: malformed AIA": "id",
    "server: malformed AIA": "id",
    "server: malformed CRL distribution": "",
    "server: policies with an unknown qualifier": "",
    "server: authority key id critical": "ad" + "i",
    "server: Netscape type, critical": "ad",
    "server: AD CS application policies, critical": "a",
    "server: key usage key agreement": "ad",
    "server: valid 826 days": "i",
    "server: P-521": "ad",
    "server: another algorithm inside": "iad",
    "server: algorithm with NULL inside": "ad",
    "name: wildcard over com.cn": "id",
    "name: trailing dot in the certificate": "i",
    "names of root and issuer: UTF8 in another case": "i",
    "names of root and issuer: Teletex in both": "",
}
CASES = {case.id: case for case in all_cases(NOW, REFUSED)}


def findings(case, **how):
    stores = everywhere(build("the user's", [], [pem(root.der) for root in case.roots]))
    handshake = Handshake(case.host, how.get("tls", "TLSv1.3"), how.get("cipher", "TLS_AES_128_GCM_SHA256"))
    return judge(ServedChain(tuple(made.der for made in case.served)), handshake, NOW, stores)


@pytest.mark.parametrize("case", REFUSED)
def test_who_refuses_what(case):
    found = findings(CASES[case])
    refused = {platform for platform in Platform if fails_on(found, platform)}
    assert refused == {platform for platform in Platform if platform.value[0] in REFUSED[case]}


def test_static_rsa_needs_another_key_usage_than_ecdhe(pki):
    leaf = pki.leaf(key="rsa:2048", usage=("key_encipherment",))
    for cipher, refusing in (("ECDHE-RSA-AES128-GCM-SHA256", {ANDROID, DEVTOOLS}), ("AES128-GCM-SHA256", set())):
        found = pki.judge(pki.served(leaf), tls="TLSv1.2", cipher=cipher)
        codes = pki.violations(found)
        assert {platform for platform in Platform if "CERT_WRONG_PURPOSE" in codes[platform]} == refusing


def test_where_apples_text_and_code_differ_both_are_told(pki):
    (found,) = (each for each in pki.judge(pki.served(pki.leaf(eku=None))) if each.code == "CERT_WRONG_PURPOSE")
    assert (found.severity, found.platforms, found.known) == (Severity.WARNING, (IOS,), Known.DOCUMENTED)
    assert "Apple's documents ask it" in message_of(found).en and "published code" in message_of(found).en


def test_below_a_root_of_the_system_the_purpose_is_demanded(pki):
    trust = pki.trust(pki.other_root, public=[pki.root])
    assert pki.violations(pki.judge(pki.served(pki.leaf(eku=None)), trust=trust))[IOS] == {"CERT_WRONG_PURPOSE"}


@pytest.mark.parametrize(
    ("changes", "platforms", "known"),
    [
        ({"days": 826}, (IOS,), Known.SOURCE),
        ({"usage": ("content_commitment",)}, (ANDROID, DEVTOOLS), Known.MEASURED),
        ({"days": 10}, tuple(Platform), Known.SOURCE),
    ],
    ids=["read in Apple's source", "measured", "the least sure of three"],
)
def test_a_finding_says_how_it_is_known(pki, changes, platforms, known):
    (found,) = (each for each in pki.judge(pki.served(pki.leaf(**changes))) if each.fails)
    assert (found.platforms, found.known) == (platforms, known)


def test_strict_openssl_is_a_note_and_no_gate(pki):
    odd = pki.ca("Odd CA", pki.root, key="ec:odd", usage=None, critical_ca=False)
    found = pki.judge([pki.leaf(odd, aki=False), odd])
    assert not any(each.fails for each in found)
    assert {(each.data["certificate"]["index"], each.data["field"]) for each in found} == {
        (0, "authorityKeyIdentifier"), (1, "basicConstraints"), (1, "keyUsage"),
    }  # fmt: skip
    assert {(each.code, each.severity, each.platforms) for each in found} == {
        ("CERT_STRICT_FORM", Severity.NOTE, tuple(Platform))
    }


def test_the_form_of_a_vendors_own_root_is_nobodys_to_change(pki):
    root = pki.ca("Odd Root", key="ec:odd-root", ski=False, aki=False, usage=None)
    chain = [pki.leaf(root, aki=True)]
    assert pki.judge(chain, trust=pki.trust(pki.other_root, public=[root])) == ()
    assert {each.code for each in pki.judge(chain, trust=pki.trust(root))} == {"CERT_STRICT_FORM"}


def test_any_good_path_counts_not_the_first(pki):
    bad = pki.ca("Issuing CA", pki.root, key="ec:intermediate", days=710, since=pki.now - timedelta(days=720))
    assert pki.judge([pki.leaf(), bad, pki.intermediate]) == ()


def test_an_assumed_fetch_heals_no_bad_signature(pki):
    forged = pki.leaf(sign_with=pki.other_root.key, aia="http://ca.example.com/issuing.crt")
    assert all(pki.violations(pki.judge([forged, pki.intermediate])).values())
    assert all(
        pki.violations(
            pki.judge([pki.leaf(aki=False, aia="http://ca.example.com/x"), pki.ca("Issuing CA", pki.root, key="ec:x")])
        ).values()
    )


def test_only_what_is_trusted_by_hand_is_spared_the_vendors_limits(pki):
    root = pki.ca("Vendor's Root", key="ec:vendor")
    found = pki.judge([pki.leaf(root, days=500)], trust=pki.trust(pki.other_root, public=[root]))
    assert pki.violations(found) == {
        IOS: {"CERT_VALIDITY_TOO_LONG"},
        ANDROID: set(),
        DEVTOOLS: {"CERT_VALIDITY_TOO_LONG"},
    }
