"""The texts for what a report cannot show: traffic that was not judged, and what never reaches the proxy."""

from collections.abc import Mapping
from collections.abc import Sequence
from types import MappingProxyType

from wxpolicy.call.record import SessionFacts
from wxpolicy.terms import Scope
from wxpolicy.terms import Text
from wxpolicy.url.hosts import read_host
from wxreport.english import plural
from wxreport.english import times

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "other": Text("其他应用的请求", "requests of other apps"),
        "image": Text("图片", "images"),
        "preflight": Text("CORS 预检请求（只有 H5 才有）", "CORS preflights (H5 builds only)"),
        "page": Text("网页", "web pages"),
        "asset": Text("脚本、样式、字体等网页资源", "scripts, styles, fonts and the like of web pages"),
        "media": Text("音频和视频", "audio and video"),
        "dev_server": Text("开发服务器的热更新连接", "a development server's reload traffic"),
        "browser": Text("浏览器自身的后台请求", "the browser's own background traffic"),
        "excluded": Text("policy.yaml 中 exclude 排除的请求", "requests excluded by `exclude` in policy.yaml"),
        "webview": Text("web-view 页面", "web-view pages"),
        "mmtls": Text("微信 mmtls 连接", "WeChat mmtls connections"),
        "quic": Text("被拦截而改走 TCP 的 QUIC 连接", "QUIC connections blocked in favour of TCP"),
        "raw": Text("其他原始隧道", "other raw connections"),
        "udp": Text("未经检查转发的 UDP 流量", "UDP traffic that passed unjudged"),
        "local_address": Text(
            "被拒绝的对本机地址的请求（不是调用）", "refused requests to addresses of this machine (not calls)"
        ),
        "beyond_bounds": Text(
            "超过代理上限而结束的连接或请求（不是调用）",
            "connections and requests beyond a limit of the proxy (not calls)",
        ),
        "taken_back": Text("发出后立即取消的请求", "requests cancelled right after they were sent"),
        "local": Text("浏览器内部的地址（data:、blob: 等）", "addresses inside the browser (data:, blob:, ...)"),
    }
)

# What to check if a live session saw no call; the first two and the last apply in any scope.
NO_CALLS = (
    Text(
        "客户端的代理设置是否指向本机？如果停止代理后它的网页仍能打开，说明流量没有经过代理",
        "Does the client use this proxy? If its pages still load with the proxy stopped, it does not",
    ),
    Text("证书是否已安装并完全信任？", "Is the certificate installed and fully trusted?"),
    Text(
        "scope 为 miniprogram 时只检查带小程序 Referer 的请求；测试工具与 H5 请用 --scope all",
        "In scope miniprogram only calls with a mini-program's Referer are judged; for test tools and H5 use --scope all",
    ),
    Text(
        "policy.yaml 中的 appid 正确吗？不确定时可写 any", "Is the appid in policy.yaml right? If in doubt, write any"
    ),
    Text(
        "客户端自己的域名校验关了吗？没有关闭时，不允许的请求根本不会发出",
        "Is the client's own domain check off? If not, it never sends forbidden calls",
    ),
)

_IN_ANY_SCOPE = (*NO_CALLS[:2], NO_CALLS[-1])
# If nothing in a capture file was judged, by the scope.
NO_CALLS_IN_A_CAPTURE: Mapping[Scope, Sequence[Text]] = MappingProxyType(
    {
        Scope.MINIPROGRAM: (
            Text(
                "scope 为 miniprogram 时只检查带小程序 Referer（https://servicewechat.com/…）的请求；浏览器、测试工具与 H5 的抓包请用 --scope all",
                "In scope miniprogram only calls with a mini-program's Referer (https://servicewechat.com/...) are judged;"
                " for captures of browsers, test tools and H5 try --scope all",
            ),
            Text(
                "policy.yaml 中的 appid 是抓包文件中的小程序吗？不确定时可写 any",
                "Is the appid in policy.yaml that of the capture? If in doubt, write any",
            ),
        ),
        Scope.ALL: (
            Text(
                "抓包文件中有 HTTP(S) 请求吗？图片、隧道和浏览器内部的地址不检查",
                "Does the capture contain HTTP(S) calls? Images, tunnels and addresses inside the browser are not judged",
            ),
        ),
    }
)

# platform §4, §6 and §9: true for every session, whatever was recorded.
NEVER_SEEN = (
    Text(
        "https 地址里显式的 :443（隧道总会带端口号）", "an explicit :443 in an https URL (a tunnel always has a port)"
    ),
    Text(
        "客户端自己已拒绝的请求：请先关闭它的域名校验", "calls that the client itself refused: switch off its own check"
    ),
    Text(
        "不经过代理的流量：QUIC（HTTP/3）、forceCellularNetwork、云托管 callContainer",
        "traffic that bypasses the proxy: QUIC (HTTP/3), forceCellularNetwork, callContainer",
    ),
    Text(
        "wx.getImageInfo 取的图片：它的域名要配置在 downloadFile 中，但请求可能与 <image> 的一样，按图片放行",
        "images that wx.getImageInfo fetches: their hosts must be under downloadFile, but the requests may look like those"
        " of <image>, which pass as images",
    ),
    Text(
        "手机上过期的域名列表：删除小程序后重新打开，或在开发者工具「详情-域名信息」刷新",
        "an outdated domain list on the device: delete the mini-program and open it again, or refresh the list in the devtools",
    ),
)


def hints(session: SessionFacts) -> Sequence[Text]:
    """What to check if no call was judged; empty if the damage explains it."""
    if session.unread:
        return ()
    if session.is_capture:
        return NO_CALLS_IN_A_CAPTURE[Scope.ALL if session.scope == Scope.ALL else Scope.MINIPROGRAM]
    return _IN_ANY_SCOPE if session.scope == Scope.ALL else NO_CALLS


def foreign(appid: str, count: int) -> Text:
    return Text(
        f"小程序 {appid} 发出了 {count} 次请求：如要检查，请用另一个 --policy 为它添加策略文件，或把现有策略的 appid 改成它的（或 any）",
        f"mini-program {appid} made {plural(count, 'call')}: to judge them, add a policy file for it with another --policy, or change the appid of a policy to its appid (or to any)",
    )


def untrusting(device: str, host: str, count: int) -> Text:
    if not read_host(host).has_plain_labels:
        return Text(
            f"设备 {device} 上访问 {host} 的应用拒绝这个名称的证书（{count} 次）：主机名不能有下划线，每段也不能以 - 开头或结尾，请给服务器换一个域名",
            f"on {device}, the app that calls {host} refuses a certificate for that name ({times(count)}): a host name must not contain an underscore, or a label that starts or ends with a hyphen; use another name for the server",
        )
    return Text(
        f"设备 {device} 上访问 {host} 的应用不信任代理的证书（{count} 次）：如果是小程序，请安装证书并开启完全信任",
        f"on {device}, the app that calls {host} does not trust the proxy's certificate ({times(count)}): if it is the mini-program, install the certificate and trust it fully",
    )


def passed_by(option: str, host: str, count: int) -> Text:
    return Text(
        f"由于选项 {option}，到 {host} 的 {count} 个连接未经检查直接通过",
        f"because of the option {option}, {plural(count, 'connection')} to {host} passed unjudged",
    )


def unopened(hosts: Sequence[str], more: int) -> Text:
    shown = Text(f"，另有 {more} 个", f" and {more} more") if more else Text("", "")
    return Text(
        f"不解密、直接转发，内容未检查：{'、'.join(hosts)}{shown.zh}",
        f"forwarded without decryption, not judged: {', '.join(hosts)}{shown.en}",
    )
