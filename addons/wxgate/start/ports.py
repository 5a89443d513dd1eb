"""Whether an address can be listened on, checked before the start: mitmproxy's own message names options that run.py
does not have."""

import errno
import os
import socket

from wxpolicy.terms import Text
from wxpolicy.text.system_errors import reason
from wxpolicy.url.hosts import with_brackets

_HIGHEST_RESERVED_PORT = 1023


def bind_error(host: str, port: int, option: str) -> Text | None:
    """Why the address cannot be bound, and what to write for ``option`` instead; None if it can."""
    try:
        places = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        return _foreign(host, option)
    for family, kind, protocol, _, place in places:
        try:
            with socket.socket(family, kind, protocol) as tried:
                if os.name == "posix":
                    # As servers do: a port that the last session has just released is free.
                    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tried.bind(place)
        except OSError as error:
            return _said(error, host, port, option)
    return None


def _said(error: OSError, host: str, port: int, option: str) -> Text:
    place = f"{with_brackets(host)}:{port}"
    other = f"{option} {with_brackets(host)}:{port + 10 if port < 65_526 else 8090}"
    if error.errno == errno.EADDRINUSE:
        return Text(
            f"{place} 已被占用（另一个代理还在运行？）：请停止它，或换一个端口，例如 {other}",
            f"{place} is in use (is another proxy still running?): stop it, or choose another port, for example {other}",
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return _foreign(host, option)
    if error.errno == errno.EACCES and port <= _HIGHEST_RESERVED_PORT:
        return Text(
            f"{place}：{_HIGHEST_RESERVED_PORT} 及以下的端口需要管理员权限：请换一个端口，例如 {option} {with_brackets(host)}:8080",
            f"{place}: ports up to {_HIGHEST_RESERVED_PORT} need administrator rights: choose another port, for example {option} {with_brackets(host)}:8080",
        )
    why = reason(error)
    return Text(
        f"无法监听 {place}：{why.zh}；请用 {option} 换一个地址",
        f"cannot listen on {place}: {why.en}; choose another address with {option}",
    )


def _foreign(host: str, option: str) -> Text:
    return Text(
        f"{host} 不是本机的地址：{option} 可以使用 0.0.0.0（所有网络）或 127.0.0.1（仅本机）",
        f"{host} is not an address of this machine: use 0.0.0.0 (all networks) or 127.0.0.1 (this machine only) in {option}",
    )
