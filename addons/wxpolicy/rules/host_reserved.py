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
from wxpolicy.rules.stage import Stage

STAGE = Stage.TARGET


def check(call: CallFacts, classification: Classification, policy: Policy) -> Iterator[Finding]:
    """One finding per reserved host."""
    for named in named_hosts(call):
        if named.host.ascii in policy.edition.reserved_hosts:
            yield Finding(Code.HOST_RESERVED, named.data)
