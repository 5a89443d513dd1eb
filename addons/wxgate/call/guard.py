"""Where an exception of ours was raised, as text for its record."""

import traceback

_OWN = ("wxgate.", "wxpolicy.", "wxsession.", "wxredact.")


def place_of(error: BaseException) -> str:
    """The innermost function of the product in the traceback, for example "wxpolicy.rules.port.check"."""
    place = "wxgate"
    for frame, _ in traceback.walk_tb(error.__traceback__):
        module = frame.f_globals.get("__name__", "")
        if isinstance(module, str) and module.startswith(_OWN):
            place = f"{module}.{frame.f_code.co_name}"
    return place


def named(error: BaseException) -> str:
    """The exception's type and message."""
    return f"{type(error).__name__}: {error}"
