"""One page of the catalogue: what a code means on a phone and at a desk, and how a finding of it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from wxpolicy.catalogue.wording.values import Values
from wxpolicy.codes import ALL_PLATFORMS
from wxpolicy.codes import Family
from wxpolicy.codes import Known
from wxpolicy.codes import Severity
from wxpolicy.editions.edition import Failure
from wxpolicy.terms import Platform
from wxpolicy.terms import Text

# A text with {names} of the finding's data, or a function that makes one of it.
Wording = Text | Callable[[Values], Text]


class NetError(NamedTuple):
    """A line of Chromium's net error list: Android and newer iOS clients put it into errMsg (platform §3)."""

    number: int
    name: str

    @property
    def errmsg(self) -> str:
        return f"errcode:{self.number} cronet_error_code:{self.number} error_msg:net::{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """``message`` and ``fix`` are a finding's own; ``general_fix`` is what helps without knowing the call.

    ``phone`` says what a release build does: errno and errMsg, or what else can
    be noticed. ``failure`` is what a failing call is to the platform: an
    edition has errno and errMsg for it. ``own_reason`` stands in their place where the proxy itself ended the call.
    ``platforms`` are those on which the code can be a violation or a warning;
    where it is only ever a note, those that it concerns. ``clause`` is the
    sentence of the specification or the fact behind the rule, ``source`` the
    document that says so, with its mark, quoted in its own language where it is
    short. ``severity``, ``known`` and ``clause`` are what a finding has unless its rule says otherwise.
    """

    family: Family
    known: Known
    failure: Failure
    title: Text
    meaning: Text
    causes: tuple[Text, ...]
    phone: Text
    general_fix: Text
    clause: str
    source: str
    message: Wording
    fix: Wording
    severity: Severity = Severity.VIOLATION
    net_error: NetError | None = None
    own_reason: str | None = None
    platforms: tuple[Platform, ...] = ALL_PLATFORMS
