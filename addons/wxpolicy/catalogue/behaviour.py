"""Time, slots, the background and the Referer: what a client does with calls that are allowed."""

from wxpolicy.catalogue.entry import OBSERVED
from wxpolicy.catalogue.entry import PAGE_2017
from wxpolicy.catalogue.entry import PAGE_CURRENT
from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code
from wxpolicy.terms import Text

ENTRIES = (
    Entry(
        Code.TIMEOUT,
        Text("超时", "Timeout"),
        Text(
            "从发起调用到收完最后一个字节，超过了超时时间。默认 60 秒；2017 版 60 秒也是最大值。",
            "The call took longer than its timeout, from its start to the last byte. The default is 60 s, in edition 2017 also the maximum.",
        ),
        (
            Text(
                "接口做完全部工作才返回（导出、生成报表、调用第三方）",
                "the server finishes long work before it answers (exports, reports, third parties)",
            ),
            Text("大文件在慢速网络上传或下载", "a large file over a slow network"),
            Text("app.json 的 networkTimeout 写得太小", "networkTimeout in app.json is too small"),
            Text("WebSocket 握手被网关挡住", "a gateway holds up the WebSocket handshake"),
        ),
        Text(
            "进入 fail：errno 5，errMsg “request:fail timeout”。打开调试也一样。",
            'fail runs: errno 5, errMsg "request:fail timeout". With debugging on as well.',
        ),
        Text(
            "耗时的工作先返回任务编号，再轮询结果；大文件分片或压缩；确实需要时调整 app.json 的 networkTimeout。",
            "Answer long work with a job number and poll for the result; split or compress large files; where truly needed raise networkTimeout in app.json.",
        ),
        "seed-2017 §2; platform §1 [doc]",
        f"{PAGE_2017}：“默认超时时间和最大超时时间都是 60s”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.INTERRUPTED,
        Text("进入后台后被中断", "Interrupted in the background"),
        Text(
            "小程序进入后台 5 秒后，没有完成的网络请求会被中断。2017 版中置顶聊天的小程序除外。",
            "Calls that are unfinished 5 s after the mini-program went to the background are interrupted. Edition 2017 exempts one that is pinned to the chat top.",
        ),
        (
            Text(
                "用户在上传或支付途中切换应用、锁屏",
                "the user switched apps or locked the screen during an upload or a payment",
            ),
            Text("WebSocket 长连接没有在 onHide 里关闭", "a socket was not closed in onHide"),
        ),
        Text(
            "进入 fail：errno 600003，errMsg “request:fail interrupted”（新客户端为 network interrupted error）。打开调试也一样。",
            'fail runs: errno 600003, errMsg "request:fail interrupted" (newer clients: network interrupted error). With debugging on as well.',
        ),
        Text(
            "在 fail 里识别 interrupted，回到前台（App.onShow）后重发；大文件分片；socket 在 onHide 关闭、onShow 重连。",
            "Recognise interrupted in fail and send the call again in App.onShow; move large files in parts; close sockets in onHide and connect again in onShow.",
        ),
        "seed-2017 §2",
        f"{PAGE_2017}：“如果 5s 内网络请求没有结束，会回调错误信息 fail interrupted”",
    ),
    Entry(
        Code.BACKGROUND_REFUSED,
        Text("在后台发起的调用被拒绝", "Call begun in the background"),
        Text(
            "小程序进入后台满 5 秒后，回到前台之前不能发起新的网络请求。2017 版中置顶聊天的小程序除外。",
            "Once a mini-program has been in the background for 5 s, no call may begin before it is back in the foreground. Edition 2017 exempts one that is pinned to the chat top.",
        ),
        (
            Text("定时器或轮询没有在 onHide 停止", "a timer or poll was not stopped in onHide"),
            Text("埋点、心跳在后台继续发送", "statistics or heartbeats go on in the background"),
        ),
        Text(
            "立即进入 fail：errno 600003，errMsg “request:fail interrupted”。打开调试也一样。",
            'fail runs at once: errno 600003, errMsg "request:fail interrupted". With debugging on as well.',
        ),
        Text(
            "在 App.onHide 里停掉定时器，把要发的数据存下来，在 App.onShow 里再发。",
            "Stop timers in App.onHide, keep what is to be sent, and send it in App.onShow.",
        ),
        "seed-2017 §2",
        f"{PAGE_2017}：“在回到前台之前，网络请求接口调用都会无法调用”",
    ),
    Entry(
        Code.CONCURRENCY_QUEUED,
        Text("达到并发上限，排队", "Call queued for a free slot"),
        Text(
            "同时进行的调用已达上限（request、uploadFile、downloadFile 各 10 个），多出的调用排队等待。",
            "As many calls as allowed were running (10 each of request, uploadFile, downloadFile), so this one waited.",
        ),
        (
            Text("页面加载时一次发出几十个请求", "a page starts dozens of calls at once"),
            Text("慢接口长时间占着名额", "slow calls hold the slots"),
        ),
        Text(
            "调用正常完成，只是更晚；排队的时间计入超时。基础库 1.4.0 之前会直接失败。",
            "The call completes, only later; waiting counts towards its timeout. Before base library 1.4.0 it failed.",
        ),
        Text(
            "合并接口，首屏以外的请求延后，慢接口单独优化。",
            "Merge calls, start those that the first screen does not need later, and speed up the slow ones.",
        ),
        "seed-2017 §2; platform §1 [doc]",
        f"{PAGE_2017}：“最大并发限制是 10 个”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.CONCURRENCY_EXCEEDED,
        Text("超过并发上限，失败", "Too many calls at once"),
        Text(
            "同时进行的调用已达上限，多出的调用失败：connectSocket（现行规则最多 5 个），或基础库 1.4.0 之前的 request。",
            "As many calls as allowed were running and this one failed: connectSocket (at most 5 under today's rules), or request before base library 1.4.0.",
        ),
        (
            Text("重连时没有关闭旧的 socket", "the old socket was not closed before connecting again"),
            Text("每个页面各开一个 socket", "each page opens a socket of its own"),
        ),
        Text(
            "立即进入 fail：errno 600007，errMsg “request:fail exceed max task count”。打开调试也一样。",
            'fail runs at once: errno 600007, errMsg "request:fail exceed max task count". With debugging on as well.',
        ),
        Text(
            "先关闭不用的 socket 再新建；自己排队，让同时进行的调用不超过上限。",
            "Close unused sockets before opening more; queue calls yourself so that no more than allowed run at once.",
        ),
        "seed-2017 §2; platform §1 [doc]",
        f"{PAGE_2017}：“最大并发限制是 10 个”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.REFERER_REWRITTEN,
        Text("Referer 改成了平台的固定值", "Referer set to the platform's own"),
        Text(
            "小程序的 Referer 是固定的：https://servicewechat.com/{appid}/{version}/page-frame.html。代理按策略补上或改写了它，让服务器看到与正式版相同的值。",
            "A mini-program's Referer is fixed: https://servicewechat.com/{appid}/{version}/page-frame.html. The proxy put it in or"
            " changed its version by the policy, so that the server sees what a release build sends.",
        ),
        (
            Text(
                "请求来自模拟器、H5 或测试工具，没有带 Referer",
                "the call came from a simulator, H5 page or test tool without a Referer",
            ),
            Text("policy.yaml 的 version 与客户端的版本不同", "version in policy.yaml differs from the client's"),
        ),
        Text(
            "真机始终发送这个固定的 Referer，没有报错。", "A phone always sends this fixed Referer; there is no error."
        ),
        Text(
            "不需要修改。服务器按 Referer 做校验时，请允许 version 为 0、devtools 和各个版本号。",
            "Nothing to fix. A server that checks the Referer must allow version 0, devtools and every release number.",
        ),
        "seed-2017 §2",
        f"{PAGE_2017}：“网络请求的 referer header 不可设置”",
    ),
    Entry(
        Code.REFERER_FORGED,
        Text("请求自己设置了 Referer", "Referer set by the caller"),
        Text(
            "请求带的 Referer 不是平台给这个小程序的固定值，代理会换成固定值。小程序不能设置 Referer，真机会忽略代码里写的值。",
            "The call carries a Referer other than the platform's for this mini-program; the proxy puts the fixed one in its place."
            " A mini-program cannot set it, and a phone ignores what the code says.",
        ),
        (
            Text("代码在 header 里写了 referer", "the code puts referer into header"),
            Text("图片防盗链依赖自定义的 Referer", "hotlink protection relies on a Referer of one's own"),
        ),
        Text(
            "真机改发固定的 Referer，不报错；依赖自定义值的服务器会拒绝请求。",
            "A phone sends the fixed Referer without an error; a server that relies on another value refuses the call.",
        ),
        Text(
            "去掉代码里的 referer，改用自定义请求头或签名参数。",
            "Remove referer from the code; use a header of your own or a signed parameter instead.",
        ),
        "seed-2017 §2",
        f"{PAGE_2017}：“网络请求的 referer header 不可设置”",
    ),
    Entry(
        Code.NETWORK_ERROR,
        Text("网络错误", "Network failure"),
        Text(
            "没有收到完整的响应：域名解析失败、连接被拒绝或重置、服务器中途断开，或客户端自己取消。",
            "No complete answer came: the name did not resolve, the connection was refused or reset, the server stopped half-way, or the client gave up.",
        ),
        (
            Text(
                "服务器没有监听，或防火墙、网关重置了连接",
                "the server does not listen, or a firewall or gateway reset the connection",
            ),
            Text("域名没有解析记录", "the name has no DNS record"),
            Text("页面关闭时调用了 abort()", "abort() ran when the page closed"),
        ),
        Text(
            "进入 fail，errMsg 以 “request:fail” 开头，其余随客户端而异；connectSocket 为 errno 605103。打开调试也一样。",
            'fail runs; errMsg begins with "request:fail", the rest differs by client; connectSocket has errno 605103. With debugging on as well.',
        ),
        Text(
            "检查 DNS、服务器端口、网关与 CDN 的日志；在 fail 回调里提示并允许重试。",
            "Check DNS, the server's port and the logs of gateway and CDN; tell the user in fail and allow another try.",
        ),
        "seed-2017 §3; platform §3",
        f"{PAGE_2017}：“只要成功接收到服务器返回”; {OBSERVED}",
    ),
)
