"""Parses the states, devices and appids in commands, strictly. Each reader raises ValueError with what was found and
what was expected."""

import ipaddress
import re

from wxpolicy.state.lifecycle import Change
from wxpolicy.state.orders import ANY

_APPID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WORDS = {"pin": Change.PINNED, "unpin": Change.UNPINNED}


def read_change(word: object) -> Change:
    """ "background", "foreground", "pinned" or "pin", "unpinned" or "unpin"."""
    if isinstance(word, str):
        if word in _WORDS:
            return _WORDS[word]
        if word in tuple(Change):
            return Change(word)
    raise ValueError(f"found state {word!r}, expected one of {', '.join(Change)}")


def read_device(text: object) -> str:
    """ "any", or an IP address in any spelling: returned in its canonical one."""
    if text == ANY:
        return ANY
    try:
        if isinstance(text, str):
            return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    raise ValueError(f"found device {text!r}, expected any or an IP address such as 192.168.1.23")


def read_appid(text: object) -> str:
    """ "any", or an appid."""
    if isinstance(text, str) and _APPID.fullmatch(text):
        return text
    raise ValueError(f"found appid {text!r}, expected any or an appid such as wx0123456789abcdef")
