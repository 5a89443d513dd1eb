"""INTERNAL_ERROR: an exception of our own, in a rule or on the way to it. It refuses the call; observe records it alone.

Says nothing:
    whatever a rule finds
Fails:
    a rule, a gate or a layer that raises
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage
from wxpolicy.text.printable import beginning
from wxpolicy.text.printable import printable

STAGE = Stage.ANY_TIME


def check(where: str, error: str) -> Iterator[Finding]:
    """``where`` names the place in the product, ``error`` is the exception's type and message."""
    yield Finding(Code.INTERNAL_ERROR, {"subject": where, "error": printable(beginning(error, 200))})
