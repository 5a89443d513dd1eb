"""A proxy whose folder holds no authority makes one with an EC key, and mitmproxy signs with it; one that is there stays."""

import asyncio
import os
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.certs import CertStore
from mitmproxy.hooks import RunningHook
from mitmproxy.test import taddons

from wxgate.start.new_authority import NewAuthority
from wxgate.start.new_authority import make

FILES = ("mitmproxy-ca.pem", "mitmproxy-ca.p12", "mitmproxy-ca-cert.pem", "mitmproxy-ca-cert.cer", "mitmproxy-ca-cert.p12")  # fmt: skip


def started(folder, **options):
    """The certificate store of mitmproxy's TlsConfig behind ours."""
    mitmproxys = TlsConfig()
    with taddons.context(NewAuthority(), mitmproxys) as context:
        context.options.update(confdir=str(folder), **options)
    return mitmproxys.certstore


def test_a_new_authority_has_an_ec_key_and_signs(tmp_path):
    store = started(tmp_path / "new")
    assert isinstance(store.default_ca.to_pyopenssl().to_cryptography().public_key(), ec.EllipticCurvePublicKey)
    leaf = store.get_cert("api.example.com", [x509.DNSName("api.example.com")])
    signed = x509.load_pem_x509_certificate(leaf.cert.to_pem())
    signed.verify_directly_issued_by(x509.load_pem_x509_certificate(store.default_ca.to_pem()))


def test_so_has_one_in_the_folder_that_no_option_names(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME" if os.name != "nt" else "USERPROFILE", str(tmp_path))
    mitmproxys = TlsConfig()
    with taddons.context(NewAuthority(), mitmproxys) as context:
        asyncio.run(context.master.addons.trigger_event(RunningHook()))
    assert isinstance(mitmproxys.certstore.default_privatekey, ec.EllipticCurvePrivateKey)
    assert (tmp_path / ".mitmproxy" / FILES[0]).exists()


def test_its_files_are_mitmproxys_and_hold_the_same_certificate(tmp_path):
    make(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)
    pem = (tmp_path / "mitmproxy-ca-cert.pem").read_bytes()
    assert (tmp_path / "mitmproxy-ca.pem").read_bytes().endswith(pem)
    assert (tmp_path / "mitmproxy-ca-cert.cer").read_bytes() == pem
    certificate = x509.load_pem_x509_certificate(pem)
    key, with_key, _ = pkcs12.load_key_and_certificates((tmp_path / "mitmproxy-ca.p12").read_bytes(), None)
    assert with_key == certificate and key.public_key() == certificate.public_key()
    without_key = pkcs12.load_pkcs12((tmp_path / "mitmproxy-ca-cert.p12").read_bytes(), None)
    assert without_key.key is None and [each.certificate for each in without_key.additional_certs] == [certificate]


def test_it_has_the_fields_that_mitmproxys_own_has(tmp_path):
    make(tmp_path / "ours")
    CertStore.from_store(tmp_path / "theirs", "mitmproxy", 2048)
    ours, theirs = (
        x509.load_pem_x509_certificate((tmp_path / name / "mitmproxy-ca-cert.pem").read_bytes())
        for name in ("ours", "theirs")
    )
    assert ours.subject == ours.issuer == theirs.subject
    kinds = {
        name: {(each.oid, each.critical) for each in made.extensions}
        for name, made in {"ours": ours, "theirs": theirs}.items()
    }
    assert kinds["ours"] == kinds["theirs"]
    for kind in (x509.BasicConstraints, x509.KeyUsage, x509.ExtendedKeyUsage):
        assert ours.extensions.get_extension_for_class(kind) == theirs.extensions.get_extension_for_class(kind)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode of a file")
def test_its_key_is_its_owners_alone(tmp_path):
    make(tmp_path)
    for name in FILES[:2]:
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


def test_an_authority_that_is_there_stays(tmp_path):
    CertStore.from_store(tmp_path, "mitmproxy", 2048)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    store = started(tmp_path)
    assert isinstance(store.default_privatekey, rsa.RSAPrivateKey)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_who_asks_for_a_size_has_an_rsa_key_of_it(tmp_path):
    store = started(tmp_path / "new", key_size=3072)
    assert isinstance(store.default_privatekey, rsa.RSAPrivateKey) and store.default_privatekey.key_size == 3072


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        make(tmp_path / "file" / "below")
