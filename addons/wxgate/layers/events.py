"""Events of our own. They come in where mitmproxy's do and travel down the layers to one HTTP layer. And one hook."""

from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from typing import Any

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.proxy.commands import StartHook
from mitmproxy.proxy.events import Event


class Whom(Enum):
    """Who is told that a call is cut, in this order."""

    CLIENT = 1
    SERVER = 2
    STREAM = 3


@dataclass
class Cut(Event):
    """Ends one stream. ``exclusive`` is filled on the way: the connections that carry no other call and may be closed."""

    stream: Any
    message: str
    whom: Whom
    exclusive: list[Connection] = field(default_factory=list)


@dataclass
class Flush(Event):
    """Has one HTTP/2 connection write what waits in its buffers."""

    speaker: Any


@dataclass
class MpBodyWholeHook(StartHook):
    """A streamed answer has as many bytes as its head promises. Its client learns the end with what is sent on now."""

    flow: http.HTTPFlow
    blocking = True
