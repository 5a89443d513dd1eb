"""Certificates and TLS: what a phone demands of the server's side of the handshake.

An intercepting proxy shows the phone its own certificate and so hides all of
this; it is found on the upstream connection.
"""

from wxpolicy.catalogue.entry import APPLE_13
from wxpolicy.catalogue.entry import APPLE_398_DAYS
from wxpolicy.catalogue.entry import APPLE_ATS
from wxpolicy.catalogue.entry import PAGE_2017
from wxpolicy.catalogue.entry import PAGE_CURRENT
from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

_IOS = (Platform.IOS,)
_VALID = f"{PAGE_2017}：“证书必须被系统信任，部署SSL证书的网站域名必须与证书颁发的域名一致，证书必须在有效期内”"
_TLS_1_2 = f"{PAGE_2017}：“TLS 必须支持 1.2 及以上版本”"


def _refused(number: int, name: str, besides: Text = Text("", "")) -> Text:
    errmsg = _errmsg(number, name)
    return Text(
        f"握手后立即进入 fail：errno 600001，Android 与新版 iOS 的 errMsg “{errmsg}”；"
        f"旧版 Android 为 “ssl hand shake error”，旧版 iOS 为 “此服务器的证书无效…”，开发者工具为 “对应的服务器证书无效。”。打开调试时不检查。{besides.zh}",
        f'fail runs right after the handshake: errno 600001; errMsg on Android and newer iOS "{errmsg}";'
        f' older Android "ssl hand shake error", older iOS "此服务器的证书无效…", devtools "对应的服务器证书无效。".'
        f" With debugging on it is not checked.{besides.en}",
    )


def _refused_by_ios(number: int, name: str) -> Text:
    errmsg = _errmsg(number, name)
    return Text(
        f"只有 iOS 拒绝，握手后立即进入 fail：errno 600001，新版 errMsg “{errmsg}”，旧版为 “此服务器的证书无效…”。"
        "Android 与开发者工具通常放行。打开调试时不检查。",
        f'Only iOS refuses: fail runs right after the handshake with errno 600001, in newer versions errMsg "{errmsg}",'
        ' in older ones "此服务器的证书无效…". Android and devtools usually let it pass. With debugging on it is not checked.',
    )


def _errmsg(number: int, name: str) -> str:
    # platform §3: Chromium's numbers and names; texts vary by client version.
    return f"request:fail errcode:{number} cronet_error_code:{number} error_msg:net::{name}"


