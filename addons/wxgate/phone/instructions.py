"""What to do next on this device: set the proxy, and trust the certificate."""

from wxgate.phone.visitor import System
from wxgate.phone.visitor import Visitor
from wxpolicy.terms import Text

# From this version on, apps trust only the system's certificates unless they opt in.
ANDROID_WITHOUT_USER_CERTIFICATES = 7
# From this version on, a CA can only be installed in the settings.
ANDROID_BY_SETTINGS = 11

_SET_PROXY = {
    System.IOS: Text(
        "设置 → 无线局域网 → 当前网络右边的 (i) → 配置代理 → 手动，填服务器和端口，存储。",
        "Settings → Wi-Fi → the (i) beside this network → Configure Proxy → Manual: server and port, then Save.",
    ),
    System.ANDROID: Text(
        "设置 → WLAN → 当前网络的详情（或长按 → 修改网络）→ 代理 → 手动，填主机名和端口，保存。",
        "Settings → Wi-Fi → this network's details (or hold it → Modify) → Proxy → Manual: host name and port, then Save.",
    ),
    System.HARMONY: Text(
        "设置 → WLAN → 当前网络的详情 → 代理 → 手动，填主机名和端口，保存。",
        "Settings → WLAN → this network's details → Proxy → Manual: host name and port, then Save.",
    ),
    System.DEVTOOLS: Text(
        "开发者工具：设置 → 代理设置 → 手动设置代理，填主机和端口。",
        "Devtools: Settings → Proxy → Manual: host and port.",
    ),
    System.WINDOWS: Text(
        "设置 → 网络和 Internet → 代理 → 手动设置代理。开发者工具有自己的设置：设置 → 代理设置。",
        "Settings → Network & Internet → Proxy → Manual. The devtools have a setting of their own: Settings → Proxy.",
    ),
    System.MACOS: Text(
        "系统设置 → 网络 → 当前网络的详细信息 → 代理：打开 HTTP 与 HTTPS 两项。开发者工具有自己的设置：设置 → 代理设置。",
        "System Settings → Network → this network's Details → Proxies: turn on both HTTP and HTTPS. The devtools have a setting of their own: Settings → Proxy.",
    ),
    System.LINUX: Text(
        "系统设置 → 网络 → 代理 → 手动：HTTP 与 HTTPS 两项。",
        "Settings → Network → Proxy → Manual: both HTTP and HTTPS.",
    ),
    System.OTHER: Text(
        "在当前 Wi-Fi 网络的设置里找到「代理」，选手动，填主机名和端口。",
        "In the settings of this Wi-Fi network, set the proxy to manual: host name and port.",
    ),
}
_INSTALL = {
    System.IOS: (
        Text(
            "点下面的链接，允许下载描述文件（须在 Safari 里打开）。",
            "Follow the link below and allow the profile (in Safari).",
        ),
        Text(
            "设置 → 通用 → VPN 与设备管理 → 点这个描述文件 → 安装。",
            "Settings → General → VPN & Device Management → this profile → Install.",
        ),
        Text(
            "设置 → 通用 → 关于本机 → 证书信任设置 → 打开完全信任。只安装、不打开这一项，证书不起作用。",
            "Settings → General → About → Certificate Trust Settings → turn on full trust. Installed without it, the certificate does nothing.",
        ),
    ),
    System.ANDROID: (
        Text("点下面的链接下载证书。", "Follow the link below to download the certificate."),
        Text(
            "在设置里搜索「CA 证书」（多在 安全 → 加密与凭据 → 安装证书 → CA 证书），选「仍然安装」，再选刚下载的文件。",
            "Search the settings for “CA certificate” (mostly Security → Encryption & credentials → Install a certificate → CA certificate), choose Install anyway, then the file.",
        ),
    ),
    System.HARMONY: (
        Text("点下面的链接下载证书。", "Follow the link below to download the certificate."),
        Text(
            "在设置里搜索「证书」，选择从存储设备安装 CA 证书，再选刚下载的文件。（这一步没有在 HarmonyOS 设备上验证过。）",
            "Search the settings for “certificate”, choose to install a CA certificate from storage, then the file. (This step was not tried on a HarmonyOS device.)",
        ),
    ),
    System.WINDOWS: (
        Text("点下面的链接下载证书，双击打开。", "Follow the link below to download the certificate, and open it."),
        Text(
            "安装证书 → 将所有证书放入下列存储 → 受信任的根证书颁发机构。",
            "Install Certificate → Place all certificates in the following store → Trusted Root Certification Authorities.",
        ),
    ),
    System.MACOS: (
        Text("点下面的链接下载证书，双击打开。", "Follow the link below to download the certificate, and open it."),
        Text(
            "在「钥匙串访问」里找到它，双击 → 信任 → 始终信任。（iPad 的桌面版网站也显示这一页：请照 iPhone 的步骤。）",
            "In Keychain Access, double-click it → Trust → Always Trust. (An iPad that asks for desktop sites sees this too: do as on an iPhone.)",
        ),
    ),
    System.LINUX: (
        Text(
            "下载证书，放到 /usr/local/share/ca-certificates/（扩展名 .crt），运行 sudo update-ca-certificates；Chromium 另用 certutil 导入。",
            "Download the certificate to /usr/local/share/ca-certificates/ (named .crt) and run sudo update-ca-certificates; Chromium takes it by certutil.",
        ),
    ),
    System.OTHER: (
        Text(
            "下载证书，在系统设置里作为 CA 证书安装。",
            "Download the certificate and install it as a CA in the settings.",
        ),
    ),
}
_INSTALL_OLD_ANDROID = Text(
    "打开下载的文件，起个名字，用途选「VPN 和应用」，确定。",
    "Open the file, give it a name, choose “VPN and apps” for its use, OK.",
)
_FIREFOX = Text(
    "Firefox 不用系统的证书：设置 → 隐私与安全 → 查看证书 → 导入。",
    "Firefox does not use the system's certificates: Settings → Privacy & Security → View Certificates → Import.",
)
_IN_WECHAT = Text(
    "现在是在微信里打开的：点右上角 ··· 选择在浏览器（iOS 为 Safari）中打开，再继续。",
    "This page is open inside WeChat: choose ··· at the top, open it in the browser (Safari on iOS), and go on there.",
)
_APPS_DECIDE = Text(
    "这里测的是本浏览器。每个应用自己决定信任哪些证书：微信是否信任，要看小程序的调用能不能进来。",
    "This is a test of this browser. Each app decides for itself which certificates it trusts: whether WeChat does is seen when a mini-program's calls arrive.",
)
_ANDROID_APPS = Text(
    "Android 7 及以上：正式版小程序只信任系统证书（需要 root 过的手机或模拟器）；开发版、体验版大概率接受这里安装的证书（见过，未证实）。",
    "On Android 7 and later, release builds of mini-programs trust the system's certificates alone (a rooted phone or an emulator); develop and trial builds probably take what is installed here (seen, not confirmed).",
)


