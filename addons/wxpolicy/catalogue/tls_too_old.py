"""TLS_TOO_OLD: the server agreed on a version below TLS 1.2.

data: "host", "version": the version agreed on, absent where nobody saw it,
    "is_refused": true where the server took neither TLS 1.2 nor 1.3

examples:
    {"host": "api.example.com", "version": "TLSv1.1"}
    {"host": "api.example.com", "is_refused": true}
    {"host": "api.example.com"}
"""

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.catalogue.wording.sources import TLS_1_2
from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Text


def message(data: Values) -> Text:
    if data.flag("is_refused"):
        return Text(
            "服务器不提供 TLS 1.2 或 1.3，小程序要求 TLS 1.2 及以上",
            "the server offers neither TLS 1.2 nor 1.3; a mini-program asks for TLS 1.2 or later",
        )
    if not data.has("version"):
        return Text("没有看到与服务器协商的 TLS 版本，无法判断", "the TLS version agreed with the server was not seen")
    return data.say(
        "与服务器协商的版本是 {version}，小程序要求 TLS 1.2 及以上",
        "the server agreed on {version}; a mini-program asks for TLS 1.2 or later",
    )


ENTRY = Entry(
    family=Family.CERTIFICATE,
    known=Known.DOCUMENTED,
    failure=Failure.CERTIFICATE,
    net_error=NetError(-113, "ERR_SSL_VERSION_OR_CIPHER_MISMATCH"),
    title=Text("TLS 版本低于 1.2", "TLS older than 1.2"),
    meaning=Text("服务器只提供 TLS 1.1 或更低版本。", "The server offers nothing newer than TLS 1.1."),
    causes=(
        Text(
            "旧系统（如 Windows Server 2008、OpenSSL 1.0.0）没有升级",
            "an old system (Windows Server 2008, OpenSSL 1.0.0) was never upgraded",
        ),
        Text("ssl_protocols 漏写了 TLSv1.2", "ssl_protocols lacks TLSv1.2"),
    ),
    phone=Text(
        "进入 fail：errno 600001，Android 的 errMsg “request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH”，开发者工具提示“小程序要求的 TLS 版本必须大于等于 1.2”。打开调试时不检查。",
        'fail runs: errno 600001, errMsg on Android "request:fail errcode:-113 cronet_error_code:-113 error_msg:net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH"; devtools: "小程序要求的 TLS 版本必须大于等于 1.2". With debugging on it is not checked.',
    ),
    general_fix=Text(
        "启用 TLS 1.2 和 1.3，nginx：ssl_protocols TLSv1.2 TLSv1.3;",
        "Turn on TLS 1.2 and 1.3, with nginx: ssl_protocols TLSv1.2 TLSv1.3;",
    ),
    clause="seed-2017 §1",
    source=TLS_1_2,
    message=message,
    fix=Text(
        "在服务器上启用 TLS 1.2 和 1.3，例如 nginx：`ssl_protocols TLSv1.2 TLSv1.3;`。",
        "Turn on TLS 1.2 and 1.3, with nginx: `ssl_protocols TLSv1.2 TLSv1.3;`.",
    ),
)
