"""Server domains: which URL a mini-program may call at all."""

from wxpolicy.catalogue.entry import OBSERVED
from wxpolicy.catalogue.entry import PAGE_2017
from wxpolicy.catalogue.entry import PAGE_CURRENT
from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code
from wxpolicy.terms import Text

_REFUSED = Text(
    "请求不会发出，进入 fail：errno 600002，errMsg “request:fail url not in domain list:域名”（旧客户端没有冒号和域名）。打开调试时不检查。",
    'Nothing is sent and fail runs: errno 600002, errMsg "request:fail url not in domain list:HOST" (older clients leave out'
    " the colon and the host). With debugging on it is not checked.",
)

ENTRIES = (
    Entry(
        Code.DOMAIN_NOT_LISTED,
        Text("域名不在合法域名列表", "Domain not in the list"),
        Text(
            "这个域名不在所调用 API 的服务器域名列表里。比较是逐字的：父域名不覆盖子域名，子域名也不覆盖父域名。",
            "The host is not in the server-domain list of the API that calls it. Names compare exactly: a parent domain"
            " does not cover its subdomains, nor the other way round.",
        ),
        (
            Text(
                "新增了接口、图床或统计域名，忘了在后台配置",
                "a new API, image or statistics host was never entered in the admin console",
            ),
            Text(
                "只配置了 example.com，代码用的是 api.example.com",
                "example.com is listed, the code calls api.example.com",
            ),
            Text("测试环境的地址留在了代码里", "a test environment's address was left in the code"),
            Text("设备上缓存了旧列表（代理看不到）", "the device still holds an older list (a proxy cannot see that)"),
        ),
        _REFUSED,
        Text(
            "在小程序后台「开发设置 - 服务器域名」的对应类别里加上 https://域名（connectSocket 用 wss://域名），policy.yaml 同样加上；"
            "手机上删除小程序后重新打开，让新列表生效。",
            "Add https://HOST (wss://HOST for connectSocket) to that category under Development settings - Server domains in the"
            " admin console, and to policy.yaml. On the phone delete the mini-program and open it again to get the new list.",
        ),
        "seed-2017 §1",
        f"{PAGE_2017}：“每个微信小程序需要事先设置一个通讯域名”",
    ),
    Entry(
        Code.DOMAIN_WRONG_CATEGORY,
        Text("域名配置在别的类别", "Domain listed in another category"),
        Text(
            "域名已经配置，但不在这个 API 的类别里。request、uploadFile、downloadFile、connectSocket 的列表互不通用。",
            "The host is listed, but not for this API. The lists of request, uploadFile, downloadFile and connectSocket are separate.",
        ),
        (
            Text(
                "接口和上传共用一个域名，只填了 request 合法域名",
                "API calls and uploads share a host, and only the request list has it",
            ),
            Text(
                "用 wx.downloadFile 取图片，而域名只在 request 里",
                "wx.downloadFile fetches a picture from a host that only request lists",
            ),
            Text(
                "socket 域名写成 https://，没有填到 connectSocket（wss://）",
                "the socket's host was entered with https:// instead of wss:// under connectSocket",
            ),
        ),
        _REFUSED,
        Text(
            "把同一个域名也加到所调用 API 的类别里。",
            "Add the same host to the category of the API that calls it as well.",
        ),
        "seed-2017 §1",
        f"{PAGE_2017}：request、uploadFile、downloadFile、connectSocket 各有列表",
    ),
    Entry(
        Code.SCHEME_NOT_SECURE,
        Text("协议不是 https / wss", "Scheme other than https or wss"),
        Text(
            "request、uploadFile、downloadFile 只能用 https://，connectSocket 只能用 wss://。现行规则只对与手机同一网段的局域网 IP 例外。",
            "request, uploadFile and downloadFile may only use https://, connectSocket only wss://. Today's rules make an"
            " exception for LAN addresses in the phone's own subnet.",
        ),
        (
            Text("开发时用的 http:// 地址没有改", "an http:// address from development was never changed"),
            Text(
                "服务器返回的图片或分页地址是 http://", "the server hands out http:// links for pictures or next pages"
            ),
            Text("connectSocket 写成了 ws:// 或 https://", "connectSocket was given ws:// or https://"),
        ),
        _REFUSED,
        Text(
            "服务器启用 HTTPS（TLS 1.2 及以上），把代码和接口返回的地址改成 https:// 或 wss://。",
            "Serve HTTPS (TLS 1.2 or later), and write https:// or wss:// in the code and in what the server hands out.",
        ),
        "seed-2017 §1; platform §1 [doc]",
        f"{PAGE_2017}：“域名只支持 https (request、uploadFile、downloadFile) 和 wss (connectSocket) 协议”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.HOST_IS_IP,
        Text("用 IP 地址代替域名", "IP address instead of a domain"),
        Text(
            "url 里是 IP 地址。IP 不能配置为服务器域名；现行规则只放行与手机同一网段的局域网 IP。",
            "The url holds an IP address, which cannot be listed. Today's rules let LAN addresses in the phone's own subnet pass, no others.",
        ),
        (
            Text(
                "联调时用的电脑或云主机 IP 留在了代码里",
                "a colleague's or a cloud machine's address was left in the code",
            ),
            Text("指向本机的 127.0.0.1 或 0.0.0.0", "127.0.0.1 or 0.0.0.0, the device itself"),
            Text(
                "IP 的其他写法，例如 0x7f.1 或一个十进制整数",
                "another spelling of an address, such as 0x7f.1 or one decimal number",
            ),
        ),
        _REFUSED,
        Text(
            "给服务器绑定一个已备案、有有效证书的域名，配置它并改用它。",
            "Give the server a filed domain name with a valid certificate, list it, and call that.",
        ),
        "seed-2017 §1; platform §1 [doc]",
        f"{PAGE_2017}：“域名不能使用 IP 地址或 localhost”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.HOST_IS_LOCALHOST,
        Text("调用了 localhost", "Call to localhost"),
        Text(
            "url 里的域名是 localhost，或以 .localhost 结尾。在手机上那是手机自己，不是你的电脑。",
            "The url names localhost, or a host that ends in .localhost. On a phone that is the phone itself, not your computer.",
        ),
        (
            Text("开发环境的 baseURL 没有切换", "the development baseURL was not switched"),
            Text("打包时没有带上正式环境的变量", "the build ran without the production variables"),
        ),
        _REFUSED,
        Text(
            "按 wx.getAccountInfoSync().miniProgram.envVersion 选择地址，正式版使用已配置的域名。",
            "Choose the address by wx.getAccountInfoSync().miniProgram.envVersion, and a listed domain for release.",
        ),
        "seed-2017 §1",
        f"{PAGE_2017}：“域名不能使用 IP 地址或 localhost”",
    ),
    Entry(
        Code.PORT_NOT_ALLOWED,
        Text("url 里的端口不被允许", "Port in the url"),
        Text(
            "2017 版：服务器域名不能带端口。现行规则：https 可以配置端口，但 url 必须与之完全一致；没有配置端口时，连写明 :443 也会失败。wss 域名不限端口。",
            "Edition 2017: a server domain carries no port. Today: an https entry may carry one and the url must then match it"
            " exactly; without one in the entry even a spelled :443 fails. A wss entry covers every port.",
        ),
        (
            Text("测试服务开在 8080、8443 等端口", "a test service runs on 8080, 8443 or the like"),
            Text("代码拼接 url 时加上了 :443", "the code adds :443 when it builds the url"),
        ),
        _REFUSED,
        Text(
            "用反向代理把服务放到 443，并去掉 url 里的端口；现行规则下也可以把带端口的域名配置进列表。",
            "Put the service behind a reverse proxy on 443 and take the port out of the url; under today's rules you may list the host with its port instead.",
        ),
        "seed-2017 §1; platform §1 [doc]",
        f"{PAGE_2017}：“且不能带端口号”; {PAGE_CURRENT}",
    ),
    Entry(
        Code.HOST_RESERVED,
        Text("不能在小程序里调用微信服务端接口", "WeChat server interface on the client"),
        Text(
            "api.weixin.qq.com 不能配置为服务器域名，也不能在小程序里调用。这样的调用往往把 appsecret 带进了客户端。",
            "api.weixin.qq.com can neither be listed nor called from a mini-program. Such a call usually carries appsecret into the client.",
        ),
        (
            Text(
                "在小程序里直接用 code 换 openid（jscode2session）",
                "the client trades its code for an openid itself (jscode2session)",
            ),
            Text("在小程序里取 access_token", "the client fetches an access_token"),
        ),
        _REFUSED,
        Text(
            "由自己的服务器保管 appsecret 并调用微信接口，小程序只调用自己的服务器；appsecret 进过代码就立即重置。",
            "Keep appsecret on your own server and call WeChat from there; the mini-program calls your server alone. Reset appsecret if it was ever in the code.",
        ),
        "seed-2017 §1",
        f"{PAGE_2017}：“api.weixin.qq.com 不能被配置为服务器域名，相关API也不能在小程序内调用”",
    ),
    Entry(
        Code.REDIRECT_NOT_LISTED,
        Text("跳转到未配置的地址", "Redirect to an unlisted address"),
        Text(
            "服务器返回了重定向，而目标不符合域名规则。每一跳都按同一个 API 的列表检查。",
            "The server answered with a redirect to a target that the domain rules refuse. Every hop is checked against the same API's list.",
        ),
        (
            Text("文件下载跳转到 CDN 或对象存储的域名", "a download redirects to a CDN or object store"),
            Text(
                "服务器把 https 跳回 http，或补斜杠时用了 http",
                "the server sends https back to http, or uses http when it adds a slash",
            ),
            Text("登录失效时跳转到另一个域名的登录页", "an expired login redirects to a login page on another host"),
        ),
        Text(
            "进入 fail：errno 600002，errMsg “request:fail redirect url not in domain list:域名”。打开调试时不检查。",
            'fail runs: errno 600002, errMsg "request:fail redirect url not in domain list:HOST". With debugging on it is not checked.',
        ),
        Text(
            "把跳转目标的域名也配置到同一类别，或让服务器直接返回内容；反向代理后面的服务要认 X-Forwarded-Proto，避免跳回 http。",
            "List the target's host in the same category, or answer without a redirect. Behind a reverse proxy honour"
            " X-Forwarded-Proto, so that nothing is sent back to http.",
        ),
        "platform §1 [doc]",
        f"{PAGE_CURRENT}, changelog 2017-01",
    ),
    Entry(
        Code.URL_INVALID,
        Text("url 不合法", "Invalid url"),
        Text(
            "url 里没有可用的域名或端口，任何构建都无法发出请求。",
            "The url has no usable host or port, so no build can send the call.",
        ),
        (
            Text(
                "变量为空，拼出 https:///path 或 https://undefined/",
                "an empty variable made https:///path or https://undefined/",
            ),
            Text("域名里混入空格、换行、@ 或反斜杠", "a blank, line break, @ or backslash got into the host"),
            Text("端口写成 0 或超过 65535", "the port is 0 or above 65535"),
        ),
        Text(
            "立即进入 fail：errno 600009，errMsg “request:fail invalid URL”。打开调试也一样。",
            'fail runs at once: errno 600009, errMsg "request:fail invalid URL". With debugging on as well.',
        ),
        Text(
            "打印出最终的 url，检查 baseURL 与路径的拼接，写成 https://域名/路径。",
            "Print the final url, check how baseURL and path are joined, and write https://host/path.",
        ),
        "platform §3",
        OBSERVED,
    ),
    Entry(
        Code.ICP_UNLIKELY,
        Text("域名可能没有备案", "Domain probably has no ICP filing"),
        Text(
            "只有经过 ICP 备案的域名才能配置。这个域名看起来无法备案（后缀或类型不在可备案之列）。这是对列表的提醒，客户端运行时不检查备案。",
            "Only domains with an ICP filing can be listed, and this one looks as if it cannot be filed (by its ending or kind)."
            " It is advice on the list: no client checks filings at run time.",
        ),
        (
            Text(
                "使用了境外后缀或保留后缀（.test、.local 等）", "a foreign or reserved ending such as .test or .local"
            ),
            Text("使用了隧道或托管平台的临时域名", "a temporary name of a tunnel or hosting service"),
        ),
        Text(
            "手机上没有表现；后台会拒绝保存这个域名。",
            "Nothing on the phone; the admin console refuses to save the domain.",
        ),
        Text(
            "换用已备案的域名；确认已备案时，在 policy.yaml 那一行末尾写 # icp-ok。",
            "Use a filed domain. If you know it is filed, end its line in policy.yaml with # icp-ok.",
        ),
        "seed-2017 §1; platform §1 [seen]",
        f"{PAGE_2017}：“域名必须经过 ICP 备案”; {OBSERVED}",
    ),
)