def set_proxy(visitor: Visitor) -> Text:
    return _SET_PROXY[visitor.system]


def install(visitor: Visitor) -> list[Text]:
    """The steps in their order."""
    steps = [_IN_WECHAT] if visitor.is_in_wechat else []
    if visitor.is_firefox and visitor.system is not System.IOS:
        return [*steps, _INSTALL[System.WINDOWS][0], _FIREFOX]
    system = System.MACOS if visitor.system is System.DEVTOOLS else visitor.system
    steps += _INSTALL[system]
    if system is System.ANDROID and visitor.version is not None and visitor.version < ANDROID_BY_SETTINGS:
        steps[-1] = _INSTALL_OLD_ANDROID
    return steps


def about_apps(visitor: Visitor) -> list[Text]:
    """For apps the browser's test says nothing about trust."""
    is_strict = visitor.version is None or visitor.version >= ANDROID_WITHOUT_USER_CERTIFICATES
    return [_APPS_DECIDE, _ANDROID_APPS] if visitor.system is System.ANDROID and is_strict else [_APPS_DECIDE]


# The most frequent problems, each with its solution.
USUAL_CAUSES = (
    Text(
        "证书装了但没有信任：iOS 还要在「证书信任设置」里打开完全信任。",
        "Installed but not trusted: iOS also wants full trust under Certificate Trust Settings.",
    ),
    Text(
        "Android 7 及以上：应用默认只信任系统证书。",
        "Android 7 and later: apps trust the system's certificates alone unless they say otherwise.",
    ),
    Text(
        "WebSocket 可能绕过 Wi-Fi 代理（iOS、Android）：用 WireGuard 方式（run.py -- --mode wireguard）全部流量都会经过。",
        "Sockets may go past a Wi-Fi proxy (iOS, Android): by WireGuard (run.py -- --mode wireguard) all traffic comes through.",
    ),
    Text(
        "QUIC（UDP 443）不走 HTTP 代理；WireGuard 方式下代理会让客户端退回 TCP。",
        "QUIC (UDP 443) does not use an HTTP proxy; by WireGuard the proxy has clients fall back to TCP.",
    ),
    Text(
        "HttpDNS：应用直接用 IP 连接，请求里没有域名；关掉应用的 HttpDNS 再试。",
        "HttpDNS: the app connects to addresses, and its requests have no name; turn the app's HttpDNS off.",
    ),
    Text(
        "开发者工具有自己的代理设置，也要勾选「不校验合法域名、TLS 版本以及 HTTPS 证书」，否则被禁止的请求根本不会发出。",
        "The devtools have a proxy setting of their own; also tick “do not verify valid domains, TLS version and HTTPS certificates”, or forbidden calls are never sent.",
    ),
    Text(
        "手机上另一个 VPN 或代理应用抢走了流量：先关掉它。",
        "Another VPN or proxy app on the phone takes the traffic: turn it off first.",
    ),
)
OPEN_APP = Text(
    "打开小程序的调试模式（右上角 ··· → 开发调试 → 打开调试），再用一下它：调用会出现在这里。",
    "Turn on debugging in the mini-program (··· at the top → Development & debugging → Enable), then use it: its calls appear here.",
)
