"""QQ mini-programs. Their rules are WeChat's of 2017 with ports, 20 entries a list, and a reserved host of their own.

The rules are the platform's documentation ("qq [doc]"); Referer words and User-Agents were seen in clients. errno is
not documented: there is no number, and errMsg has the texts that QQ took over from WeChat.
"""

from dataclasses import replace
from types import MappingProxyType

from wxpolicy.editions.edition import AppidForm
from wxpolicy.editions.edition import ErrorForm
from wxpolicy.editions.edition import Failure
from wxpolicy.editions.edition import PortRule
from wxpolicy.editions.edition import Topic
from wxpolicy.editions.edition import VersionForm
from wxpolicy.editions.referer_form import RefererForm
from wxpolicy.editions.wechat_2017 import EDITION as WECHAT_2017
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Text

EDITION = replace(
    WECHAT_2017,
    name="qq",
    title=Text("QQ 小程序", "QQ mini-programs"),
    other_names=("qq-miniapp", "qqmini"),
    superseded_by=None,
    appid=AppidForm(
        r"[1-9][0-9]{5,17}",
        "",
        Text("应为 QQ 小程序的数字 AppID，或 any", "expected the digits of a QQ mini-program's AppID, or any"),
    ),
    # [seen]: "debug", "invalidVersion", and dotted numbers such as 1.6.2.18.
    version=VersionForm(
        words=("0", "devtools", "debug", "invalidVersion"),
        release=r"[0-9]{1,9}(\.[0-9]{1,9}){0,4}",
        expected=Text(
            '应为 "0"、devtools、debug、invalidVersion 或正式版的版本号（如 1.6.2.18）',
            'expected "0", devtools, debug, invalidVersion, or the version of a release (like 1.6.2.18)',
        ),
    ),
    referer=RefererForm("https://appservice.qq.com/{appid}/{version}/page-frame.html"),
    # [seen]: "QQ/MiniApp"; on iOS also "QQ/8.x ... CFNetwork".
    user_agents=(
        (Client.IOS, ("qq/miniapp", "iphone")),
        (Client.IOS, ("qq/miniapp", "ipad")),
        (Client.ANDROID, ("qq/miniapp", "android")),
        (Client.IOS, ("qq/", "cfnetwork/")),
    ),
    request_marks=MappingProxyType({}),
    plugin_header=None,
    # [doc]: a port matches exactly, and an explicit :443 fails if the entry has none; also for WebSockets.
    ports=MappingProxyType(dict.fromkeys(Api, PortRule.EXACT)),
    # [doc].
    reserved_hosts=frozenset({"api.q.qq.com"}),
    max_entries=20,
    # WeChat's base libraries are not QQ's.
    earlier_limits=MappingProxyType({}),
    errors=MappingProxyType(
        {
            **{failure: ErrorForm(None, form.reason) for failure, form in WECHAT_2017.errors.items()},
            # Chromium's numbers are in WeChat's texts.
            Failure.CERTIFICATE: ErrorForm(None, ""),
        }
    ),
    # [doc]: its pages say the same as WeChat's of 2017 about domains and requests, and nothing about responses.
    clauses=MappingProxyType({**dict.fromkeys(Topic, "qq [doc]"), Topic.BOM: WECHAT_2017.clauses[Topic.BOM]}),
    cites=MappingProxyType({"seed-2017 §1": "qq [doc]", "seed-2017 §2": "qq [doc]"}),
)
