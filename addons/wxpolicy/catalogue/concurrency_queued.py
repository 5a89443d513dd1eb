"""CONCURRENCY_QUEUED: all slots were taken, so the call waited for one.

data: "host", "api", "limit": how many may run at once,
    "queued_ms": how long it waited, null where nothing was held and it would have

examples:
    {"host": "api.example.com", "api": "request", "limit": 10, "queued_ms": 1500}
    {"host": "api.example.com", "api": "request", "limit": 10, "queued_ms": null}
"""

from wxpolicy.catalogue.wording.durations import seconds
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    waited = seconds(data, "queued_ms")
    return data.say(
        "已有 {limit} 个 {api} 同时进行，达到上限，{wait}（{host}）。",
        "{limit} calls of {api} were running, which is the limit, so {wait} ({host}).",
        wait=Text(f"这次调用排队 {waited} 后才发出", f"this one waited {waited} before it was sent")
        if data.has("queued_ms")
        else Text("真机上这次调用会排队等待", "on a phone this one would have waited"),
    )


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.NETWORK,
    title=Text("达到并发上限，排队", "Call queued for a free slot"),
    meaning=Text(
        "同时进行的调用已达上限（request、uploadFile、downloadFile 各 10 个），多出的调用排队等待。",
        "As many calls as allowed were running (10 each of request, uploadFile, downloadFile), so this one waited.",
    ),
    causes=(
        Text("页面加载时一次发出几十个请求", "a page starts dozens of calls at once"),
        Text("慢接口长时间占着名额", "slow calls hold the slots"),
    ),
    phone=Text(
        "调用正常完成，只是更晚；排队的时间不计入超时。基础库 1.4.0 之前会直接失败。",
        "The call completes, only later; waiting does not count towards its timeout. Before base library 1.4.0 it failed.",
    ),
    general_fix=Text(
        "合并接口，首屏以外的请求延后，慢接口单独优化。",
        "Merge calls, start those that the first screen does not need later, and speed up the slow ones.",
    ),
    clause="seed-2017 §2; platform §1 [doc]",
    source=f"{PAGE_2017}：“最大并发限制是 10 个”; {PAGE_CURRENT}",
    message=message,
    fix=Text(
        "合并请求或错开时机，让同时进行的 {api} 不超过 {limit} 个；排队的时间不算在超时之内。基础库 1.4.0 之前多出的调用不排队，直接失败。",
        "Merge or spread the calls so that at most {limit} of {api} run at once; waiting does not count towards the timeout."
        " Before base library 1.4.0 such a call failed instead.",
    ),
)
