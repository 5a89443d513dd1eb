"""TLS_NO_LEGACY_SUPPORT: the server offers nothing below TLS 1.2; a note about old Android.

data: "host"

examples:
    {"host": "api.example.com"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.sources import PAGE_2017
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    severity=Severity.NOTE,
    failure=Failure.CERTIFICATE,
    net_error=NetError(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
    platforms=(Platform.ANDROID,),
    title=Text("旧 Android 机型可能连不上", "Old Android may not connect"),
    meaning=Text(
        "服务器只支持 TLS 1.2 及以上。官方建议同时支持更低版本，照顾还没有 TLS 1.2 的旧 Android。这是提醒，不是违规。",
        "The server offers TLS 1.2 and later alone. The platform recommends older versions as well, for old Android phones. A hint, no violation.",
    ),
    causes=(Text("按安全规范关闭了 TLS 1.0/1.1", "TLS 1.0 and 1.1 were switched off for good reasons"),),
    phone=Text(
        "现在的手机正常；不支持 TLS 1.2 的旧 Android 进入 fail：errno 600001，旧文字 “ssl hand shake error”，新文字 “request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH”。",
        'Fine on today\'s phones. Old Android without TLS 1.2: fail with errno 600001, "ssl hand shake error" in old clients, in newer ones "request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH".',
    ),
    general_fix=Text("用户里没有这类旧机型时不需要修改。", "Nothing to fix unless your users have such phones."),
    clause="seed-2017 §1; platform §5 [doc]",
    source=f"{PAGE_2017}：“部分旧 Android 机型还未支持 TLS 1.2，请确保 HTTPS 服务器的 TLS 版本支持1.2及以下版本”",
    message=Text(
        "服务器不提供低于 TLS 1.2 的版本；部分旧 Android 机型不支持 TLS 1.2，会连不上",
        "the server offers nothing below TLS 1.2; some old Android devices know no TLS 1.2 and cannot connect",
    ),
    fix=Text(
        "不是违规。确实要照顾旧 Android 机型时，才另外启用 TLS 1.0/1.1。",
        "No violation; offer TLS 1.0/1.1 as well only if those old devices matter to you.",
    ),
)
