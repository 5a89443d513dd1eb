"""Whose connections are forwarded unopened, and when they are looked into again."""

from types import SimpleNamespace

import pytest
from mitmproxy import connection
from mitmproxy.test import taddons

from wxgate.connections.client_trust import TRIED_ANEW_AFTER_S
from wxgate.connections.client_trust import ClientTrust
from wxgate.phone.arrivals import Arrivals
from wxgate.recording.counters import Counters
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxpolicy.terms import Api
from wxpolicy.terms import Scope
from wxreport.unjudged import untrusting

HOST = "other.example.com"


@pytest.fixture(autouse=True)
def options():
    with taddons.context() as context:
        context.options.add_option("onboarding_host", str, "mitm.it", "")
        yield


class Phone:
    def __init__(self, address="10.0.0.2"):
        self.now = 1000.0
        self.handshakes = []
        self.told = []
        self.arrivals = Arrivals(lambda _: None)
        self.trust = ClientTrust(
            PolicySource(),
            Counters(),
            lambda *told: self.handshakes.append(told),
            self.told.append,
            self.arrivals,
            lambda: self.now,
        )
        self.address = address

    def _context(self, host):
        client = connection.Client(peername=(self.address, 50000), sockname=("10.0.0.1", 8080))
        client.sni = host
        return SimpleNamespace(client=client, server=connection.Server(address=(host, 443)))

    def is_passed_unopened(self, host=HOST):
        data = SimpleNamespace(context=self._context(host), ignore_connection=False)
        self.trust.tls_clienthello(data)
        return data.ignore_connection

    def refuses(self, host=HOST):
        context = self._context(host)
        conn = SimpleNamespace(error="The client does not trust the proxy's certificate")
        self.trust.tls_failed_client(SimpleNamespace(context=context, conn=conn))

    def completes(self, host):
        self.trust.tls_established_client(SimpleNamespace(context=self._context(host)))


@pytest.fixture
def phone():
    return Phone()


def test_a_host_is_passed_unopened_once_it_was_refused_twice(phone):
    phone.refuses()
    assert not phone.is_passed_unopened()
    phone.refuses()
    assert phone.is_passed_unopened() and not phone.is_passed_unopened("another.example.com")


def test_what_was_refused_before_the_certificate_was_installed_is_tried_anew(phone):
    phone.refuses()
    phone.refuses()
    phone.completes("www.example.com")
    assert not phone.is_passed_unopened()


def test_an_app_that_pins_its_certificate_is_left_alone_on_a_device_that_trusts(phone):
    phone.completes("www.example.com")
    phone.refuses()
    phone.refuses()
    phone.completes("www.example.com")
    assert phone.is_passed_unopened()


def test_each_host_is_tried_anew_after_a_bounded_time(phone):
    phone.refuses()
    phone.refuses()
    phone.now += TRIED_ANEW_AFTER_S - 1
    assert phone.is_passed_unopened()
    phone.now += 2
    assert not phone.is_passed_unopened()
    phone.refuses()
    assert phone.is_passed_unopened()


def test_a_person_may_have_a_host_looked_into_all_the_same():
    phone = Phone()
    for _ in range(2):
        phone.refuses()
    assert phone.is_passed_unopened()
    assert phone.trust.unopened() == [{"host": HOST, "devices": ["10.0.0.2"], "looked_into": False}]
    phone.trust.look_into(HOST, wanted=True)
    assert not phone.is_passed_unopened()
    assert phone.trust.unopened()[0]["looked_into"]
    phone.trust.look_into(HOST, wanted=False)
    assert phone.is_passed_unopened()


def test_the_phones_own_page_is_always_looked_into_and_its_refusals_are_recorded_once():
    phone = Phone()
    for _ in range(5):
        phone.refuses("miniprogram.test")
    assert not phone.is_passed_unopened("miniprogram.test")
    assert len(phone.handshakes) == 1
    assert phone.arrivals.of("10.0.0.2").browser == "refused"
    assert phone.trust.refusing("10.0.0.2") == []


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("other.example.com", "does not trust the proxy's certificate"),
        ("my_host.example.com", "refuses a certificate for that name"),
        ("-a.example.com", "refuses a certificate for that name"),
        ("例子.测试", "does not trust the proxy's certificate"),
        ("192.168.1.20", "does not trust the proxy's certificate"),
    ],
)
def test_a_name_that_is_no_host_name_is_said_in_place_of_a_missing_certificate(phone, host, words):
    phone.refuses(host)
    (told,) = phone.told
    assert words in told.en and words in untrusting("10.0.0.2", host, 1).en


@pytest.mark.parametrize(
    ("exclude", "passes"), [((), False), (("*.example.com",), True), (("another.example.com",), False)]
)
def test_where_every_call_counts_only_an_excluded_host_is_passed_unopened(phone, exclude, passes):
    phone.trust.source.policies = PolicySet([Policy(scope=Scope.ALL, exclude=exclude)])
    phone.refuses()
    phone.refuses()
    assert phone.is_passed_unopened() is passes


@pytest.mark.parametrize(
    ("case", "listing", "passes"), [("the second one lists it", HOST, False), ("neither does", "b.example.com", True)]
)
def test_of_several_policies_one_that_lists_a_host_has_it_opened(phone, case, listing, passes):
    listed = {Api.UPLOAD_FILE: (ListedDomain(f"https://{listing}", "https", listing),)}
    phone.trust.source.policies = PolicySet(
        [Policy("wx00000000000000aa"), Policy("wx00000000000000bb", domains=listed)]
    )
    phone.refuses()
    phone.refuses()
    assert phone.is_passed_unopened() is passes
