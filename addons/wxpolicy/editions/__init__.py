"""All editions: every module of this folder that has an ``EDITION``, by its name."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from wxpolicy.editions.edition import Edition


def _discovered() -> Mapping[str, Edition]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    editions = [module.EDITION for module in modules if hasattr(module, "EDITION")]
    found: dict[str, Edition] = {}
    for edition in editions:
        assert edition.name not in found, f"two editions are called {edition.name}"
        found[edition.name] = edition
    return MappingProxyType(found)


EDITIONS = _discovered()
# The specification: used if a policy names none.
DEFAULT = EDITIONS["2017"]

__all__ = ["DEFAULT", "EDITIONS", "Edition"]
