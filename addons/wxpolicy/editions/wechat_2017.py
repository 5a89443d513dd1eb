"""WeChat's documentation of network APIs of 2017 (seed-2017): the specification, and the default."""

from types import MappingProxyType

from wxpolicy.editions.edition import AppidForm
from wxpolicy.editions.edition import EarlierLimit
from wxpolicy.editions.edition import Edition
from wxpolicy.editions.edition import ErrorForm
from wxpolicy.editions.edition import Failure
from wxpolicy.editions.edition import PortRule
from wxpolicy.editions.edition import Topic
from wxpolicy.editions.edition import VersionForm
from wxpolicy.editions.referer_form import RefererForm
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.terms import Text

EDITION = Edition(
    name="2017",
    title=Text("微信小程序，2017 版文档", "WeChat mini-programs, documentation of 2017"),
    other_names=("seed", "seed-2017"),
    superseded_by="current",
    appid=AppidForm(
        r"wx[0-9a-z]{16}",
        "wx",
        Text("应为 wx 加 16 位小写字母或数字，或 any", "expected wx and 16 lower-case letters or digits, or any"),
    ),
    # seed-2017 §2: "版本号为 0 表示为开发版、体验版以及审核版本，版本号为 devtools 表示为开发者工具，其余为正式版本".
    version=VersionForm(
        words=("0", "devtools"),
        # More than a platform will ever use; keeps a pasted number of thousands of digits out of every Referer.
        release=r"[1-9][0-9]{0,17}",
        expected=Text(
            '应为 "0"（开发版、体验版、审核版）、devtools 或正式版的数字版本号（Referer 里的那个，不是 1.0.0 这样的名称）',
            'expected "0" (develop, trial, audit), devtools, or the number of a release, as in the Referer '
            "(not a name like 1.0.0)",
        ),
    ),
    development_version="0",
    # seed-2017 §2: "其格式固定为".
    referer=RefererForm("https://servicewechat.com/{appid}/{version}/page-frame.html"),
    # platform §4, User-Agent.
    user_agents=(
        (Client.DEVTOOLS, ("wechatdevtools/",)),
        # platform §9: the devtools of 2016 and 2017.
        (Client.DEVTOOLS, ("appservice webview/",)),
        (Client.WINDOWS, ("miniprogramenv/windows",)),
        (Client.WINDOWS, ("windowswechat",)),
        (Client.MAC, ("miniprogramenv/mac",)),
        (Client.MAC, ("macwechat",)),
        # [said]: derived from the pattern of the others.
        (Client.LINUX, ("miniprogramenv/linux",)),
        (Client.LINUX, ("linuxwechat",)),
        # [seen]: WeCom on a Mac sends "wxwork/4.1.36 (MicroMessenger/6.2)" without macwechat.
        (Client.MAC, ("wxwork/", "macintosh")),
        # platform §9: HarmonyOS NEXT. Before it, HarmonyOS was an Android.
        (Client.HARMONY, ("micromessenger/", "openharmony")),
        (Client.HARMONY, ("micromessenger/", "arkweb/")),
        *(
            (client, (app, system))
            for client, system in ((Client.IOS, "iphone"), (Client.IOS, "ipad"), (Client.ANDROID, "android"))
            for app in ("micromessenger/", "miniprogramenv/")
        ),
        # platform §9: an iPad in desktop style.
        (Client.IOS, ("micromessenger/", "macintosh")),
    ),
    # platform §9 [seen]: wx.request always sends it, a download never.
    request_marks=MappingProxyType({Client.ANDROID: ("charset", "utf-8")}),
    # "plugin [doc]": its calls carry the mini-program's Referer and a signature, which names no plugin. Plugins are
    # younger than the page of 2017; a client that sends the header has them.
    plugin_header="x-wechat-hostsign",
    # seed-2017 §1: "域名只支持 https (request、uploadFile、downloadFile) 和 wss (connectSocket) 协议".
    schemes=MappingProxyType({**dict.fromkeys(Api, "https"), Api.CONNECT_SOCKET: "wss"}),
    # seed-2017 §1: "且不能带端口号".
    ports=MappingProxyType(dict.fromkeys(Api, PortRule.NEVER)),
    # seed-2017 §1: "域名不能使用 IP 地址或 localhost".
    has_lan=False,
    # seed-2017 §1: appsecret and access_token belong on the developer's own server.
    reserved_hosts=frozenset({"api.weixin.qq.com"}),
    max_entries=None,
    # platform §1 [doc]: no PATCH, since 2016.
    methods=frozenset({"OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT"}),
    # seed-2017 §2: ten for each of three APIs; the page names no limit of sockets.
    limits=MappingProxyType({**dict.fromkeys(Api, 10), Api.CONNECT_SOCKET: None}),
    # platform §1 [doc].
    earlier_limits=MappingProxyType({Api.CONNECT_SOCKET: EarlierLimit(1, "1.7.0")}),
    # platform §1 [doc]: more are queued since base library 1.4.0; sockets beyond a limit fail.
    excess=MappingProxyType({**dict.fromkeys(Api, "queue"), Api.CONNECT_SOCKET: "fail"}),
    # seed-2017 §2: "默认超时时间和最大超时时间都是 60s".
    default_timeout_ms=60_000,
    max_timeout_ms=60_000,
    has_per_call_timeout=False,
    # seed-2017 §2: "如果 5s 内网络请求没有结束", "（非置顶聊天）".
    grace_ms=5_000,
    pinned_is_exempt=True,
    max_file_bytes=None,
    # seed-2017 §3: "小程序会自动对 BOM 头进行过滤".
    strips_every_bom=True,
    # platform §1 [seen].
    followed_redirects=frozenset({301, 302, 307}),
    # Since base library 3.2.2.
    has_manual_redirect=False,
    # platform §3. Texts vary by client version; errno families do not. Where the sheet gives an
    # older and a newer text, this is the newer one.
    errors=MappingProxyType(
        {
            Failure.NOT_LISTED: ErrorForm(600002, "url not in domain list:{host}"),
            Failure.REDIRECT_NOT_LISTED: ErrorForm(600002, "redirect url not in domain list:{host}"),
            Failure.CERTIFICATE: ErrorForm(600001, "errcode:{number} cronet_error_code:{number} error_msg:net::{name}"),
            Failure.URL_INVALID: ErrorForm(600009, "invalid URL"),
            Failure.TIMEOUT: ErrorForm(5, "timeout"),
            Failure.BACKGROUND: ErrorForm(600003, "interrupted"),
            Failure.OVER_THE_LIMIT: ErrorForm(600007, "exceed max task count"),
            Failure.CONVERSION: ErrorForm(602302, "response data convert to UTF8 fail"),
            Failure.FILE_TOO_LARGE: ErrorForm(603301, "exceed max file size"),
            # platform §9: there is no source for 605103.
            Failure.SOCKET: ErrorForm(None, ""),
            Failure.NETWORK: ErrorForm(None, ""),
        }
    ),
    clauses=MappingProxyType(
        {
            Topic.ADDRESS: "seed-2017 §1",
            Topic.PORT: "seed-2017 §1",
            Topic.TIMEOUT: "seed-2017 §2",
            Topic.BOM: "seed-2017 §3",
        }
    ),
    # seed-2017 §1: "小程序后台-设置-开发设置-服务器域名".
    console="设置-开发设置-服务器域名",
    category_names=MappingProxyType(
        {
            Api.REQUEST: "request合法域名",
            Api.UPLOAD_FILE: "uploadFile合法域名",
            Api.DOWNLOAD_FILE: "downloadFile合法域名",
            Api.CONNECT_SOCKET: "socket合法域名",
        }
    ),
)
