"""REFERER_FORGED: the call set a Referer of its own.

data: "sent": what it set, "wanted": the Referer that leaves in its place

examples:
    {"sent": "https://example.com/", "wanted": "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("请求自己设置了 Referer", "Referer set by the caller"),
    meaning=Text(
        "请求带的 Referer 不是平台给这个小程序的固定值，代理会换成固定值。小程序不能设置 Referer，真机会忽略代码里写的值。",
        "The call carries a Referer other than the platform's for this mini-program; the proxy puts the fixed one in its place. A mini-program cannot set it, and a phone ignores what the code says.",
    ),
    causes=(
        Text("代码在 header 里写了 referer", "the code puts referer into header"),
        Text("图片防盗链依赖自定义的 Referer", "hotlink protection relies on a Referer of one's own"),
    ),
    phone=Text(
        "真机改发固定的 Referer，不报错；依赖自定义值的服务器会拒绝请求。",
        "A phone sends the fixed Referer without an error; a server that relies on another value refuses the call.",
    ),
    general_fix=Text(
        "去掉代码里的 referer，改用自定义请求头或签名参数。",
        "Remove referer from the code; use a header of your own or a signed parameter instead.",
    ),
    clause="seed-2017 §2",
    source=f"{PAGE_2017}：“网络请求的 referer header 不可设置”",
    message=Text(
        "请求自带的 Referer「{sent}」不是平台的固定值，已替换为 {wanted}",
        "The call set its own Referer ({sent}); it was replaced with {wanted}",
    ),
    fix=Text(
        "小程序无法设置 Referer：请删去代码里的 header.Referer，服务器也不要依赖其他值。",
        "A mini-program cannot set the Referer: remove header.Referer from the code, and do not let the server rely on it.",
    ),
)
