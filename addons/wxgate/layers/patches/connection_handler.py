"""``mode_servers.ProxyConnectionHandler``: the class that mitmproxy creates for each client connection.

Why: no hook runs when it is decided to continue reading a connection (back-pressure towards an HTTP/1 sender), and none
before the first layer of a mode connects.

Checked on 11.0.2, 12.2.3 and 12.3.1.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from mitmproxy.proxy import mode_servers

if TYPE_CHECKING:
    from wxgate.layers.own import Layers


def needed() -> bool:
    return True


def apply(own: "Layers") -> Callable[[], None]:
    from wxgate.layers.handler import handler_of

    original = mode_servers.ProxyConnectionHandler
    mode_servers.ProxyConnectionHandler = partial(handler_of, own)  # type: ignore[assignment, misc]

    def undo() -> None:
        mode_servers.ProxyConnectionHandler = original  # type: ignore[misc]

    return undo
