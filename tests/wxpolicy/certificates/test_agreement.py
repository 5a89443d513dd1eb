"""Common ground in TLS: what each platform's client makes of what a server agreed to, and of how it refused."""

import pytest

from wxpolicy.catalogue import message_of
from wxpolicy.certificates.agreement import Agreement
from wxpolicy.certificates.agreement import Question
from wxpolicy.certificates.agreement import agreed
from wxpolicy.certificates.agreement import client_certificate
from wxpolicy.certificates.agreement import refused
from wxpolicy.certificates.agreement import too_new
from wxpolicy.certificates.tls_offers import OFFERS
from wxpolicy.certificates.tls_offers import shared
from wxpolicy.certificates.tls_offers.numbers import GROUPS
from wxpolicy.certificates.tls_offers.numbers import SIGNATURES
from wxpolicy.certificates.tls_offers.numbers import SUITES
from wxpolicy.certificates.tls_offers.older import older_offer
from wxpolicy.finding import Severity
from wxpolicy.terms import Platform

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
HOST = "api.example.com"
GCM = "ECDHE-RSA-AES128-GCM-SHA256"
HANDSHAKE_FAILURE, PROTOCOL_VERSION, INTERNAL_ERROR = 40, 70, 80


def told(findings):
    """Per platform (code, whether it surely fails)."""
    return {platform: (each.code.value, each.fails) for each in findings for platform in each.platforms}


PERHAPS, SURELY = ("TLS_NOT_OFFERED", False), ("TLS_NOT_OFFERED", True)


@pytest.mark.parametrize(
    ("agreement", "answers", "expected"),
    [
        (Agreement("TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519"), {}, {}),
        (Agreement("TLSv1.2", GCM, "P-384", "rsa_pkcs1_sha256"), {}, {}),
        (Agreement("TLSv1.3", "TLS_AES_128_GCM_SHA256", "P-521"), {}, {ANDROID: PERHAPS, DEVTOOLS: PERHAPS}),
        (Agreement("TLSv1.2", GCM, "X25519", "rsa_pkcs1_sha1"), {}, {DEVTOOLS: PERHAPS}),
        (Agreement("TLSv1.2", "ECDHE-RSA-AES128-SHA256"), {}, {ANDROID: PERHAPS, DEVTOOLS: PERHAPS}),
        (Agreement("TLSv1.2", "ECDHE-ECDSA-AES128-CCM8"), {}, dict.fromkeys(Platform, PERHAPS)),
        # Without ECDHE it is TLS_NO_FORWARD_SECRECY's on iOS; below 1.2 TLS_TOO_OLD's everywhere.
        (Agreement("TLSv1.2", "AES128-SHA"), {}, {}),
        (Agreement("TLSv1.2", "DHE-RSA-AES128-SHA"), {}, {ANDROID: PERHAPS, DEVTOOLS: PERHAPS}),
        (Agreement("TLSv1.1", "ECDHE-ECDSA-AES128-CCM8"), {}, {}),
        (Agreement(), {}, {}),
        # What a server was asked beats what one handshake looks like.
        (Agreement("TLSv1.2", GCM, "P-521"), {ANDROID: False, DEVTOOLS: True}, {ANDROID: SURELY}),
        (Agreement("TLSv1.3", "TLS_AES_128_GCM_SHA256", "X25519"), {IOS: False}, {IOS: SURELY}),
    ],
)
def test_what_was_agreed_on_tells_of_those_who_offer_it(agreement, answers, expected):
    assert told(agreed(Question(HOST, answers=answers), agreement)) == expected


@pytest.mark.parametrize(
    ("as_of", "alert", "version", "error", "expected"),
    [
        ((IOS,), HANDSHAKE_FAILURE, None, "", {IOS: SURELY, ANDROID: PERHAPS, DEVTOOLS: PERHAPS}),
        (tuple(Platform), HANDSHAKE_FAILURE, None, "", dict.fromkeys(Platform, SURELY)),
        # The server chose what nobody had offered it.
        ((ANDROID,), None, "TLSv1.2", "wrong signature type", {ANDROID: SURELY, IOS: PERHAPS, DEVTOOLS: PERHAPS}),
        ((IOS,), PROTOCOL_VERSION, None, "", dict.fromkeys(Platform, ("TLS_TOO_OLD", True))),
        ((IOS,), None, "TLSv1.1", "unsupported protocol", dict.fromkeys(Platform, ("TLS_TOO_OLD", True))),
        # No word on common ground: somebody else's finding.
        ((IOS,), INTERNAL_ERROR, None, "", {}),
        ((IOS,), None, None, "connection closed", {}),
        ((), HANDSHAKE_FAILURE, None, "", {}),
    ],
)
def test_a_refusal_tells_of_the_client_as_whom_was_asked(as_of, alert, version, error, expected):
    assert told(refused(Question(HOST, as_of), alert, version, error)) == expected


