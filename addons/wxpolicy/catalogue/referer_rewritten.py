"""REFERER_REWRITTEN: the platform's own Referer was put in, or its version changed.

data: "wanted": the Referer that leaves; where only the version differs: "sent" ("" for none) and "version"

examples:
    {"wanted": "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html"}
    {"wanted": "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html", "sent": "devtools", "version": "0"}
    {"wanted": "https://servicewechat.com/wx0123456789abcdef/0/page-frame.html", "sent": "", "version": "0"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.raw("sent") == "":
        return data.say(
            "Referer 中没有版本号，已补上 {version}", "The Referer carried no version; {version} was put in"
        )
    if data.has("sent"):
        return data.say(
            "Referer 中的版本号 {sent} 已按策略改为 {version}",
            "The version in the Referer was changed from {sent} to {version}, as the policy says",
        )
    return data.say("请求没有 Referer，已补上 {wanted}", "The call carried no Referer; {wanted} was put in")


def fix(data: Values) -> Text:
    if data.has("sent") and data.raw("sent") != "":
        return Text(
            "若服务器按版本号区分，请删去策略中的 version 以保留客户端发送的值。",
            "If the server looks at the version, remove `version` from the policy to keep what the client sends.",
        )
    return Text("无需处理：真机上由客户端自动加上。", "Nothing to do: on a phone the client itself adds it.")


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("Referer 改成了平台的固定值", "Referer set to the platform's own"),
    meaning=Text(
        "小程序的 Referer 是固定的：https://servicewechat.com/{appid}/{version}/page-frame.html。代理按策略补上或改写了它，让服务器看到与正式版相同的值。",
        "A mini-program's Referer is fixed: https://servicewechat.com/{appid}/{version}/page-frame.html. The proxy put it in or changed its version by the policy, so that the server sees what a release build sends.",
    ),
    causes=(
        Text(
            "请求来自模拟器、H5 或测试工具，没有带 Referer",
            "the call came from a simulator, H5 page or test tool without a Referer",
        ),
        Text("policy.yaml 的 version 与客户端的版本不同", "version in policy.yaml differs from the client's"),
    ),
    phone=Text(
        "真机始终发送这个固定的 Referer，没有报错。", "A phone always sends this fixed Referer; there is no error."
    ),
    general_fix=Text(
        "不需要修改。服务器按 Referer 做校验时，请允许 version 为 0、devtools 和各个版本号。",
        "Nothing to fix. A server that checks the Referer must allow version 0, devtools and every release number.",
    ),
    clause="seed-2017 §2",
    source=f"{PAGE_2017}：“网络请求的 referer header 不可设置”",
    message=message,
    fix=fix,
)
