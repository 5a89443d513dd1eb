"""api.weixin.qq.com is never callable, in any spelling and even if listed."""

import pytest

from testenv.domain_calls import REQUEST
from testenv.domain_calls import SOCKET
from testenv.domain_calls import carrying
from testenv.domain_calls import current
from testenv.domain_calls import listing
from testenv.domain_calls import named
from testenv.domain_calls import through_tunnel
from testenv.domain_calls import to_host
from testenv.domain_calls import violations
from wxpolicy.call.facts import Where
from wxpolicy.rules.host_reserved import check

LISTS = {"request": ["https://api.weixin.qq.com"]}


@pytest.mark.parametrize(
    "policy", [listing(), listing(**LISTS), current(**LISTS)], ids=["unlisted", "listed", "current"]
)
@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("api.weixin.qq.com", True),
        ("API.WeiXin.qq.COM", True),
        ("api.weixin.qq.com.", True),
        ("api。weixin。qq。com", True),
        ("api%2eweixin.qq.com", True),
        ("mp.weixin.qq.com", False),
        ("weixin.qq.com", False),
        ("a.api.weixin.qq.com", False),
        ("api.weixin.qq.com.example.com", False),
    ],
)
def test_reserved_in_any_spelling(host, refused, policy):
    assert violations(check(to_host(host), REQUEST, policy)) == ["HOST_RESERVED"] * refused


def test_every_place_and_every_api():
    fronted = carrying(named(Where.SNI, "api.example.com"), named(Where.HOST, "api.weixin.qq.com"))
    assert violations(check(fronted, REQUEST, listing())) == ["HOST_RESERVED"]
    assert violations(check(through_tunnel("api.weixin.qq.com", scheme="wss"), SOCKET, listing())) == ["HOST_RESERVED"]
