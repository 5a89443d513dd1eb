"""Which rules run at a stage, and in which order."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any
from typing import Protocol

from wxpolicy.finding import Finding
from wxpolicy.rules.stage import Stage

_PACKAGE = "wxpolicy.rules"
# What no list could ever contain comes first, so that the first finding names the root cause.
# Rules that are not listed here run last, in the order of their names.
_FIRST = (
    "url_invalid",
    "scheme",
    "host_is_localhost",
    "host_is_ip",
    "host_reserved",
    "port",
    "domain_list",
    "redirect",
    "status",
    "charset",
    "file_too_large",
)
_NO_RULES = frozenset({"order", "stage"})


class Rule(Protocol):
    """A rule's file. The arguments of ``check`` are those of its stage."""

    STAGE: Stage

    def check(self, *args: Any) -> Iterator[Finding]: ...


def discover(stage: Stage) -> tuple[Rule, ...]:
    """The rules of a stage, in their order."""
    return _found()[stage]


# Not when this file is imported: a rule may ask for the rules of another stage.
@cache
def _found() -> dict[Stage, tuple[Rule, ...]]:
    package = find_spec(_PACKAGE)
    names = {found.name for found in iter_modules(package.submodule_search_locations if package else ())} - _NO_RULES
    order = [name for name in _FIRST if name in names] + sorted(names.difference(_FIRST))
    rules: dict[Stage, list[Any]] = {stage: [] for stage in Stage}
    for name in order:
        module = import_module(f"{_PACKAGE}.{name}")
        stage = getattr(module, "STAGE", None)
        if isinstance(stage, Stage):
            rules[stage].append(module)
    return {stage: tuple(found) for stage, found in rules.items()}
