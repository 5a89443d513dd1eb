"""mitmproxy's own addons that have nothing to do are not called, as long as an option or their state says so.

Some of them build a URL, look up options or create a coroutine before they notice. An addon is left out of the table
while an option that it depends on is not set (the table is rebuilt when an option changes), or is checked first by
something that costs less than the call. All of them are loaded, and act as soon as there is something to do. Checked on
11.0.2, 12.2.3 and 12.3.1: an addon with another name or structure is called as usual.
"""

from collections.abc import Callable
from typing import Any

from mitmproxy import http
from mitmproxy.addons.anticache import AntiCache
from mitmproxy.addons.anticomp import AntiComp
from mitmproxy.addons.disable_h2c import DisableH2C
from mitmproxy.addons.maplocal import MapLocal
from mitmproxy.addons.modifybody import ModifyBody
from mitmproxy.addons.modifyheaders import ModifyHeaders
from mitmproxy.addons.onboarding import Onboarding
from mitmproxy.addons.savehar import SaveHar
from mitmproxy.addons.tlsconfig import TlsConfig

_Hook = Callable[..., Any]

# Hooks that do nothing as long as none of these options is set.
_BY_OPTION: dict[tuple[type, str], tuple[str, ...]] = {
    (AntiCache, "request"): ("anticache",),
    (AntiComp, "request"): ("anticomp",),
    (Onboarding, "request"): ("onboarding",),
    (SaveHar, "response"): ("hardump",),
    (SaveHar, "error"): ("hardump",),
    (SaveHar, "websocket_end"): ("hardump",),
}


def guarded(addon: Any, name: str, hook: _Hook, options: Any) -> _Hook | None:
    """The hook to be called; None if it would do nothing."""
    needs = _BY_OPTION.get((type(addon), name))
    if needs is not None and not any(getattr(options, each, True) for each in needs):
        return None
    guard = _BY_LOOK.get((type(addon), name))
    return guard(addon, hook, options) if guard is not None else hook


def _replacing(addon: Any, hook: _Hook, options: Any) -> _Hook | None:
    return hook if addon.replacements else None


def _onboarding(addon: Any, hook: _Hook, options: Any) -> _Hook:
    """Its host as named by the connection or the request; every name that may be it is left to the addon."""
    shown = addon.host.lower().encode("utf-8", "replace")

    def request(flow: http.HTTPFlow) -> Any:
        data = flow.request.data
        if flow.request.host.lower() == addon.host.lower() or shown in data.authority.lower():
            return hook(flow)
        for field, value in data.headers.fields:
            if len(field) == 4 and field.lower() == b"host" and shown in value.lower():
                return hook(flow)
        return None

    # A name beyond ASCII has other spellings on the wire.
    return request if addon.host.isascii() else hook


def _no_h2c(addon: Any, hook: _Hook, options: Any) -> _Hook:
    def request(flow: http.HTTPFlow) -> Any:
        data = flow.request.data
        if data.method == b"PRI" or any(
            len(field) == 7 and field.lower() == b"upgrade" for field, _ in data.headers.fields
        ):
            return hook(flow)
        return None

    return request


def _revocation_list(addon: Any, hook: _Hook, options: Any) -> _Hook:
    """The addon answers requests for the revocation list of its own CA; with options of some versions it does more."""
    if any(name in options and getattr(options, name) for name in ("emudhra", "emudhra_old")):
        return hook

    def request(flow: http.HTTPFlow) -> Any:
        return hook(flow) if flow.request.data.path.endswith(b".crl") else None

    return request


_BY_LOOK: dict[tuple[type, str], Callable[[Any, _Hook, Any], _Hook | None]] = {
    (MapLocal, "request"): _replacing,
    (ModifyHeaders, "requestheaders"): _replacing,
    (ModifyHeaders, "responseheaders"): _replacing,
    (ModifyBody, "request"): _replacing,
    (ModifyBody, "response"): _replacing,
    (Onboarding, "request"): _onboarding,
    (DisableH2C, "request"): _no_h2c,
    (TlsConfig, "request"): _revocation_list,
}
