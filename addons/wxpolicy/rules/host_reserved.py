"""HOST_RESERVED: api.weixin.qq.com can be neither listed nor called.

seed-2017 §1: "api.weixin.qq.com 不能被配置为服务器域名，相关API也不能在小程序内调用",
in every edition (platform §1), whatever the lists say.

Passes:
    https://api.example.com/  https://mp.weixin.qq.com/  (the list decides)
Fails:
    https://api.weixin.qq.com/sns/jscode2session  https://API.Weixin.QQ.com./
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.names import named_hosts
from wxpolicy.terms import Text


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding a reserved host."""
    for named in named_hosts(call):
        if named.host.ascii in policy.edition.reserved_hosts:
            yield Finding(
                Code.HOST_RESERVED,
                Text(
                    f"{named.shown}{named.where.zh}不能在小程序里直接调用，也不能配置为服务器域名。",
                    f"{named.shown}{named.where.en} must not be called from a mini-program and can never be listed.",
                ),
                Text(
                    "appsecret 只放在自己的服务器上：由服务器换取 access_token、调用该接口，小程序再调用自己的服务器；"
                    "如果 appsecret 曾写进小程序代码，请立即重置。",
                    "Keep appsecret on your own server: let the server get the access_token and call this interface, and let"
                    " the mini-program call your server. If appsecret was ever in the mini-program's code, reset it now.",
                ),
                "seed-2017 §1",
                subject=named.shown,
            )
