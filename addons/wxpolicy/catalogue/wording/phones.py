"""What a phone does with a call that it refuses, where several codes share it (platform §3)."""

from wxpolicy.catalogue.wording.entry import NetError
from wxpolicy.terms import Text

NOT_SENT = Text(
    "请求不会发出，进入 fail：errno 600002，errMsg “request:fail url not in domain list:域名”（旧客户端没有冒号和域名）。打开调试时不检查。",
    'Nothing is sent and fail runs: errno 600002, errMsg "request:fail url not in domain list:HOST" (older clients leave out'
    " the colon and the host). With debugging on it is not checked.",
)


def refused_after_handshake(error: NetError, besides: Text = Text("", "")) -> Text:
    return Text(
        f"握手后立即进入 fail：errno 600001，Android 与新版 iOS 的 errMsg “request:fail {error.errmsg}”；"
        f"旧版 Android 为 “ssl hand shake error”，旧版 iOS 为 “此服务器的证书无效…”，开发者工具为 “对应的服务器证书无效。”。打开调试时不检查。{besides.zh}",
        f'fail runs right after the handshake: errno 600001; errMsg on Android and newer iOS "request:fail {error.errmsg}";'
        f' older Android "ssl hand shake error", older iOS "此服务器的证书无效…", devtools "对应的服务器证书无效。".'
        f" With debugging on it is not checked.{besides.en}",
    )


def refused_by_ios(error: NetError) -> Text:
    return Text(
        f"只有 iOS 拒绝，握手后立即进入 fail：errno 600001，新版 errMsg “request:fail {error.errmsg}”，旧版为 “此服务器的证书无效…”。"
        "Android 与开发者工具通常放行。打开调试时不检查。",
        f'Only iOS refuses: fail runs right after the handshake with errno 600001, in newer versions errMsg "request:fail {error.errmsg}",'
        ' in older ones "此服务器的证书无效…". Android and devtools usually let it pass. With debugging on it is not checked.',
    )


def refused_in_handshake(error: NetError, besides: Text = Text("", "")) -> Text:
    return Text(
        f"握手失败，进入 fail：errno 600001，Android 与新版 iOS 的 errMsg “request:fail {error.errmsg}”。打开调试也一样。{besides.zh}",
        f'The handshake fails and fail runs: errno 600001, errMsg on Android and newer iOS "request:fail {error.errmsg}".'
        f" With debugging on as well.{besides.en}",
    )
