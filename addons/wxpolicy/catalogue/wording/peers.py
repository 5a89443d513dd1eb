"""The server that was dialled, and what is known of why it failed."""

import re

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.terms import Text


def dialled(data: Values) -> Text:
    """What was really dialled, and in whose place."""
    if not data.has("dialled"):
        return data.say("{host}", "{host}")
    if not data.has("instead_of"):
        return data.say("{dialled}", "{dialled}")
    return data.say("{dialled}（代替 {instead_of}）", "{dialled} (in place of {instead_of})")


def reason(data: Values) -> Text:
    """What was said of the failure, with what goes before it; nothing where nothing is known."""
    if not data.raw("error"):
        return Text("", "")
    return data.say("：{error}", ": {error}")


# What the system says where no connection came about: Linux, macOS, Windows.
_NO_CONNECTION = (
    (
        r"(?:\[Errno -?\d+\] )?(?:Name or service not known|No address associated with hostname|getaddrinfo failed"
        r"|Temporary failure in name resolution|nodename nor servname provided, or not known)",
        Text("域名解析不到地址", "its name does not resolve to an address"),
    ),
    (r"\[Errno (?:111|61|10061)\] Connect call failed .*", Text("连接被拒绝", "the connection was refused")),
    (r"\[Errno (?:101|113|51|65)\] Connect call failed .*", Text("没有到它的路由", "there is no route to it")),
    (r"\[Errno (?:110|60)\] Connect call failed .*", Text("没有应答", "it does not answer")),
)


def no_connection(error: object) -> Text | None:
    """Why no connection came about, from the system's words for it; None where they are others."""
    for pattern, text in _NO_CONNECTION:
        if re.fullmatch(pattern, str(error)):
            return text
    return None
