"""METHOD_NOT_SUPPORTED, a warning: wx.request knows eight methods, and PATCH is none of them.

platform §1 [doc]: the values of ``method`` are OPTIONS, GET, HEAD, POST, PUT, DELETE, TRACE and CONNECT;
developers met ``request:fail method is invalid`` [said], one of them says that PATCH went through. A
client of the platform that sends another has taken it: nothing is said of its calls.

Says nothing:
    PUT of an H5 build; PATCH of WeChat itself
Warns:
    PATCH of an H5 build, a simulator or a test harness
"""

from collections.abc import Iterator

from wxpolicy.call.facts import Classification
from wxpolicy.editions import Edition
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage
from wxpolicy.terms import Api
from wxpolicy.terms import Client
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

STAGE = Stage.ANY_TIME

_LONGEST_METHOD = 40


def check(
    method: str, host: str, classification: Classification, client: Client, edition: Edition
) -> Iterator[Finding]:
    """At most one finding: the method of a call that may be wx.request."""
    if client is Client.UNKNOWN and Api.REQUEST in classification.apis and method.upper() not in edition.methods:
        data = {"host": host, "method": printable(beginning(method, _LONGEST_METHOD)), "known": sorted(edition.methods)}
        yield Finding(Code.METHOD_NOT_SUPPORTED, data)
