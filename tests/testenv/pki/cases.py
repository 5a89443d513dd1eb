"""Chains that differ from a good one in a single thing: what is served, which roots are trusted, for which host.

Not those of the golden file, and made independently of it: what devices do with
them is asked of a real Chromium and of a JDK's PKIX.
"""

from collections.abc import Callable
from collections.abc import Container
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from testenv.pki.certificates import HOST
from testenv.pki.certificates import Made
from testenv.pki.certificates import set_tag


@dataclass(frozen=True)
class Case:
    """``served`` begins with the server's own certificate, whose key the server needs."""

    id: str
    served: tuple[Made, ...]
    roots: tuple[Made, ...]
    host: str = HOST


Maker = Callable[[datetime], Case | tuple]
_MAKERS: dict[str, Maker] = {}


def case(id_: str, host: str = HOST) -> Callable[[Callable], Callable]:
    """Registers a maker: a function of the time that gives (served, roots)."""

    def register(make: Callable) -> Callable:
        assert id_ not in _MAKERS, id_
        number = len(_MAKERS)

        def made(now: datetime) -> Case:
            set_tag(str(number))
            served, roots = make(now)
            return Case(id_, tuple(served), tuple(roots), host)

        _MAKERS[id_] = made
        return make

    return register


def all_cases(now: datetime, ids: Container[str] | None = None) -> Iterator[Case]:
    """Every case, or those with one of ``ids``, made for this moment."""
    from testenv.pki import chain_cases
    from testenv.pki import intermediate_cases
    from testenv.pki import key_id_cases
    from testenv.pki import leaf_cases
    from testenv.pki import root_cases
    from testenv.pki import tool_cases

    assert root_cases and intermediate_cases and chain_cases and key_id_cases and leaf_cases and tool_cases
    for id_ in _MAKERS:
        if ids is None or id_ in ids:
            yield _MAKERS[id_](now)
