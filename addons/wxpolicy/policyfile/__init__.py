"""The policy file: text in, a Policy or every mistake at once out. No files are opened here.

The modules in order: ``yamltree`` (text to nodes with places), ``values`` (one value),
``entries`` and ``entryhost`` (one server-domain entry), ``lists`` (server-domain lists in any of
their forms), ``sections`` (networkTimeout and the like), ``reader`` (the whole).
"""

from wxpolicy.policyfile.lists import DomainLists
from wxpolicy.policyfile.lists import read_domain_lists
from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.reader import Reading
from wxpolicy.policyfile.reader import read_policy

__all__ = ["DomainLists", "Mistake", "Reading", "read_domain_lists", "read_policy"]
