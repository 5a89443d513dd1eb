"""The texts of the phone's page, in both languages."""

from wxgate.phone.standing import Standing
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import Phase
from wxpolicy.terms import Text

WORDS = {
    "title": Text("小程序代理", "Mini-program proxy"),
    "other": Text("English", "中文"),
    "device": Text("本设备 {}：这里只显示本设备的内容。", "This device is {}. Only its own data is shown here."),
    "step_reach": Text("连上代理", "Proxy reached"),
    "step_proxy": Text("流量经过代理", "Traffic goes through the proxy"),
    "step_certificate": Text("本浏览器信任证书", "This browser trusts the certificate"),
    "step_app": Text("小程序的调用", "Calls of a mini-program"),
    "host": Text("主机名", "Host name"),
    "port": Text("端口", "Port"),
    "notices_itself": Text("设置好之后，本页会自动进入下一步。", "Once it is set, this page continues automatically."),
    "testing": Text("正在用 HTTPS 测试…", "Testing over HTTPS…"),
    "not_trusted": Text("尚未信任：请安装代理的证书。", "Not trusted yet. Install the proxy's certificate."),
    "fetched_not_trusted": Text(
        "证书已下载，但尚未信任：通常是没有安装，或没有打开完全信任。",
        "Downloaded but not trusted yet. Most often it was not installed, or full trust was not turned on.",
    ),
    "older": Text(
        "本浏览器信任的是这个代理以前的证书：请安装现在的证书，并删除旧的。",
        "This browser trusts an older certificate of this proxy. Install the current one, and remove the old one.",
    ),
    "profile": Text("下载描述文件", "Download the profile"),
    "download": Text("下载证书", "Download the certificate"),
    "made": Text("{}，生成于 {}，SHA-256 {}… 其他格式：", "{}, created on {}, SHA-256 {}… Other formats:"),
    "no_file": Text("代理的证书文件无法读取。", "The proxy's certificate file cannot be read."),
    "refusing": Text(
        "本设备上的应用拒绝了代理的证书：{}。如果其中有小程序的域名，说明微信还不信任证书。",
        "Apps on this device refused the proxy's certificate: {}. If a domain of the mini-program is among them, WeChat does not trust the certificate yet.",
    ),
    "calls": Text("最近的调用", "Last calls"),
    "debug_only": Text("仅调试可用：正式版会失败", "Debug-only: fails in a release build"),
    "fix": Text("修复：", "Fix:"),
    "everything": Text("前台与后台", "Foreground and background"),
    "nameless": Text("没有 Referer 的调用", "calls without a Referer"),
    "unfinished": Text("{} 个未结束的调用", "unfinished calls: {}"),
    "causes": Text("连不上？常见原因", "No calls? Common causes"),
    "no_script": Text("本页用 JavaScript 测试证书；没有启用时请手动刷新。", "This page tests the certificate with JavaScript. Without it, reload the page yourself."),
}  # fmt: skip
STANDINGS = {
    Standing.NO_PROXY: Text("下一步：把手机的代理设为这台电脑。", "Next: set this computer as the phone's proxy."),
    Standing.PROXIED: Text("流量已经过代理，正在测试证书…", "Traffic goes through the proxy. Testing the certificate…"),
    Standing.NO_CERTIFICATE: Text("下一步：安装并信任证书。", "Next: install the certificate and trust it."),
    Standing.OLDER_CERTIFICATE: Text("下一步：换成现在的证书。", "Next: install the current certificate."),
    Standing.TRUSTED: Text(
        "证书已受信任。下一步：打开小程序。", "The certificate is trusted. Next: open the mini-program."
    ),
    Standing.SEEN: Text("设置完成：已收到小程序的调用。", "Setup is complete: the mini-program's calls arrive."),
    Standing.REFUSED: Text(
        "已收到小程序的调用，其中有失败的，原因见下。",
        "The mini-program's calls arrive, and some of them fail. The reasons are below.",
    ),
}
# Instead of "all is set", if a release build would fail calls that pass now.
SEEN_DEBUG_ONLY = Text(
    "已收到小程序的调用，其中有仅调试可用的，正式版会失败，原因见下。",
    "The mini-program's calls arrive, and some of them work with debugging on only. The reasons are below.",
)
PHASES = {
    Phase.FOREGROUND: Text("前台", "foreground"),
    Phase.EXEMPT: Text("后台（置顶，不受限）", "background (pinned: exempt)"),
    Phase.GRACE: Text("刚进入后台", "background, calls still running"),
    Phase.BACKGROUND: Text("后台", "background"),
}
BUTTONS = {
    Change.BACKGROUND: Text("进入后台", "To the background"),
    Change.FOREGROUND: Text("回到前台", "To the foreground"),
    Change.PINNED: Text("置顶", "Pin"),
    Change.UNPINNED: Text("取消置顶", "Unpin"),
}
