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
        "Settings → Wi-Fi → this network's details (or long-press it → Modify) → Proxy → Manual: host name and port, then Save.",
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
        "Settings → Network & Internet → Proxy → Manual. The devtools have their own setting: Settings → Proxy.",
    ),
    System.MACOS: Text(
        "系统设置 → 网络 → 当前网络的详细信息 → 代理：打开 HTTP 与 HTTPS 两项。开发者工具有自己的设置：设置 → 代理设置。",
        "System Settings → Network → this network's Details → Proxies: turn on both HTTP and HTTPS. The devtools have their own setting: Settings → Proxy.",
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
            "在 Safari 中点下面的链接，允许下载描述文件。",
            "In Safari, follow the link below and allow the download of the profile.",
        ),
        Text(
            "设置 → 通用 → VPN 与设备管理 → 点这个描述文件 → 安装。",
            "Settings → General → VPN & Device Management → this profile → Install.",
        ),
        Text(
            "设置 → 通用 → 关于本机 → 证书信任设置 → 打开完全信任。不打开这一项，证书不起作用。",
            "Settings → General → About → Certificate Trust Settings → turn on full trust. Without this, the certificate has no effect.",
        ),
    ),
    System.ANDROID: (
        Text("点下面的链接下载证书。", "Follow the link below to download the certificate."),
        Text(
            "在设置中搜索「CA 证书」（通常在 安全 → 加密与凭据 → 安装证书 → CA 证书），选择「仍然安装」，再选择刚下载的文件。",
            "Search the settings for “CA certificate” (usually under Security → Encryption & credentials → Install a certificate → CA certificate), choose Install anyway, then select the file.",
        ),
    ),
    System.HARMONY: (
        Text("点下面的链接下载证书。", "Follow the link below to download the certificate."),
        Text(
            "在设置中搜索「证书」，选择从存储设备安装 CA 证书，再选择刚下载的文件。（没有在 HarmonyOS 设备上验证。）",
            "Search the settings for “certificate”, choose to install a CA certificate from storage, then select the file. (Not verified on a HarmonyOS device.)",
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
            "在「钥匙串访问」中双击它 → 信任 → 始终信任。（使用桌面网站的 iPad 也会显示这一页，请按 iPhone 的步骤操作。）",
            "In Keychain Access, double-click it → Trust → Always Trust. (An iPad that requests desktop sites also shows this page: follow the steps for iPhone.)",
        ),
    ),
    System.LINUX: (
        Text(
            "下载证书，放到 /usr/local/share/ca-certificates/（扩展名 .crt），运行 sudo update-ca-certificates；Chromium 另用 certutil 导入。",
            "Download the certificate to /usr/local/share/ca-certificates/ (with the extension .crt) and run sudo update-ca-certificates; for Chromium, import it with certutil.",
        ),
    ),
    System.OTHER: (
        Text(
            "下载证书，在系统设置中作为 CA 证书安装。",
            "Download the certificate and install it as a CA in the settings.",
        ),
    ),
}
_INSTALL_OLD_ANDROID = Text(
    "打开下载的文件，输入名称，用途选择「VPN 和应用」，确定。",
    "Open the file, enter a name, choose “VPN and apps” as its use, OK.",
)
_FIREFOX = Text(
    "Firefox 不用系统的证书：设置 → 隐私与安全 → 查看证书 → 导入。",
    "Firefox does not use the system's certificates: Settings → Privacy & Security → View Certificates → Import.",
)
_IN_WECHAT = Text(
    "当前在微信中打开：点右上角 ···，选择在浏览器（iOS 为 Safari）中打开，再继续。",
    "This page is open inside WeChat. Tap ··· at the top, open it in the browser (Safari on iOS), and continue there.",
)
_APPS_DECIDE = Text(
    "这里测试的是本浏览器。每个应用自己决定信任哪些证书：微信是否信任，要看能否收到小程序的调用。",
    "This tests the browser only. Each app decides for itself which certificates it trusts. Whether WeChat trusts this one shows when a mini-program's calls arrive.",
)
_ANDROID_APPS = Text(
    "Android 7 及以上：正式版小程序只信任系统证书（需要 root 过的手机或模拟器）；开发版、体验版很可能接受这里安装的证书（观察到过，未证实）。",
    "On Android 7 and later, release builds of mini-programs trust system certificates only (you need a rooted phone or an emulator). Develop and trial builds probably accept a certificate installed here (seen, not confirmed).",
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
        "证书已安装但没有信任：iOS 还需在「证书信任设置」中打开完全信任。",
        "Installed but not trusted: iOS also requires full trust under Certificate Trust Settings.",
    ),
    Text(
        "Android 7 及以上：应用默认只信任系统证书。",
        "Android 7 and later: apps trust system certificates only, by default.",
    ),
    Text(
        "WebSocket 可能绕过 Wi-Fi 代理（iOS、Android）：改用 WireGuard（run.py -- --mode wireguard），全部流量都会经过代理。",
        "WebSockets may bypass a Wi-Fi proxy (iOS, Android): with WireGuard (run.py -- --mode wireguard) all traffic goes through the proxy.",
    ),
    Text(
        "QUIC（UDP 443）不经过 HTTP 代理；使用 WireGuard 时，代理会让客户端改用 TCP。",
        "QUIC (UDP 443) does not use an HTTP proxy; with WireGuard, the proxy makes clients fall back to TCP.",
    ),
    Text(
        "HttpDNS：应用直接连接 IP，请求中没有域名；请关闭应用的 HttpDNS 再试。",
        "HttpDNS: the app connects to IP addresses, and its requests contain no name. Turn off the app's HttpDNS.",
    ),
    Text(
        "开发者工具有自己的代理设置，并且要勾选「不校验合法域名、web-view（业务域名）、TLS 版本以及 HTTPS 证书」，否则不允许的请求根本不会发出。",
        "The devtools have their own proxy setting. Also tick “do not verify valid domains, TLS version and HTTPS certificates”, otherwise they never send forbidden calls.",
    ),
    Text(
        "手机上的另一个 VPN 或代理应用接管了流量：请先关闭它。",
        "Another VPN or proxy app on the phone takes the traffic. Turn it off first.",
    ),
)
OPEN_APP = Text(
    "打开小程序的调试模式（右上角 ··· → 开发调试 → 打开调试），再使用小程序，它的调用会显示在这里。",
    "Turn on debugging in the mini-program (··· at the top → Development & debugging → Enable), then use the mini-program: its calls appear here.",
)
