"""The ClientHello of a platform: an OpenSSL server reads in it what the offer says, and any server's answer is read."""

import ssl

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxlab.authority import Authority
from wxpolicy.certificates.client_hello import RANDOM_BYTES
from wxpolicy.certificates.client_hello import client_hello
from wxpolicy.certificates.server_hello import ServerAnswer
from wxpolicy.certificates.server_hello import read_answer
from wxpolicy.certificates.tls_offers import OFFERS
from wxpolicy.terms import Platform

HOST = "api.example.com"
RANDOM = bytes(range(RANDOM_BYTES))


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """What OpenSSL answers to a platform's hello, with this context's settings."""
    folder = tmp_path_factory.mktemp("server")
    root = Authority.new("Root")
    files = {
        key: root.issue(HOST, key=key).write(folder / key) for key in ("ec", "rsa2048") if not (folder / key).mkdir()
    }

    def answered(platform, key="ec", **settings):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[key])
        for name, value in settings.items():
            getattr(context, name)(value) if callable(getattr(context, name)) else setattr(context, name, value)
        seen = []
        context.sni_callback = lambda tls, name, _: seen.append(name)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(client_hello(OFFERS[platform], HOST, RANDOM))
        try:
            server.do_handshake()
        except ssl.SSLError:
            pass
        assert seen in ([HOST], [])
        return read_answer(outgoing.read())

    return answered


@pytest.mark.parametrize("platform", Platform)
def test_every_client_comes_to_tls_1_3_with_x25519(answer, platform):
    told = answer(platform)
    assert (told.version, told.group, told.alert) == ("TLSv1.3", "X25519", None)


@pytest.mark.parametrize(
    ("cipher", "takers"),
    [
        ("ECDHE-RSA-AES128-GCM-SHA256", set(Platform)),
        ("ECDHE-RSA-AES128-SHA256", {Platform.IOS}),
        ("AES128-GCM-SHA256", {Platform.ANDROID, Platform.DEVTOOLS}),
        ("DHE-RSA-AES128-GCM-SHA256", set()),
    ],
)
def test_a_server_of_one_suite_is_taken_by_those_who_offer_it(answer, cipher, takers):
    for platform in Platform:
        told = answer(platform, "rsa2048", maximum_version=ssl.TLSVersion.TLSv1_2, set_ciphers=cipher)
        taken = told.version == "TLSv1.2" and told.is_whole
        assert (taken, told.alert) == ((True, None) if platform in takers else (False, 40)), platform


def test_in_tls_1_2_group_and_signature_are_told(answer):
    told = answer(Platform.IOS, "rsa2048", maximum_version=ssl.TLSVersion.TLSv1_2, set_ecdh_curve="secp521r1")
    assert (told.group, told.signature, told.asks_certificate) == ("P-521", "rsa_pss_rsae_sha256", False)
    told = answer(Platform.ANDROID, "rsa2048", maximum_version=ssl.TLSVersion.TLSv1_2, set_ecdh_curve="secp521r1")
    assert told.alert == 40


def test_a_request_for_a_certificate_is_told(answer):
    told = answer(Platform.IOS, maximum_version=ssl.TLSVersion.TLSv1_2, verify_mode=ssl.CERT_REQUIRED)
    assert told.asks_certificate and told.is_whole


def test_a_server_that_wants_another_share_names_its_group(answer):
    told = answer(Platform.IOS, minimum_version=ssl.TLSVersion.TLSv1_3, set_ecdh_curve="secp521r1")
    assert (told.version, told.group, told.retries) == ("TLSv1.3", "P-521", True)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_give_an_answer(stream):
    assert isinstance(read_answer(stream), ServerAnswer)
    assert isinstance(read_answer(b"\x16\x03\x03" + len(stream).to_bytes(2) + stream), ServerAnswer)
    hello = b"\x02\x00\x01\x00\x03\x03" + stream
    assert isinstance(read_answer(b"\x16\x03\x03" + len(hello).to_bytes(2) + hello), ServerAnswer)
