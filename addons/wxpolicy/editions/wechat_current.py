"""WeChat's documentation of today, where it differs from that of 2017 (platform §1)."""

from dataclasses import replace
from types import MappingProxyType

from wxpolicy.editions.edition import PortRule
from wxpolicy.editions.edition import Topic
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.terms import Api
from wxpolicy.terms import Text

EDITION = replace(
    WECHAT_2017,
    name="current",
    title=Text("微信小程序，现行文档", "WeChat mini-programs, documentation of today"),
    other_names=("latest", "now"),
    superseded_by=None,
    # platform §1 [doc]: an https entry may carry a port and matches exactly, "even :443 fails"; wss: every port.
    ports=MappingProxyType({**dict.fromkeys(Api, PortRule.EXACT), Api.CONNECT_SOCKET: PortRule.ANY}),
    # platform §1 [doc].
    has_lan=True,
    # platform §1 [doc].
    max_entries=200,
    # platform §1 [doc]: five sockets at once.
    limits=MappingProxyType({**WECHAT_2017.limits, Api.CONNECT_SOCKET: 5}),
    earlier_limits=MappingProxyType({}),
    # platform §1 [doc]: there is no maximum any more.
    max_timeout_ms=None,
    # platform §1 [doc]: a timeout of a single call overrides networkTimeout, also a longer one, and is not on the wire.
    has_per_call_timeout=True,
    # platform §1: the clause about pinned mini-programs was removed.
    pinned_is_exempt=False,
    # platform §1 [doc]: base library 3.2.2.
    has_manual_redirect=True,
    # platform §3 [seen].
    max_file_bytes=200 * 1024 * 1024,
    # platform §1: exactly one is stripped.
    strips_every_bom=False,
    clauses=MappingProxyType(dict.fromkeys(Topic, "platform §1 [doc]")),
    console="开发-开发设置-服务器域名",
)
