"""TIMEOUT: the call was not complete when its time was up.

data: "host", "api", "timeout_ms", "queued_ms": how long the call waited for a slot before,
    "stage": "queue", "handshake", "upload", "waiting" or "download", how far it had come,
    "raise_to_ms": what could be set instead, absent where the platform allows no more ("max_ms"),
    "is_own_limit": true where the policy's limit is below the platform's default,
    "is_own_time": true where the code may have given the call a time of its own, so that it was not ended,
    "has_time": the APIs that the call may be as well, and that have more time

examples:
    {"host": "api.example.com", "api": "request", "timeout_ms": 60000, "queued_ms": 0, "stage": "download", "raise_to_ms": 120000, "is_own_time": true}
    {"host": "api.example.com", "api": "request", "timeout_ms": 60000, "queued_ms": 1200, "stage": "waiting", "max_ms": 60000}
    {"host": "api.example.com", "api": "request", "timeout_ms": 3000, "queued_ms": 0, "stage": "upload", "raise_to_ms": 60000, "is_own_limit": true}
    {"host": "api.example.com", "api": "request", "timeout_ms": 60000, "queued_ms": 0, "stage": "download", "raise_to_ms": 120000}
    {"host": "api.example.com", "api": "request", "timeout_ms": 850, "queued_ms": 850, "stage": "queue", "raise_to_ms": 60000, "is_own_limit": true}
    {"host": "api.example.com", "api": "request", "timeout_ms": 3000, "queued_ms": 0, "stage": "download", "raise_to_ms": 60000, "is_own_limit": true, "has_time": ["downloadFile"]}
    {"host": "api.example.com", "api": "connectSocket", "timeout_ms": 60000, "queued_ms": 0, "stage": "handshake", "max_ms": 60000}
"""

from wxpolicy.catalogue.wording.durations import seconds
from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.catalogue.wording.sources import PAGE_CURRENT
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text

_STAGES = {
    "queue": Text(
        "一直在排队等待并发名额，没有发到服务器", "it was still waiting for a free slot and never reached the server"
    ),
    "handshake": Text("服务器没有完成 WebSocket 握手", "the server did not finish the WebSocket handshake"),
    "upload": Text("请求内容还没有发完", "the request body was not all sent"),
    "waiting": Text("服务器没有返回响应头", "the server had sent no response headers"),
    "download": Text("响应内容还没有收完", "the response body was not complete"),
}
_FIXES = {
    "queue": Text(
        "减少同时发起的调用，或缩短占着名额的那些调用",
        "Start fewer calls at once, or shorten those that hold the slots",
    ),
    "handshake": Text(
        "检查服务器和反向代理是否支持 WebSocket（Upgrade 和 Connection 头要转发），并尽快返回 101",
        "Check that the server and its reverse proxy speak WebSocket (forward Upgrade and Connection) and answer 101 at once",
    ),
    "upload": Text(
        "压缩文件或分片上传，并检查服务器的接收速度",
        "Compress the file or upload it in parts, and check how fast the server reads",
    ),
    "waiting": Text(
        "让服务器更快响应：耗时的任务先返回任务编号，再由小程序轮询结果",
        "Make the server answer sooner: give a job number at once for long work and let the mini-program poll for the result",
    ),
    "download": Text(
        "缩小响应（分页、压缩）或分段下载，并检查服务器是否中途停住",
        "Make the answer smaller (pages, compression) or fetch it in ranges, and check whether the server stalls",
    ),
}


def message(data: Values) -> Text:
    stage = data.raw("stage")
    more: dict[str, Text | str] = {
        "limit": seconds(data, "timeout_ms"),
        "stage": _STAGES.get(str(stage), _STAGES["download"]),
        "waited": _waited(data) if stage != "queue" and data.number("queued_ms") else "",
    }
    if data.raw("api") == "connectSocket":
        return data.say(
            "{host} 的 connectSocket 在 {limit} 内没有建立连接{waited}：{stage}。",
            "connectSocket to {host} had no open socket after {limit}{waited}: {stage}.",
            **more,
        )
    return data.say(
        "{host} 的 {api} 在 {limit} 内没有完成{waited}：{stage}。超时从发出请求算起，到收完最后一个字节为止。",
        "{api} to {host} was not complete after {limit}{waited}: {stage}."
        " The time runs from the request to the last byte of the answer.",
        **more,
    )


