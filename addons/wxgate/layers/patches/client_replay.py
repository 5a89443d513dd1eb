"""``clientplayback.ReplayHandler``: the class that replays a recorded call.

Why: it creates its HTTP layer itself, without calling ``next_layer``, so a replayed call would be sent by layers
without permits.

Checked on 11.0.2, 12.2.3 and 12.3.1.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mitmproxy.addons import clientplayback

if TYPE_CHECKING:
    from wxgate.layers.own import Layers


def needed() -> bool:
    return True


def apply(own: "Layers") -> Callable[[], None]:
    from wxgate.layers.handler import OwnReplayHandler

    original = clientplayback.ReplayHandler
    clientplayback.ReplayHandler = type("OwnReplayHandler", (OwnReplayHandler,), {"own": own})  # type: ignore[assignment, misc]

    def undo() -> None:
        clientplayback.ReplayHandler = original  # type: ignore[misc]

    return undo
