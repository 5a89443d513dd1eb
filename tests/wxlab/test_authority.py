"""Certificates are what they are asked to be: right, or faulty in the one way that was named."""

from datetime import UTC
from datetime import datetime
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509.oid import ExtendedKeyUsageOID

from wxlab.authority import Authority
from wxlab.authority import new_key
from wxlab.authority import self_signed

ROOT = Authority.new("Test root")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def names(cert):
    san = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in san]


def test_a_plain_leaf_names_its_hosts_and_is_valid_now():
    cert = ROOT.issue("api.example.com", "*.cdn.example.com", "127.0.0.1").certificate
    cert.verify_directly_issued_by(ROOT.certificate)
    assert names(cert) == ["api.example.com", "*.cdn.example.com", "127.0.0.1"]
    assert cert.not_valid_before_utc < NOW < cert.not_valid_after_utc
    assert cert.not_valid_after_utc - cert.not_valid_before_utc == 90 * DAY
    usage = cert.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_leaf_below_two_authorities_is_served_with_both_and_without_the_root():
    upper = ROOT.intermediate("Upper CA")
    leaf = upper.intermediate("Lower CA").issue("api.example.com")
    chain = x509.load_pem_x509_certificates(leaf.served_pem)
    assert len(chain) == 3
    for below, above in zip(chain, [*chain[1:], ROOT.certificate], strict=True):
        below.verify_directly_issued_by(above)
    assert x509.load_pem_x509_certificates(leaf.without_chain().served_pem) == chain[:1]
    assert leaf.with_chain(ROOT.cert_pem).chain_pems == (ROOT.cert_pem,)


def test_a_self_signed_leaf_vouches_for_itself_alone():
    cert = self_signed("api.example.com").certificate
    cert.verify_directly_issued_by(cert)
    with pytest.raises((ValueError, InvalidSignature)):
        cert.verify_directly_issued_by(ROOT.certificate)


def test_dates_are_those_asked_for():
    expired = ROOT.issue("a.example.com", not_after=NOW - DAY).certificate
    assert expired.not_valid_before_utc < expired.not_valid_after_utc < NOW
    assert ROOT.issue("a.example.com", not_before=NOW + DAY).certificate.not_valid_before_utc > NOW
    long = ROOT.issue("a.example.com", days=826).certificate
    assert long.not_valid_after_utc - long.not_valid_before_utc == 826 * DAY


def test_sha1_signs_with_either_kind_of_key():
    schemes = [("ec", (ec.ECDSA(hashes.SHA1()),)), ("rsa2048", (padding.PKCS1v15(), hashes.SHA1()))]
    for key, scheme in schemes:
        authority = Authority.new("Old root", key=key)
        cert = authority.issue("old.example.com", digest="sha1").certificate
        assert cert.signature_hash_algorithm.name == "sha1"
        assert names(cert) == ["old.example.com"]
        authority.certificate.public_key().verify(cert.signature, cert.tbs_certificate_bytes, *scheme)


@pytest.mark.parametrize(("kind", "bits"), [("ec", 256), ("ec384", 384), ("ec224", 224), ("rsa1024", 1024)])
def test_keys_are_as_long_as_asked(kind, bits):
    assert new_key(kind).key_size == bits


def test_an_unknown_kind_of_key_is_named():
    with pytest.raises(ValueError, match="dsa"):
        new_key("dsa")


def test_extensions_can_be_left_out_or_wrong():
    bare = ROOT.issue("a.example.com", san=False, eku=None).certificate
    present = {type(extension.value) for extension in bare.extensions}
    assert not present & {x509.SubjectAlternativeName, x509.ExtendedKeyUsage}
    client = ROOT.issue("a.example.com", eku="client").certificate
    assert list(client.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ]
    told = ROOT.issue("a.example.com", ca_issuers="http://ca.example.com/ca.der").certificate
    place = told.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    assert [each.access_location.value for each in place] == ["http://ca.example.com/ca.der"]


def test_files_are_named_after_what_they_hold(tmp_path):
    assert ROOT.write(tmp_path).name == "test-root.pem"
    path = ROOT.issue("*.example.com").write(tmp_path)
    assert path.name == "_.example.com.pem"
    assert b"PRIVATE KEY" in path.read_bytes()
