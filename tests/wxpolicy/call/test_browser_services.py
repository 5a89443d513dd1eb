"""A browser's own background traffic is not a call; a page that calls the same host makes one."""

from testenv.kind_requests import each_of
from testenv.kind_requests import request
from wxpolicy.call.kinds import Kind
from wxpolicy.call.kinds import kind_of

TABLE = [
    ("Chromium's updates", request(method="POST", host="update.googleapis.com"), Kind.BROWSER, Kind.CALL),
    ("Chromium's components", request(host="edgedl.me.gvt1.com"), Kind.BROWSER, Kind.CALL),
    ("Firefox's settings", request(host="firefox.settings.services.mozilla.com"), Kind.BROWSER, Kind.CALL),
    (
        "Chromium's account list",
        request(
            {
                "origin": "https://www.google.com",
                "sec-fetch-site": "none",
                "content-type": "application/x-www-form-urlencoded",
            },
            method="POST",
            host="accounts.google.com",
        ),
        Kind.BROWSER,
        Kind.CALL,
    ),
    (
        "a page without TLS that calls such a host",
        request({"origin": "http://h5.example.com"}, host="accounts.google.com"),
        Kind.CALL,
        Kind.CALL,
    ),
    (
        "a page that calls such a host",
        request({"origin": "https://h5.example.com", "sec-fetch-site": "cross-site"}, host="accounts.google.com"),
        Kind.CALL,
        Kind.CALL,
    ),
]


@each_of(TABLE)
def test_kind(case, facts, alone, in_app):
    assert kind_of(facts, is_miniprogram=False) is alone
    assert kind_of(facts, is_miniprogram=True) is in_app
