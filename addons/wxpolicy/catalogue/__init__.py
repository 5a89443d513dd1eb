"""What each finding code means: for the report, the page and ``policy.py explain``."""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.catalogue import behaviour
from wxpolicy.catalogue import certificate
from wxpolicy.catalogue import domain
from wxpolicy.catalogue import ours
from wxpolicy.catalogue import response
from wxpolicy.catalogue.entry import Entry
from wxpolicy.finding import Code

CATALOGUE: Mapping[Code, Entry] = MappingProxyType(
    {each.code: each for part in (domain, certificate, behaviour, response, ours) for each in part.ENTRIES}
)


def entry(code: Code) -> Entry:
    """The catalogue's page on a code; every code has one."""
    return CATALOGUE[code]
