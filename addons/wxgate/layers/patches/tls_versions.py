"""``net.tls.is_supported_version``: raises, instead of returning False, on an OpenSSL without an old version.

Why: mitmproxy then does not start at all (OpenSSL 4 has no SSL 3). Fixed upstream by mitmproxy #8294, in 12.3.1: there
this patch is not needed.

Checked on 11.0.2, 12.2.3 and 12.3.1.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mitmproxy.net import tls
from OpenSSL import SSL

if TYPE_CHECKING:
    from wxgate.layers.own import Layers


def needed() -> bool:
    try:
        for version in tls.Version:
            tls.is_supported_version(version)
    except SSL.Error:
        return True
    return False


def apply(own: "Layers | None" = None) -> Callable[[], None]:
    original = tls.is_supported_version

    def is_supported_version(version: tls.Version) -> bool:
        try:
            return bool(original(version))
        except SSL.Error:
            return False

    tls.is_supported_version = is_supported_version  # type: ignore[assignment]

    def undo() -> None:
        tls.is_supported_version = original

    return undo
