"""A root is trusted by being in the store: its own form counts for nothing, that of everything below it does."""

import certifi
import pytest
from cryptography.hazmat.primitives import hashes

from wxpolicy.certificates.facts import Link
from wxpolicy.certificates.openssl import refusal
from wxpolicy.certificates.parse import parse
from wxpolicy.certificates.profile import well_formed
from wxpolicy.certificates.trust import build

# name -> what the CA's certificate lacks
FORMS = {
    "no subjectKeyIdentifier, as TWCA's": {"ski": False, "aki": False},
    "no keyUsage, as openssl req -x509 makes them": {"usage": None},
    "basicConstraints not critical": {"critical_ca": False},
    "all of it": {"ski": False, "aki": False, "usage": None, "critical_ca": False},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("between", [False, True], ids=["right below", "over an intermediate"])
@pytest.mark.parametrize("store", ["extra", "public"])
def test_a_trusted_root_of_any_form_is_a_root(pki, form, between, store):
    root = pki.ca("Odd Root", key="ec:odd-root", **FORMS[form])
    issuing = pki.ca("Below", root, key="ec:below") if between else root
    chain = [pki.leaf(issuing), *([issuing] if between else [])]
    trust = pki.trust(root) if store == "extra" else pki.trust(pki.root, public=(root,))
    assert pki.judge(chain, trust=trust) == ()
    assert pki.judge([*chain, root], trust=trust) == (), "served as well"


@pytest.mark.parametrize("form", FORMS)
def test_the_same_form_below_the_root_is_refused(pki, form):
    odd = pki.ca("Odd CA", pki.root, key="ec:odd", **{**FORMS[form], "aki": True})
    violations = pki.violations(pki.judge([pki.leaf(odd), odd]))
    assert all(codes & {"CERT_UNREADABLE", "CERT_WRONG_PURPOSE"} for codes in violations.values())


def test_what_openssl_minds_below_an_odd_root_is_still_found(pki):
    root = pki.ca("Odd Root", key="ec:odd-root", ski=False, aki=False)
    odd = pki.ca("Odd CA", root, key="ec:odd", usage=None)
    served = [pki.leaf(odd), odd]
    links = [Link(parse(made.der), index) for index, made in enumerate(served)]
    found = refusal(links, pki.host, pki.now, pki.trust(root))
    assert found is not None and "key usage" in found.text.lower()


def test_a_forged_intermediate_does_not_end_the_path_of_an_odd_root(pki):
    root = pki.ca("Odd Root", key="ec:odd-root", ski=False, aki=False)
    forged = pki.ca("Below", root, key="ec:below", sign_with=pki.other_root.key)
    links = [Link(parse(made.der), index) for index, made in enumerate([pki.leaf(forged), forged])]
    assert refusal(links, pki.host, pki.now, pki.trust(root)) is not None
    assert all(pki.violations(pki.judge([pki.leaf(forged), forged], trust=pki.trust(root))).values())


def test_mozillas_own_roots_are_none_of_them_refused_for_their_form():
    with open(certifi.where(), encoding="utf-8") as file:
        trust = build("Mozilla", [file.read()])
    for root in trust.roots:
        faults = well_formed((Link(root, 0), Link(root, None)), anchored=True)
        assert not [fault for fault in faults if "from the trust store" in fault.message.en], root.label


@pytest.mark.parametrize("key", ["ec:sha1", "rsa:2048:sha1"])
def test_a_weak_signature_is_not_an_unknown_root(pki, key):
    issuer = pki.ca("SHA-1 Root", key=key)
    findings = pki.judge([pki.leaf(issuer, digest=hashes.SHA1())], trust=pki.trust(issuer))
    assert {finding.code.value for finding in findings if finding.fails} == {"CERT_WEAK_SIGNATURE"}
