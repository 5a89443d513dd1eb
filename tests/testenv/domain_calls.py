"""Calls, classifications and policies for tests of the domain rules, written as one reads them."""

from types import MappingProxyType

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Classification
from wxpolicy.call.facts import Where
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.editions.wechat_current import EDITION as WECHAT_CURRENT
from wxpolicy.policy import ListedDomain
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Confidence
from wxpolicy.url.urls import read_url

REQUEST = Classification((Api.REQUEST,), Confidence.LIKELY)
UPLOAD = Classification((Api.UPLOAD_FILE,), Confidence.LIKELY)
DOWNLOAD = Classification((Api.DOWNLOAD_FILE,), Confidence.DECLARED)
SOCKET = Classification((Api.CONNECT_SOCKET,), Confidence.EXACT)
BARE_GET = Classification((Api.REQUEST, Api.DOWNLOAD_FILE), Confidence.AMBIGUOUS)

PHONE = "192.168.1.5"


def named(where, host, port=None):
    return CarriedName(where, host, port)


def carrying(*names, scheme="https", device=PHONE):
    return CallFacts(device, "GET", scheme, tuple(names))


def to_host(host, port=None, scheme="https", device=PHONE):
    """A call whose only name is its Host header."""
    return carrying(CarriedName(Where.HOST, host, port), scheme=scheme, device=device)


def through_tunnel(host, port=443, spelled_port=None, scheme="https", device=PHONE):
    """A call as an explicit proxy sees it: CONNECT, SNI and Host."""
    return carrying(
        CarriedName(Where.CONNECT, host, port),
        CarriedName(Where.SNI, host),
        CarriedName(Where.HOST, host, spelled_port),
        scheme=scheme,
        device=device,
    )


def listing(edition=WECHAT_2017, **lists):
    """A policy from ``request=["https://api.example.com"]`` and so on."""
    domains = {}
    for api, entries in lists.items():
        urls = [(entry, read_url(entry)) for entry in entries]
        domains[Api(api)] = tuple(ListedDomain(text, url.scheme, url.host.ascii, url.port) for text, url in urls)
    return Policy(edition=edition, domains=MappingProxyType(domains))


def current(**lists):
    return listing(WECHAT_CURRENT, **lists)


def codes(findings):
    return [finding.code.value for finding in findings]


def violations(findings):
    return [finding.code.value for finding in findings if finding.fails]
