"""A method that wx.request does not know works in a browser and not in a mini-program."""

import pytest

from testenv.domain_calls import BARE_GET
from testenv.domain_calls import DOWNLOAD
from testenv.domain_calls import REQUEST
from testenv.domain_calls import UPLOAD
from testenv.domain_calls import codes
from wxpolicy.catalogue import message_of
from wxpolicy.editions import EDITIONS
from wxpolicy.rules.method_not_supported import check
from wxpolicy.terms import Client

FOUND = ["METHOD_NOT_SUPPORTED"]


@pytest.mark.parametrize("edition", EDITIONS.values(), ids=EDITIONS)
@pytest.mark.parametrize(
    ("case", "method", "classification", "client", "expected"),
    [
        ("an H5 build patches", "PATCH", REQUEST, Client.UNKNOWN, FOUND),
        ("in small letters", "patch", REQUEST, Client.UNKNOWN, FOUND),
        ("WebDAV", "PROPFIND", REQUEST, Client.UNKNOWN, FOUND),
        ("put", "PUT", REQUEST, Client.UNKNOWN, []),
        ("delete", "DELETE", REQUEST, Client.UNKNOWN, []),
        ("a bare get", "GET", BARE_GET, Client.UNKNOWN, []),
        ("WeChat itself has taken it", "PATCH", REQUEST, Client.ANDROID, []),
        ("the devtools have taken it", "PATCH", REQUEST, Client.DEVTOOLS, []),
        ("an upload is always POST", "POST", UPLOAD, Client.UNKNOWN, []),
        ("declared as a download", "GET", DOWNLOAD, Client.UNKNOWN, []),
    ],
)
def test_what_wx_request_does_not_know_is_a_warning(case, method, classification, client, expected, edition):
    findings = list(check(method, "api.example.com", classification, client, edition))
    assert codes(findings) == expected
    for finding in findings:
        assert not finding.fails and method in message_of(finding).en
