"""What each finding code means, and how a finding of it reads: for the report, the page and ``policy.py explain``.

One file a code, named by it: adding a code is adding a file. ``wording`` has what the files are made of.
"""

from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.catalogue.wording.entry import Entry
from wxpolicy.catalogue.wording.rendering import entry
from wxpolicy.catalogue.wording.rendering import fix_of
from wxpolicy.catalogue.wording.rendering import message_of
from wxpolicy.codes import Code

__all__ = ["CATALOGUE", "Entry", "entry", "fix_of", "message_of"]

CATALOGUE: Mapping[Code, Entry] = MappingProxyType({code: entry(code) for code in Code})
