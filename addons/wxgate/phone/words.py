"""The texts of the phone's page, in both languages."""

from wxgate.phone.standing import Standing
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.lifecycle import Phase
from wxpolicy.terms import Text

WORDS = {
    "title": Text("小程序代理", "Mini-program proxy"),
    "other": Text("English", "中文"),
    "device": Text("本设备 {}：这里只有本设备的内容。", "This device is {}: nothing of any other stands here."),
    "step_reach": Text("到达代理", "The proxy is reached"),
    "step_proxy": Text("流量经过代理", "Traffic comes through the proxy"),
    "step_certificate": Text("本浏览器信任证书", "This browser trusts the certificate"),
    "step_app": Text("小程序的调用", "Calls of a mini-program"),
    "host": Text("主机名", "Host name"),
    "port": Text("端口", "Port"),
    "notices_itself": Text("设好之后，本页会自己进到下一步。", "Once it is set, this page goes on by itself."),
    "testing": Text("正在用 HTTPS 测试…", "Trying it over HTTPS…"),
    "not_trusted": Text("还不信任：请安装代理的证书。", "Not trusted yet: install the proxy's certificate."),
    "fetched_not_trusted": Text(
        "证书已下载，但还不受信任：多半是只下载了没有安装，或装了没有打开完全信任。",
        "Fetched, and not trusted yet: most often it was not installed, or full trust was not turned on.",
    ),
    "older": Text(
        "本浏览器信任的是这个代理以前的证书，不是现在这张：请安装现在的证书，并删掉旧的。",
        "This browser trusts an older certificate of this proxy, not the one of now: install this one, and remove the old.",
    ),
    "profile": Text("下载描述文件", "Download the profile"),
    "download": Text("下载证书", "Download the certificate"),
    "made": Text("{}，生成于 {}，SHA-256 {}… 其他格式：", "{}, made on {}, SHA-256 {}… Other forms:"),
    "no_file": Text("代理的证书文件读不到。", "The proxy's certificate file cannot be read."),
    "refusing": Text(
        "本设备上的应用拒绝了代理的证书：{}。如果那是小程序的域名，微信还不信任证书。",
        "Apps on this device refused the proxy's certificate: {}. If that is the mini-program's domain, WeChat does not trust the certificate yet.",
    ),
    "calls": Text("最近的调用", "Last calls"),
    "debug_only": Text("仅调试可用：正式版会失败", "Debug-only: fails in a release build"),
    "fix": Text("修复：", "Fix:"),
    "everything": Text("前台与后台", "Foreground and background"),
    "nameless": Text("没有 Referer 的请求", "calls without a Referer"),
    "unfinished": Text("{} 个未结束的请求", "unfinished calls: {}"),
    "causes": Text("连不上？常见原因", "Nothing arrives? The usual causes"),
    "no_script": Text("本页需要 JavaScript 来测试证书；没有它请手动刷新。", "This page tests the certificate by JavaScript; without it, reload by hand."),
}  # fmt: skip
STANDINGS = {
    Standing.NO_PROXY: Text("下一步：把手机的代理设为这台电脑。", "Next: point the phone's proxy at this computer."),
    Standing.PROXIED: Text("流量已经过代理，正在测试证书…", "Traffic comes through; the certificate is being tried…"),
    Standing.NO_CERTIFICATE: Text("下一步：安装并信任证书。", "Next: install the certificate and trust it."),
    Standing.OLDER_CERTIFICATE: Text("下一步：换成现在的证书。", "Next: change to the certificate of now."),
    Standing.TRUSTED: Text("证书可用。下一步：打开小程序。", "The certificate works. Next: open the mini-program."),
    Standing.SEEN: Text("都好了：小程序的调用正常进来。", "All is set: the mini-program's calls arrive."),
    Standing.REFUSED: Text(
        "小程序的调用进来了，其中有失败的：见下面的原因。",
        "The mini-program's calls arrive, and some of them fail: the reasons stand below.",
    ),
}
# Instead of "all is set", if a release build would fail calls that pass now.
SEEN_DEBUG_ONLY = Text(
    "小程序的调用正常进来，其中有的只在调试时可用，正式版会失败：见下面的原因。",
    "The mini-program's calls arrive, and some of them work with debugging on alone: the reasons stand below.",
)
PHASES = {
    Phase.FOREGROUND: Text("前台", "foreground"),
    Phase.EXEMPT: Text("后台（置顶，不受限）", "background (pinned: exempt)"),
    Phase.GRACE: Text("刚进入后台", "background, its calls still live"),
    Phase.BACKGROUND: Text("后台", "background"),
}
BUTTONS = {
    Change.BACKGROUND: Text("进入后台", "To the background"),
    Change.FOREGROUND: Text("回到前台", "To the foreground"),
    Change.PINNED: Text("置顶", "Pin"),
    Change.UNPINNED: Text("取消置顶", "Unpin"),
}
