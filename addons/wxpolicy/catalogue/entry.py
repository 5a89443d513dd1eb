"""One page of the catalogue: what a code means, on a phone and at a desk."""

from dataclasses import dataclass

from wxpolicy.finding import ALL_PLATFORMS
from wxpolicy.finding import Code
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

# Where the clauses come from, for ``Entry.source``. [doc]: official documentation; [seen]: observed in
# clients or captured traffic, varies by version; [said]: what developers report.
PAGE_2017 = "微信官方文档《关于小程序中网络相关API的说明》(2017) [doc]"
PAGE_CURRENT = "https://developers.weixin.qq.com/miniprogram/dev/framework/ability/network.html [doc]"
APPLE_ATS = "Apple App Transport Security (NSAppTransportSecurity) [doc]"
APPLE_13 = "https://support.apple.com/103769 (HT210176) [doc]"
APPLE_398_DAYS = "https://support.apple.com/102028 (HT211025) [doc]"
OBSERVED = "observed in clients [seen]"


@dataclass(frozen=True, slots=True)
class Entry:
    """``phone`` says what a release build does: errno and errMsg, or what else can be noticed.

    ``platforms`` are those on which the code can be a violation or a warning;
    where it is only ever a note, those that it concerns. ``clause`` is the
    sentence of the specification or the fact behind the rule, ``source`` the
    document that says so, with its mark, quoted in its own language where it is short.
    ``fix`` is the general fix; a finding's own fix names the host and the line.
    """

    code: Code
    title: Text
    meaning: Text
    causes: tuple[Text, ...]
    phone: Text
    fix: Text
    clause: str
    source: str
    platforms: tuple[Platform, ...] = ALL_PLATFORMS