def fix(data: Values) -> Text:
    if data.flag("is_own_time"):
        return data.say(
            "调用时写的 timeout 优先于 networkTimeout，代理看不到，因此没有中断。没有写 timeout 时会失败：{fix}",
            "A timeout that the code gives with the call beats networkTimeout and is not on the wire, so the call was not"
            " ended. Without one it fails: {fix}",
            fix=_fix(data),
        )
    if data.has("has_time"):
        return data.say(
            "从流量看也可能是 {other}，它的时间更长，因此没有中断。如果代码用的是 wx.{api}：{fix}",
            "By the traffic it may be {other} as well, which has more time, so the call was not ended. If the code calls"
            " wx.{api}: {fix}",
            other=Text(*["、".join(f"wx.{api}" for api in data.texts("has_time"))] * 2),
            fix=_fix(data),
        )
    return _fix(data)


def _fix(data: Values) -> Text:
    shorter = _FIXES.get(str(data.raw("stage")), _FIXES["download"])
    if not data.has("raise_to_ms"):
        return data.say(
            "{shorter}。{limit}已是平台的最大值，无法再调大。",
            "{shorter}. {limit} is the platform's maximum and cannot be raised.",
            shorter=shorter,
            limit=Text(f"{_most(data)} 秒", f"{_most(data)} s"),
        )
    if data.flag("is_own_limit"):
        return data.say(
            '{shorter}；或在 app.json 里写 "networkTimeout": {"{api}": {raise_to_ms}}，并在 policy.yaml 里写 networkTimeout: {{api}: {raise_to_ms}}。',
            '{shorter}; or write "networkTimeout": {"{api}": {raise_to_ms}} in app.json and networkTimeout: {{api}: {raise_to_ms}} in policy.yaml.',
            shorter=shorter,
        )
    return data.say(
        '{shorter}；确实需要更久时，在 app.json 里写 "networkTimeout": {"{api}": {raise_to_ms}}，policy.yaml 的 networkTimeout 同样修改。',
        '{shorter}; where it truly takes longer, write "networkTimeout": {"{api}": {raise_to_ms}} in app.json'
        " and the same in policy.yaml.",
        shorter=shorter,
    )


def _waited(data: Values) -> Text:
    waited = seconds(data, "queued_ms")
    return Text(
        f"（之前另有 {waited} 在排队等待并发名额，不计入）",
        f" (and {waited} before, for a free slot, which do not count)",
    )


def _most(data: Values) -> str:
    return seconds(data, "max_ms" if data.has("max_ms") else "timeout_ms").removesuffix(" s")


ENTRY = Entry(
    family=Family.BEHAVIOUR,
    known=Known.DOCUMENTED,
    failure=Failure.TIMEOUT,
    title=Text("超时", "Timeout"),
    meaning=Text(
        "从发起调用到收完最后一个字节，超过了超时时间。默认 60 秒；2017 版 60 秒也是最大值。",
        "The call took longer than its timeout, from its start to the last byte. The default is 60 s, in edition 2017 also the maximum.",
    ),
    causes=(
        Text(
            "接口做完全部工作才返回（导出、生成报表、调用第三方）",
            "the server finishes long work before it answers (exports, reports, third parties)",
        ),
        Text("大文件在慢速网络上传或下载", "a large file over a slow network"),
        Text("app.json 的 networkTimeout 写得太小", "networkTimeout in app.json is too small"),
        Text("WebSocket 握手被网关挡住", "a gateway holds up the WebSocket handshake"),
    ),
    phone=Text(
        "进入 fail：errno 5，errMsg “request:fail timeout”。打开调试也一样。",
        'fail runs: errno 5, errMsg "request:fail timeout". With debugging on as well.',
    ),
    general_fix=Text(
        "耗时的工作先返回任务编号，再轮询结果；大文件分片或压缩；确实需要时调整 app.json 的 networkTimeout。",
        "Answer long work with a job number and poll for the result; split or compress large files; where truly needed raise networkTimeout in app.json.",
    ),
    clause="seed-2017 §2; platform §1 [doc]",
    source=f"{PAGE_2017}：“默认超时时间和最大超时时间都是 60s”; {PAGE_CURRENT}",
    message=message,
    fix=fix,
)
