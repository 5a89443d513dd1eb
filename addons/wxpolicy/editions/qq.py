"""QQ mini-programs. Their rules are WeChat's of 2017 with ports, 20 entries a list, and a reserved host of their own.

The rules are the platform's documentation ("qq [doc]"); Referer words and
User-Agents were seen in clients. errno is documented nowhere: no number is
claimed, and errMsg is said in the words that QQ took over from WeChat.
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
    # [doc]: a port matches exactly, and a spelled :443 fails where the entry has none; for sockets too.
    ports=MappingProxyType(dict.fromkeys(Api, PortRule.EXACT)),
    # [doc].
    reserved_hosts=frozenset({"api.q.qq.com"}),
    max_entries=20,
    # WeChat's base libraries are not QQ's.
    earlier_limits=MappingProxyType({}),
    errors=MappingProxyType(
        {
            **{failure: ErrorForm(None, form.reason) for failure, form in WECHAT_2017.errors.items()},
            # Chromium's numbers are WeChat's words.
            Failure.CERTIFICATE: ErrorForm(None, ""),
        }
    ),
    # [doc]: its own pages have what WeChat's of 2017 says of domains and of requests; of answers they say nothing.
    clauses=MappingProxyType({**dict.fromkeys(Topic, "qq [doc]"), Topic.BOM: WECHAT_2017.clauses[Topic.BOM]}),
    cites=MappingProxyType({"seed-2017 §1": "qq [doc]", "seed-2017 §2": "qq [doc]"}),
)