@pytest.mark.parametrize(
    ("offers", "warned"),
    [(frozenset({"TLSv1.3"}), True), (frozenset({"TLSv1.3", "TLSv1.2"}), False), (frozenset(), False), (None, False)],
)
def test_tls_1_3_alone_is_a_warning_for_older_android(offers, warned):
    found = list(too_new(HOST, offers))
    assert [(each.code, each.severity, each.platforms) for each in found] == (
        [("TLS_TOO_NEW", Severity.WARNING, (ANDROID,))] if warned else []
    )
    assert not list(too_new(HOST, offers, (IOS, DEVTOOLS)))


@pytest.mark.parametrize("alert", [PROTOCOL_VERSION, HANDSHAKE_FAILURE])
def test_an_older_system_learns_that_tls_1_3_alone_is_offered(alert):
    (finding,) = refused(Question(HOST, (ANDROID,), older="Android 9"), alert, None, "", (ANDROID,))
    expected = "TLS_TOO_NEW" if alert == PROTOCOL_VERSION else "TLS_NOT_OFFERED"
    assert (finding.code, finding.fails, finding.platforms) == (expected, True, (ANDROID,))
    if alert == PROTOCOL_VERSION:
        assert "Android 9" in message_of(finding).en


def test_an_older_system_is_too_new_for_a_server_as_others_are():
    (finding,) = refused(
        Question(HOST, (ANDROID,), older="Android 9"), None, "TLSv1.1", "unsupported protocol", (ANDROID,)
    )
    assert finding.code == "TLS_TOO_OLD"


@pytest.mark.parametrize(
    ("platform", "user_agent", "client"),
    [
        (ANDROID, "Mozilla/5.0 (Linux; Android 9; V1838A) MicroMessenger/8.0.50", "Android 9"),
        (ANDROID, "Mozilla/5.0 (Linux; U; Android 4.4.4; zh-cn)", "Android 9"),
        (ANDROID, "Mozilla/5.0 (Linux; android 8.1.0; x)", "Android 9"),
        (ANDROID, "Mozilla/5.0 (Linux; Android 10; V1838A)", None),
        (ANDROID, "Mozilla/5.0 (Linux; Android 14; Pixel 8)", None),
        (ANDROID, "MicroMessenger Client MiniProgramEnv/android", None),
        (IOS, "Mozilla/5.0 (iPhone; CPU iPhone OS 12_1_4 like Mac OS X)", "iOS 12.1"),
        (IOS, "Mozilla/5.0 (iPad; CPU OS 11_0 like Mac OS X)", "iOS 12.1"),
        (IOS, "Mozilla/5.0 (iPhone; CPU iPhone OS 12_2 like Mac OS X)", None),
        (IOS, "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)", None),
        (IOS, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_6)", None),
        (DEVTOOLS, "Mozilla/5.0 (Linux; Android 9)", None),
        (ANDROID, "", None),
    ],
)
def test_the_user_agent_tells_which_system_offers_less(platform, user_agent, client):
    offer = older_offer(platform, user_agent)
    assert (offer.client if offer is not None else None) == client
    assert offer is None or (offer.versions == ("TLSv1.2",) and offer.suites == OFFERS[platform].suites)


def test_a_client_certificate_is_a_violation_where_it_is_demanded_and_else_a_note():
    assert client_certificate(HOST, True).fails and client_certificate(HOST, False).severity is Severity.NOTE


def test_a_finding_names_the_client_and_what_the_server_takes():
    (finding,) = agreed(Question(HOST, answers={ANDROID: False}), Agreement("TLSv1.2", GCM, "P-521"), (ANDROID,))
    said = message_of(finding)
    assert "Conscrypt" in said.en and "P-521" in said.en and "key exchange group" in said.en and "P-521" in said.zh


def test_every_name_of_an_offer_has_its_number():
    for offer in OFFERS.values():
        assert set(offer.suites) <= set(SUITES) and set(offer.groups) <= set(GROUPS)
        assert set(offer.signatures) <= set(SIGNATURES)


def test_all_platforms_share_what_each_of_them_offers():
    both = shared(OFFERS.values())
    assert both.groups == ("X25519", "P-256", "P-384") and all(suite.startswith("ECDHE-") for suite in both.suites)
    assert shared((OFFERS[ANDROID],)) is OFFERS[ANDROID]
