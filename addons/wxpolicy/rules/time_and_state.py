"""What is found when a call meets its timeout, the concurrency limit or the background.

When each of these happens is decided by ``wxpolicy.state``; here stand the words.
``host`` names the call in the message and groups findings; times are milliseconds.
Debug builds skip none of it (platform §2).
"""

from enum import StrEnum

from wxpolicy.editions import Edition
from wxpolicy.editions.edition import Topic
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Api
from wxpolicy.terms import Text


class Stage(StrEnum):
    """How far a call had come when its time was up."""

    QUEUE = "queue"  # still waiting for one of the slots
    HANDSHAKE = "handshake"  # connectSocket: the server has not switched protocols
    UPLOAD = "upload"  # the request body is not all sent
    WAITING = "waiting"  # sent, and no response headers yet
    DOWNLOAD = "download"  # the response body is not complete


def timeout(api: Api, host: str, timeout_ms: int, stage: Stage, edition: Edition, queued_ms: int = 0) -> Finding:
    """TIMEOUT: errno 5, ``fail timeout`` (seed-2017 §2; per-API values, platform §1 [doc])."""
    zh_stage, en_stage = _STAGES[stage]
    waited = Text("", "")
    if queued_ms and stage is not Stage.QUEUE:
        waited = Text(
            f"（其中 {_seconds(queued_ms)} 用于排队等待并发名额）",
            f" ({_seconds(queued_ms)} of them waiting for a free slot)",
        )
    message = Text(
        f"{host} 的 {api.value} 在 {_seconds(timeout_ms)} 内没有完成{waited.zh}：{zh_stage}。超时从发出请求算起，到收完最后一个字节为止。"
        if api is not Api.CONNECT_SOCKET
        else f"{host} 的 connectSocket 在 {_seconds(timeout_ms)} 内没有建立连接{waited.zh}：{zh_stage}。",
        f"{api.value} to {host} was not complete after {_seconds(timeout_ms)}{waited.en}: {en_stage}."
        " The time runs from the request to the last byte of the answer."
        if api is not Api.CONNECT_SOCKET
        else f"connectSocket to {host} had no open socket after {_seconds(timeout_ms)}{waited.en}: {en_stage}.",
    )
    fix = _timeout_fix(api, timeout_ms, stage, edition)
    return Finding(Code.TIMEOUT, message, fix, edition.clauses[Topic.TIMEOUT], subject=host)


def _timeout_fix(api: Api, timeout_ms: int, stage: Stage, edition: Edition) -> Text:
    fix_zh, fix_en = _STAGE_FIXES[stage]
    default_ms = edition.default_timeout_ms
    line = f'"networkTimeout": {{"{api.value}": {default_ms}}}'
    if timeout_ms < default_ms:
        return Text(
            f"{fix_zh}；或在 app.json 里写 {line}，并在 policy.yaml 里写 networkTimeout: {{{api.value}: {default_ms}}}。",
            f"{fix_en}; or write {line} in app.json and networkTimeout: {{{api.value}: {default_ms}}} in policy.yaml.",
        )
    if edition.max_timeout_ms is not None:
        most_s = edition.max_timeout_ms // 1000
        return Text(
            f"{fix_zh}。{most_s} 秒已是平台的最大值，无法再调大。",
            f"{fix_en}. {most_s} s is the platform's maximum and cannot be raised.",
        )
    longer_ms = 2 * timeout_ms
    return Text(
        f'{fix_zh}；确实需要更久时，在 app.json 里写 "networkTimeout": {{"{api.value}": {longer_ms}}}，policy.yaml 的 networkTimeout 同样修改。',
        f'{fix_en}; where it truly takes longer, write "networkTimeout": {{"{api.value}": {longer_ms}}} in app.json'
        " and the same in policy.yaml.",
    )


