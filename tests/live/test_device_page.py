"""A device's own page steers that device, and nobody else's does."""

from testenv.browser import opened_tab
from testenv.devices import APPID
from testenv.devices import CALL
from testenv.devices import OTHER_DEVICE
from testenv.devices import THIS_DEVICE
from testenv.devices import URL
from testenv.devices import device_order
from testenv.devices import device_page
from testenv.devices import orders
from testenv.devices import token_of


def test_a_device_steers_itself_only(proxy, steering):
    for source in (THIS_DEVICE, OTHER_DEVICE):
        assert device_page(proxy, source).status == 200
    mine, others = token_of(device_page(proxy)), token_of(device_page(proxy, OTHER_DEVICE))
    assert mine and others and mine != others
    # A token of another device, none, and a made up one.
    for token in (others, "", "0" * len(mine)):
        assert device_order(proxy, {"state": "background", "token": token}).status == 403
    # Nothing in the form names a device.
    answer = device_order(
        proxy, {"state": "background", "token": mine, "device": OTHER_DEVICE}, Origin="http://miniprogram.test"
    )
    assert (answer.status, answer.headers["location"]) == (303, "/")
    proxy.stop()
    assert orders(proxy) == [(THIS_DEVICE, "any", "background", "device page")]
    assert proxy.records() == []


def test_pages_on_the_device_cannot_use_its_token(proxy, steering):
    token = token_of(device_page(proxy))
    for headers in ({"Origin": "http://evil.example.com"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert device_order(proxy, {"state": "background", "token": token}, **headers).status == 403
    assert device_order(proxy, {"state": "asleep", "token": token}).status == 400
    page = device_page(proxy)
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert not [name for name in page.headers if name.startswith("access-control-")]
    assert not orders(proxy)


def test_the_device_page_works_in_a_browser(proxy, steering):
    assert proxy.clients.python_request(URL, headers=CALL).status == 200
    with opened_tab(proxy.port, proxy.ca_pem) as tab:
        tab.go("http://miniprogram.test/")
        assert APPID in tab.run("document.body.textContent")
        tab.run("document.querySelector('button[value=background]').click()")
        assert steering.wait_for(lambda apps: apps[THIS_DEVICE]["state"] == "grace")
        tab.wait_until(
            "document.readyState === 'complete' && /background|后台/.test(document.querySelector('.states li b').textContent)"
        )
    assert orders(proxy) == [(THIS_DEVICE, "any", "background", "device page")]
