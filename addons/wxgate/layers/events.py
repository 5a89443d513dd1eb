"""Events of our own, which enter where mitmproxy's do and are passed down the layers to one HTTP layer. And one
hook."""

from dataclasses import dataclass
from dataclasses import field
from enum import Enum
from typing import Any

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.proxy.commands import StartHook
from mitmproxy.proxy.events import Event


class Whom(Enum):
    """Who is notified that a call is cut, in this order."""

    CLIENT = 1
    SERVER = 2
    STREAM = 3


@dataclass
class Cut(Event):
    """Ends one stream. ``exclusive`` is filled on the way: the connections that carry no other call and may be
    closed."""

    stream: Any
    message: str
    whom: Whom
    exclusive: list[Connection] = field(default_factory=list)


@dataclass
class Flush(Event):
    """Makes an HTTP/2 connection write its buffers."""

    speaker: Any


@dataclass
class MpBodyWholeHook(StartHook):
    """A streamed response has as many bytes as its head announces. With what is sent now its client has all of it."""

    flow: http.HTTPFlow
    blocking = True
