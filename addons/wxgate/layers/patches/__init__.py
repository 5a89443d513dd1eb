"""Names of mitmproxy that are replaced, because no hook and no subclass reaches them. One per file.

Each file says why, and with which versions it was checked; ``needed()`` tells whether this mitmproxy needs it,
``apply(own)`` applies it and returns a function that reverts it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wxgate.layers.patches import client_replay
from wxgate.layers.patches import connection_handler
from wxgate.layers.patches import header_fields
from wxgate.layers.patches import message_checks
from wxgate.layers.patches import tls_output
from wxgate.layers.patches import tls_versions

if TYPE_CHECKING:
    from wxgate.layers.own import Layers

ALL = (connection_handler, client_replay, header_fields, message_checks, tls_output, tls_versions)


def apply(own: "Layers") -> list[Callable[[], None]]:
    return [patch.apply(own) for patch in ALL if patch.needed()]
