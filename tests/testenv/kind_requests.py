"""Requests as a mini-program, an H5 build and its development server send them, for the tests of what a request is."""

import pytest

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import CarriedName
from wxpolicy.call.facts import Where

IMAGES = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PREFLIGHT = {"origin": "https://h5.example.com", "access-control-request-method": "POST"}
OWN = {"origin": "http://localhost:5173"}


def request(headers=None, *, method="GET", host="api.example.com", port=None, scheme="https", path="/", has_body=False):
    return CallFacts("10.0.0.2", method, scheme, (CarriedName(Where.HOST, host, port),), path, headers or {}, has_body)


def dev(headers=None, *, path="/", scheme="http"):
    return request(headers, host="localhost", port=5173, scheme=scheme, path=path)


def each_of(table):
    """For a test of (case, facts, what it is without a mini-program's Referer, what it is with one)."""
    return pytest.mark.parametrize(("case", "facts", "alone", "in_app"), table, ids=[row[0] for row in table])