ENTRIES = (
    Entry(
        Code.CERT_EXPIRED,
        Text("证书已过期", "Certificate expired"),
        Text(
            "服务器证书或它上面的某张证书已经过了有效期。",
            "The server's certificate, or one above it in the chain, is past its validity.",
        ),
        (
            Text("自动续期失败，或续期后没有重新加载服务器", "renewal failed, or the server was not reloaded after it"),
            Text("多台服务器或 CDN 只更新了一部分", "only some of the servers or the CDN got the new one"),
            Text("链文件里的中间证书是旧的", "the intermediate in the chain file is an old one"),
            Text("设备时钟不准", "the device's clock is wrong"),
        ),
        _refused(-201, "ERR_CERT_DATE_INVALID"),
        Text(
            "续期证书并重新加载服务器（nginx -s reload），用 openssl s_client -connect 域名:443 -servername 域名 核对日期。",
            "Renew the certificate and reload the server (nginx -s reload); check the dates with openssl s_client -connect HOST:443 -servername HOST.",
        ),
        "seed-2017 §1",
        _VALID,
    ),
    Entry(
        Code.CERT_NOT_YET_VALID,
        Text("证书尚未生效", "Certificate not yet valid"),
        Text("证书的生效时间在将来。", "The certificate's validity begins in the future."),
        (
            Text("签发证书的机器时钟或时区不对", "the issuing machine's clock or time zone is wrong"),
            Text("提前部署了新证书", "a new certificate was deployed too early"),
            Text("设备时钟落后", "the device's clock is behind"),
        ),
        _refused(-201, "ERR_CERT_DATE_INVALID"),
        Text(
            "校准时钟，重新签发或等到生效后再部署。",
            "Set the clocks right; issue it again, or deploy it once it is valid.",
        ),
        "seed-2017 §1",
        _VALID,
    ),
    Entry(
        Code.CERT_NAME_MISMATCH,
        Text("证书与域名不一致", "Certificate for another host"),
        Text(
            "证书的 subjectAltName 里没有所访问的域名。通配符只覆盖一级：*.example.com 不包含 a.b.example.com，也不包含 example.com。",
            "The certificate's subjectAltName does not hold the host. A wildcard covers one level: *.example.com covers neither a.b.example.com nor example.com.",
        ),
        (
            Text("新增子域名后没有重新签发", "a new subdomain was added and no certificate issued for it"),
            Text(
                "服务器按 SNI 选错了证书，返回默认站点的证书",
                "the server chose wrongly by SNI and sent its default site's certificate",
            ),
            Text("CDN 还在使用平台的默认证书", "a CDN still uses its provider's default certificate"),
        ),
        _refused(-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Text(
            "重新签发包含该域名的证书；nginx 检查 server_name 与 ssl_certificate 是否对应。",
            "Issue a certificate that holds the host; with nginx check that server_name and ssl_certificate belong together.",
        ),
        "seed-2017 §1; platform §5",
        _VALID,
    ),
    Entry(
        Code.CERT_SELF_SIGNED,
        Text("自签名证书", "Self-signed certificate"),
        Text(
            "服务器证书由自己签发，没有任何平台信任它；iOS 明确不支持。",
            "The server's certificate is signed by itself. No platform trusts it, and iOS rules it out.",
        ),
        (
            Text("测试环境的证书用到了正式环境", "a test environment's certificate is used in production"),
            Text("面板或路由器自动生成的默认证书", "the default certificate that a control panel or router made"),
        ),
        _refused(-202, "ERR_CERT_AUTHORITY_INVALID"),
        Text(
            "换用受信任 CA 的证书（Let's Encrypt 免费）；测试时用自建 CA 签发，并写入 policy.yaml 的 extra_roots。",
            "Use a trusted CA's certificate (Let's Encrypt is free); for tests issue it with your own CA and name that in extra_roots of policy.yaml.",
        ),
        "seed-2017 §1",
        f"{PAGE_2017}：“iOS 不支持自签名证书”",
    ),
    Entry(
        Code.CERT_UNTRUSTED_ROOT,
        Text("根证书不受信任", "Untrusted root"),
        Text(
            "证书链的根不在信任库里。各厂商的信任库不同，结论里写明了用的是哪一个。",
            "The chain ends in a root that the trust store does not hold. Each vendor has its own store; the finding names the one used.",
        ),
        (
            Text("公司内部 CA 签发", "issued by a company's own CA"),
            Text("上网环境里有解密网关替换了证书", "a decrypting gateway in the network replaced the certificate"),
            Text(
                "CA 太新，旧手机不认识（如 Android 7.1.1 之前不认识 ISRG Root X1）",
                "the CA is too new for older phones (ISRG Root X1 before Android 7.1.1)",
            ),
        ),
        _refused(-202, "ERR_CERT_AUTHORITY_INVALID"),
        Text(
            "换用各平台都信任的 CA；内部 CA 只用于测试，写入 policy.yaml 的 extra_roots。",
            "Use a CA that every platform trusts; a private CA is for tests only, named in extra_roots of policy.yaml.",
        ),
        "seed-2017 §1; platform §5",
        f"{PAGE_2017}：“部分 CA 可能不被操作系统信任”",
    ),
    Entry(
        Code.CERT_CHAIN_INCOMPLETE,
        Text("证书链不完整", "Incomplete certificate chain"),
        Text(
            "服务器没有发送中间证书。Android 不会自行下载，请求失败；iOS、桌面浏览器和开发者工具常常能补上，所以“开发者工具正常、手机失败”。",
            "The server does not send its intermediate certificate. Android fetches nothing and fails; iOS, desktop browsers and devtools"
            " often fill the gap, so it works in devtools and fails on phones.",
        ),
        (
            Text("部署了 cert.pem 而不是 fullchain.pem", "cert.pem was deployed instead of fullchain.pem"),
            Text(
                "换了 CA，链文件里还是旧的中间证书", "the CA changed, the chain file still holds the old intermediate"
            ),
            Text("面板只要求粘贴服务器证书", "a control panel only asked for the server's own certificate"),
        ),
        _refused(-202, "ERR_CERT_AUTHORITY_INVALID"),
        Text(
            "把中间证书追加到服务器证书之后：nginx 用 ssl_certificate fullchain.pem，Apache 2.4.8 起用 SSLCertificateFile fullchain.pem，然后重新加载。",
            "Append the intermediate after the server's certificate: nginx ssl_certificate fullchain.pem, Apache 2.4.8 or later SSLCertificateFile fullchain.pem; then reload.",
        ),
        "platform §5",
        f"{_VALID}; RFC 8446 §4.4.2 [doc]",
    ),
    Entry(
        Code.CERT_DISTRUSTED_CA,
        Text("CA 已被平台取消信任", "CA no longer trusted"),
        Text(
            "证书来自 WoSign 或 StartCom。Chrome 56/57 内核只信任 2016-10-21 及之前签发的，Chrome 61 起完全不信任。",
            "The certificate is from WoSign or StartCom. Chrome 56/57 kernels trust those issued up to 2016-10-21, Chrome 61 and later none.",
        ),
        (Text("仍在使用沃通或 StartCom 的旧证书", "an old WoSign or StartCom certificate is still in use"),),
        _refused(-202, "ERR_CERT_AUTHORITY_INVALID"),
        Text("换用其他 CA 签发的证书。", "Use a certificate of another CA."),
        "seed-2017 §1; platform §5",
        f"{PAGE_2017}：《Chrome 56/57 内核对 WoSign、StartCom 证书限制周知》",
        (Platform.ANDROID, Platform.DEVTOOLS),
    ),
    Entry(
        Code.CERT_WRONG_PURPOSE,
        Text("证书用途不对", "Certificate for another purpose"),
        Text(
            "证书的扩展不允许它这样使用：服务器证书缺少 serverAuth，或签发者不是 CA。",
            "The certificate's extensions forbid this use: a server's without serverAuth, or an issuer that is no CA.",
        ),
        (
            Text("用客户端证书或签名证书部署了服务器", "a client's or code-signing certificate was deployed"),
            Text("自建 CA 的签发模板不完整", "a private CA's template is incomplete"),
        ),
        _refused(
            -207,
            "ERR_CERT_INVALID",
            Text("缺少 EKU 时只有 iOS 拒绝。", " Where EKU is missing altogether, only iOS refuses."),
        ),
        Text(
            "重新签发服务器证书：extendedKeyUsage = serverAuth，keyUsage = digitalSignature, keyEncipherment。",
            "Have it issued again as a server certificate: extendedKeyUsage = serverAuth, keyUsage = digitalSignature, keyEncipherment.",
        ),
        "platform §5",
        APPLE_13,
    ),
    Entry(
        Code.CERT_WEAK_SIGNATURE,
        Text("签名算法太弱", "Weak signature"),
        Text(
            "证书用 SHA-1、MD5 等弱散列签名；ATS 要求 SHA-256 或更强。",
            "The certificate is signed with SHA-1, MD5 or the like; ATS asks for SHA-256 or better.",
        ),
        (
            Text("多年前签发的证书或内部 CA", "a certificate or private CA from years ago"),
            Text(
                "自建 CA 的 openssl 配置仍是 default_md = sha1",
                "a private CA's openssl configuration still says default_md = sha1",
            ),
        ),
        _refused(-208, "ERR_CERT_WEAK_SIGNATURE_ALGORITHM"),
        Text("用 SHA-256 重新签发（openssl 为 -sha256）。", "Have it issued again with SHA-256 (openssl: -sha256)."),
        "platform §5",
        APPLE_ATS,
    ),
    Entry(
        Code.CERT_WEAK_KEY,
        Text("密钥太弱", "Weak key"),
        Text(
            "链上有证书的 RSA 密钥不足 2048 位，EC 曲线不是 P-256、P-384 或 P-521，或密钥种类不受手机支持。",
            "A certificate of the chain has an RSA key below 2048 bits, an EC curve other than P-256, P-384 or P-521, or a kind of key that phones do not take.",
        ),
        (
            Text("沿用旧的 1024 位密钥续期", "an old 1024-bit key was kept at renewal"),
            Text("设备自带的默认证书", "a device's built-in certificate"),
        ),
        _refused(-211, "ERR_CERT_WEAK_KEY"),
        Text(
            "生成新密钥再申请证书：openssl ecparam -name prime256v1 -genkey，或 RSA 2048 位以上。",
            "Make a new key and apply again: openssl ecparam -name prime256v1 -genkey, or RSA with 2048 bits or more.",
        ),
        "platform §5",
        APPLE_ATS,
    ),
    Entry(
        Code.CERT_NO_SAN,
        Text("证书没有 subjectAltName", "Certificate without subjectAltName"),
        Text(
            "域名只写在 CN 里。各平台都不看 CN，只看 subjectAltName。",
            "The host stands in the CN alone. Every platform ignores the CN and reads subjectAltName.",
        ),
        (
            Text(
                "自签或内部 CA 签发时只填了 CN", "only the CN was filled in for a self-made or private CA's certificate"
            ),
            Text("十年前的证书模板", "a template from a decade ago"),
        ),
        _refused(-200, "ERR_CERT_COMMON_NAME_INVALID"),
        Text(
            "重新签发并加上 subjectAltName = DNS:域名（openssl 为 -addext）。",
            "Have it issued again with subjectAltName = DNS:HOST (openssl: -addext).",
        ),
        "platform §5",
        APPLE_13,
    ),
    Entry(
        Code.CERT_VALIDITY_TOO_LONG,
        Text("证书有效期太长", "Validity too long"),
        Text(
            "iOS 13 起：2019-07-01 之后签发的证书最多 825 天；受信任公共根下 2020-09-01 起签发的最多 398 天。",
            "Since iOS 13: at most 825 days if issued after 2019-07-01, and 398 days under public roots if issued from 2020-09-01.",
        ),
        (Text("自建 CA 一次签发 10 年", "a private CA issued it for ten years"),),
        _refused_by_ios(-213, "ERR_CERT_VALIDITY_TOO_LONG"),
        Text(
            "重新签发有效期不超过 398 天的证书，并设置自动续期。",
            "Have it issued again for at most 398 days, and automate the renewal.",
        ),
        "platform §5",
        f"{APPLE_13}; {APPLE_398_DAYS}",
        _IOS,
    ),
    Entry(
        Code.CERT_UNREADABLE,
        Text("证书无法解析", "Certificate cannot be read"),
        Text(
            "服务器没有发送证书，或证书的内容不合规范，无法解析。",
            "The server sent no certificate, or one that cannot be parsed.",
        ),
        (
            Text("证书文件损坏，或拼接时少了换行", "a damaged file, or one joined without a line break"),
            Text("国密等手机系统不支持的证书", "a kind that phones do not know, such as SM2"),
        ),
        _refused(-207, "ERR_CERT_INVALID"),
        Text(
            "从 CA 重新下载证书链，逐张用 openssl x509 -in FILE -noout -text 查看。",
            "Download the chain from the CA again and read each certificate with openssl x509 -in FILE -noout -text.",
        ),
        "seed-2017 §1",
        _VALID,
    ),
    Entry(
        Code.TLS_TOO_OLD,
        Text("TLS 版本低于 1.2", "TLS older than 1.2"),
        Text("服务器只提供 TLS 1.1 或更低版本。", "The server offers nothing newer than TLS 1.1."),
        (
            Text(
                "旧系统（如 Windows Server 2008、OpenSSL 1.0.0）没有升级",
                "an old system (Windows Server 2008, OpenSSL 1.0.0) was never upgraded",
            ),
            Text("ssl_protocols 漏写了 TLSv1.2", "ssl_protocols lacks TLSv1.2"),
        ),
        Text(
            "进入 fail：errno 600001，Android 的 errMsg “request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH”，"
            "开发者工具提示“小程序要求的 TLS 版本必须大于等于 1.2”。打开调试时不检查。",
            'fail runs: errno 600001, errMsg on Android "request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH";'
            ' devtools: "小程序要求的 TLS 版本必须大于等于 1.2". With debugging on it is not checked.',
        ),
        Text(
            "启用 TLS 1.2 和 1.3，nginx：ssl_protocols TLSv1.2 TLSv1.3;",
            "Turn on TLS 1.2 and 1.3, with nginx: ssl_protocols TLSv1.2 TLSv1.3;",
        ),
        "seed-2017 §1",
        _TLS_1_2,
    ),
    Entry(
        Code.TLS_NO_FORWARD_SECRECY,
        Text("加密套件没有前向保密", "No forward secrecy"),
        Text(
            "协商的套件不是 ECDHE + AES。iOS 的 ATS 要求前向保密。",
            "The agreed cipher suite is not ECDHE with AES. ATS on iOS demands forward secrecy.",
        ),
        (
            Text("服务器优先选择 RSA 密钥交换的套件", "the server prefers suites with RSA key exchange"),
            Text("负载均衡用了旧的安全策略", "a load balancer has an old security policy"),
        ),
        _refused_by_ios(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
        Text(
            "启用 ECDHE + AES-GCM，nginx：ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;",
            "Turn on ECDHE with AES-GCM, with nginx: ssl_ciphers ECDHE+AESGCM; ssl_prefer_server_ciphers on;",
        ),
        "seed-2017 §1; platform §5",
        f"{PAGE_2017}：“iOS 下证书必须满足苹果 App Transport Security (ATS) 的要求”; {APPLE_ATS}",
        _IOS,
    ),
    Entry(
        Code.TLS_NO_LEGACY_SUPPORT,
        Text("旧 Android 机型可能连不上", "Old Android may not connect"),
        Text(
            "服务器只支持 TLS 1.2 及以上。官方建议同时支持更低版本，照顾还没有 TLS 1.2 的旧 Android。这是提醒，不是违规。",
            "The server offers TLS 1.2 and later alone. The platform recommends older versions as well, for old Android phones. A hint, no violation.",
        ),
        (Text("按安全规范关闭了 TLS 1.0/1.1", "TLS 1.0 and 1.1 were switched off for good reasons"),),
        Text(
            "现在的手机正常；不支持 TLS 1.2 的旧 Android 进入 fail：errno 600001，旧文字 “ssl hand shake error”，新文字 “request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH”。",
            'Fine on today\'s phones. Old Android without TLS 1.2: fail with errno 600001, "ssl hand shake error" in old clients, in newer'
            ' ones "request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH".',
        ),
        Text("用户里没有这类旧机型时不需要修改。", "Nothing to fix unless your users have such phones."),
        "seed-2017 §1; platform §5 [doc]",
        f"{PAGE_2017}：“部分旧 Android 机型还未支持 TLS 1.2，请确保 HTTPS 服务器的 TLS 版本支持1.2及以下版本”",
        (Platform.ANDROID,),
    ),
    Entry(
        Code.TLS_HANDSHAKE_FAILED,
        Text("TLS 握手失败", "TLS handshake failed"),
        Text(
            "服务器在握手途中报错或断开，没有建立加密连接。",
            "The server raised an alert or hung up during the handshake; no encrypted connection came about.",
        ),
        (
            Text("服务器不认识 SNI 里的域名", "the server does not know the host in SNI"),
            Text("端口上运行的不是 HTTPS", "what listens on the port is not HTTPS"),
            Text(
                "没有双方都支持的加密套件，或服务器要求客户端证书",
                "no cipher suite in common, or the server asks for a client certificate",
            ),
        ),
        _refused(-107, "ERR_SSL_PROTOCOL_ERROR"),
        Text(
            "用 openssl s_client -connect 域名:443 -servername 域名 -tls1_2 重现，检查服务器的证书、套件与 SNI 配置。",
            "Reproduce it with openssl s_client -connect HOST:443 -servername HOST -tls1_2; check the server's certificate, suites and SNI settings.",
        ),
        "seed-2017 §1; platform §3",
        f"{_TLS_1_2}; {PAGE_CURRENT}",
    ),
)