def interrupted(
    api: Api,
    host: str,
    edition: Edition,
    grace_ms: int,
    *,
    is_open_socket: bool = False,
    begun_in_background: bool = False,
) -> Finding:
    """INTERRUPTED: errno 600003, ``fail interrupted`` (seed-2017 §2, last item)."""
    # Chinese goes on behind a Latin word after a blank.
    if is_open_socket:
        what = Text(f"与 {host} 的 WebSocket 连接", f"the WebSocket to {host}")
    elif begun_in_background:
        what = Text(f"进入后台之后才发起的、对 {host} 的 {api.value} ", f"{api.value} to {host}, begun after that,")
    else:
        what = Text(f"对 {host} 的 {api.value} ", f"{api.value} to {host}")
    message = Text(
        f"小程序进入后台 {_seconds(grace_ms)} 后，{what.zh}仍未结束，被中断。",
        f"The mini-program had been in the background for {_seconds(grace_ms)}: {what.en} was still open and was interrupted.",
    )
    if is_open_socket or api is Api.CONNECT_SOCKET:
        fix = Text(
            "在 App.onHide 里主动 wx.closeSocket，在 App.onShow 里重新 wx.connectSocket，并补取断开期间的消息。",
            "Close the socket yourself in App.onHide, connect again in App.onShow, and fetch what was missed in between.",
        )
    else:
        fix = Text(
            "在 fail 回调里识别 interrupted，记下没有完成的调用，在 App.onShow 里重发；大文件请分片传输，以便从断点继续。",
            "In the fail callback recognise interrupted, keep the call, and send it again in App.onShow;"
            " move large files in parts so that the rest can follow.",
        )
    return Finding(Code.INTERRUPTED, message, _with_pin(fix, edition), "seed-2017 §2", subject=host)


def background_refused(api: Api, host: str, edition: Edition, background_ms: float) -> Finding:
    """BACKGROUND_REFUSED: no call begins until the foreground (seed-2017 §2, last item).

    ``background_ms`` is how long the app had been in the background.
    """
    message = Text(
        f"小程序进入后台已 {_seconds(background_ms)}，此时对 {host} 调用 {api.value}，被拒绝：回到前台之前不能发起网络请求。",
        f"{api.value} to {host} was called {_seconds(background_ms)} after the mini-program went to the background,"
        " and refused: no call may begin before it is back in the foreground.",
    )
    fix = Text(
        "在 App.onHide 里停掉定时器和轮询（clearInterval），在 App.onShow 里再启动并立即刷新一次。",
        "Stop timers and polling in App.onHide (clearInterval); in App.onShow start them again and refresh once.",
    )
    return Finding(Code.BACKGROUND_REFUSED, message, _with_pin(fix, edition), "seed-2017 §2", subject=host)


def concurrency_queued(api: Api, host: str, limit: int, queued_ms: int | None) -> Finding:
    """CONCURRENCY_QUEUED, a note: the call waited. ``queued_ms`` None: it would have (mode observe holds nothing)."""
    if queued_ms is None:
        wait = Text("真机上这次调用会排队等待", "on a phone this one would have waited")
    else:
        wait = Text(
            f"这次调用排队 {_seconds(queued_ms)} 后才发出", f"this one waited {_seconds(queued_ms)} before it was sent"
        )
    message = Text(
        f"已有 {limit} 个 {api.value} 同时进行，达到上限，{wait.zh}（{host}）。",
        f"{limit} calls of {api.value} were running, which is the limit, so {wait.en} ({host}).",
    )
    fix = Text(
        f"合并请求或错开时机，让同时进行的 {api.value} 不超过 {limit} 个；排队的时间也算在超时之内。基础库 1.4.0 之前多出的调用不排队，直接失败。",
        f"Merge or spread the calls so that at most {limit} of {api.value} run at once; waiting counts towards the timeout."
        " Before base library 1.4.0 such a call failed instead.",
    )
    return Finding(Code.CONCURRENCY_QUEUED, message, fix, _limit_clause(api), severity=Severity.NOTE, subject=host)


