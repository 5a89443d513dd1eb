"""How far the product reaches into mitmproxy: names that it assigns to, methods that it overrides."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

from wxgate import layers
from wxgate.layers.checks import OVERRIDDEN
from wxgate.layers.checks import PATCHED
from wxgate.layers.patches import ALL

ADDONS = Path(__file__).resolve().parents[3] / "addons"
FOREIGN = "mitmproxy"
MOST_ASSIGNED = 9


def assigned(source):
    """Names of mitmproxy that a file assigns to, by whatever it calls them: imports in every form, aliases, setattr."""
    tree = ast.parse(source)
    foreign = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == FOREIGN:
                    foreign[alias.asname or FOREIGN] = alias.name if alias.asname else FOREIGN
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == FOREIGN:
            for alias in node.names:
                foreign[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def of(node):
        """The dotted name in mitmproxy that an expression stands for."""
        if isinstance(node, ast.Name):
            return foreign.get(node.id)
        if isinstance(node, ast.Attribute):
            owner = of(node.value)
            return f"{owner}.{node.attr}" if owner else None
        if isinstance(node, ast.Subscript):
            return of(node.value)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("getattr", "vars", "import_module", "__import__") and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and str(first.value).split(".")[0] == FOREIGN:
                    return str(first.value)
                return of(first)
        return None

    for _ in range(3):  # aliases of aliases
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and (known := of(node.value)):
                foreign.update({target.id: known for target in node.targets if isinstance(target, ast.Name)})
            elif isinstance(node, ast.For) and isinstance(node.iter, ast.Tuple) and isinstance(node.target, ast.Name):
                if known := next(filter(None, map(of, node.iter.elts)), None):
                    foreign[node.target.id] = known
    found = set()
    for node in ast.walk(tree):
        targets = []
        if isinstance(node, (ast.Assign, ast.Delete)):
            targets = node.targets
        elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
            targets = [node.target]
        for target in targets:
            for each in ast.walk(target):
                if isinstance(each, (ast.Attribute, ast.Subscript)) and (known := of(each)):
                    found.add(known)
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in ("setattr", "delattr") and node.args and (known := of(node.args[0])):
                what = node.args[1].value if isinstance(node.args[1], ast.Constant) else "?"
                found.add(f"{known}.{what}")
            elif name in ("update", "__setattr__", "setdefault") and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                if isinstance(owner, ast.Attribute) and owner.attr == "__dict__" and (known := of(owner.value)):
                    found.add(f"{known}.?")
    return {name for name in found if not name.startswith("mitmproxy.ctx")}


@pytest.mark.parametrize(
    "source",
    [
        "import mitmproxy.net.tls\nmitmproxy.net.tls.x = 1",
        "import mitmproxy.net.tls as t\nt.x = 1",
        "from mitmproxy.net import tls\ntls.x = 1",
        "from mitmproxy.net import tls as t\nt.x += 1",
        "from mitmproxy.http import Request\nR = Request\nR.x = 1",
        "from mitmproxy import http\nR = http.Request\nS = R\nsetattr(S, 'x', 1)",
        "from mitmproxy import http\ndel http.Request.x",
        "from mitmproxy import http\nfor kind in (http.Request, http.Response):\n    kind.x = 1",
        "from mitmproxy import http\nhttp.Request.__dict__.update(x=1)",
        "from mitmproxy import http\nvars(http)['x'] = 1",
        "def late():\n    from mitmproxy import http\n    http.x, y = 1, 2",
        "import importlib\nhttp = importlib.import_module('mitmproxy.http')\nhttp.x = 1",
    ],
)
def test_every_form_of_assigning_is_seen(source):
    assert assigned(source)


@pytest.mark.parametrize(
    "source",
    [
        "from mitmproxy import http\nclass R(http.Request):\n    x = 1",
        "from mitmproxy import http\ndef f(flow):\n    flow.error = http.Error('x')",
        "from mitmproxy import ctx\nctx.options.x = 1",
    ],
)
def test_what_is_no_name_of_mitmproxys_is_not_counted(source):
    assert not assigned(source)


def test_names_of_mitmproxy_that_are_assigned_to(capsys):
    found = {
        path: names for path in sorted(ADDONS.rglob("*.py")) if (names := assigned(path.read_text(encoding="utf-8")))
    }
    for path in found:
        assert path.parent.name == "patches", f"{path}: a patch has a file of its own"
        assert len({name.rpartition(".")[0] for name in found[path]}) == 1, f"{path}: one class or module a file"
    names = {name for each in found.values() for name in each}
    with capsys.disabled():
        print(f"\n{len(names)} names of mitmproxy are assigned to: {', '.join(sorted(names))}")
    assert len(found) == len(ALL) and len(names) <= MOST_ASSIGNED
    assert names == {f"{place.replace(':', '.')}.{name}" for place, each in PATCHED.items() for name in each}
    assert f"{len(names)} names" in layers.__doc__


def own_classes():
    for path in sorted((ADDONS / "wxgate" / "layers").glob("*.py")):
        module = importlib.import_module(f"wxgate.layers.{path.stem}" if path.stem != "__init__" else "wxgate.layers")
        for kind in vars(module).values():
            if inspect.isclass(kind) and kind.__module__ == module.__name__:
                yield kind


def overridden():
    """(class of ours, "module:Class" of mitmproxy's table, method)."""
    for kind in own_classes():
        bases = [base for base in kind.__mro__ if base.__module__.split(".")[0] == FOREIGN]
        for name, value in vars(kind).items():
            made_by_dataclass = name in ("__repr__", "__eq__", "__replace__") or "<string>" in str(
                getattr(value, "__code__", "")
            )
            if not inspect.isfunction(value) or made_by_dataclass:
                continue
            there = [base for base in bases if getattr(base, name, None) not in (None, getattr(object, name, None))]
            above = [f"{base.__module__}:{base.__name__}" for base in there]
            if above:
                yield kind, above, name


def place(name):
    """As the table spells it: packages re-export."""
    return name.replace("mitmproxy.proxy.layers.http.__init__", "mitmproxy.proxy.layers.http")


def test_every_overridden_method_is_checked_at_the_start_and_no_other(capsys):
    known = {(where, method) for where, methods in OVERRIDDEN.items() for method in methods}
    seen = set()
    for kind, above, name in overridden():
        matching = {(place(base), name) for base in above} & known
        assert matching, f"{kind.__name__}.{name} overrides {above[0]}: checks.OVERRIDDEN does not know it"
        seen |= matching
    assert not known - seen, "in the table, but overridden nowhere"
    classes = {where for where, _ in known}
    with capsys.disabled():
        print(f"\n{len(known)} methods of {len(classes)} classes of mitmproxy are overridden")
    stated = re.search(r"(\d+) methods of (\d+) classes", layers.__doc__)
    assert stated and [int(each) for each in stated.groups()] == [len(known), len(classes)]