def concurrency_exceeded(api: Api, host: str, limit: int) -> Finding:
    """CONCURRENCY_EXCEEDED: errno 600007, ``fail exceed max task count`` (platform §3)."""
    message = Text(
        f"已有 {limit} 个 {api.value} 同时进行，达到上限，对 {host} 的这次调用失败。",
        f"{limit} calls of {api.value} were running, which is the limit, so this one to {host} failed.",
    )
    if api is Api.CONNECT_SOCKET:
        fix = Text(
            "先用 SocketTask.close 关闭不用的连接再新建，页面 onUnload 时也要关闭；能共用的连接合并成一个。",
            "Close unused sockets with SocketTask.close before opening another, also in onUnload of a page; share one where you can.",
        )
    else:
        fix = Text(
            f"在代码里自己排队：有调用结束（complete 回调）再发下一个，同时不超过 {limit} 个。若要模拟基础库 1.4.0 起的排队行为，在 policy.yaml 里写 concurrency: {{excess: queue}}。",
            f"Queue in your own code: send the next call in the complete callback of another, at most {limit} at once."
            " To have them wait as they do since base library 1.4.0, write concurrency: {excess: queue} in policy.yaml.",
        )
    return Finding(Code.CONCURRENCY_EXCEEDED, message, fix, _limit_clause(api), subject=host)


def _limit_clause(api: Api) -> str:
    # seed-2017 §2 names three APIs; the limit of sockets is edition current's.
    return "platform §1 [doc]" if api is Api.CONNECT_SOCKET else "seed-2017 §2; platform §1 [doc]"


def _with_pin(fix: Text, edition: Edition) -> Text:
    if not edition.pinned_is_exempt:
        return fix
    return Text(
        fix.zh + f"（{edition.name} 版规则中，置顶聊天的小程序不受此限。）",
        fix.en + f" (In edition {edition.name} a mini-program pinned to the chat top is exempt.)",
    )


def _seconds(ms: float) -> str:
    """Below a second in ms, otherwise in seconds with up to one decimal: "850 ms", "5 s", "61.3 s"."""
    if ms < 1000:
        return f"{round(ms)} ms"
    return f"{ms / 1000:.1f}".removesuffix(".0") + " s"


_STAGES = {
    Stage.QUEUE: Text(
        "一直在排队等待并发名额，没有发到服务器", "it was still waiting for a free slot and never reached the server"
    ),
    Stage.HANDSHAKE: Text("服务器没有完成 WebSocket 握手", "the server did not finish the WebSocket handshake"),
    Stage.UPLOAD: Text("请求内容还没有发完", "the request body was not all sent"),
    Stage.WAITING: Text("服务器没有返回响应头", "the server had sent no response headers"),
    Stage.DOWNLOAD: Text("响应内容还没有收完", "the response body was not complete"),
}
_STAGE_FIXES = {
    Stage.QUEUE: Text(
        "减少同时发起的调用，或缩短占着名额的那些调用",
        "Start fewer calls at once, or shorten those that hold the slots",
    ),
    Stage.HANDSHAKE: Text(
        "检查服务器和反向代理是否支持 WebSocket（Upgrade 和 Connection 头要转发），并尽快返回 101",
        "Check that the server and its reverse proxy speak WebSocket (forward Upgrade and Connection) and answer 101 at once",
    ),
    Stage.UPLOAD: Text(
        "压缩文件或分片上传，并检查服务器的接收速度",
        "Compress the file or upload it in parts, and check how fast the server reads",
    ),
    Stage.WAITING: Text(
        "让服务器更快响应：耗时的任务先返回任务编号，再由小程序轮询结果",
        "Make the server answer sooner: give a job number at once for long work and let the mini-program poll for the result",
    ),
    Stage.DOWNLOAD: Text(
        "缩小响应（分页、压缩）或分段下载，并检查服务器是否中途停住",
        "Make the answer smaller (pages, compression) or fetch it in ranges, and check whether the server stalls",
    ),
}
