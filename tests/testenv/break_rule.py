"""Entry for ``mitmdump -s``: makes one function of the product raise, for as long as a file names it.

``--set break_file=FILE``: the file holds "module:attribute", as in
"wxpolicy.rules.port:check" or "wxgate.steering.app_states:AppStates.order"; empty or
missing, nothing is broken. It is read again for each new client connection;
FILE.is then holds what is broken.
"""

import importlib
from pathlib import Path

from mitmproxy import connection
from mitmproxy import ctx


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken on purpose")


class BreakRule:
    def __init__(self) -> None:
        self._mend = lambda: None

    def load(self, loader) -> None:
        loader.add_option("break_file", str, "", "Names the function that shall raise.")

    def client_connected(self, client: connection.Client) -> None:
        self._mend()
        self._mend = lambda: None
        path = Path(ctx.options.break_file)
        target = path.read_text("utf-8").strip() if path.is_file() else ""
        if target:
            self._break(*target.split(":"))
        path.with_suffix(".is").write_text(target, "utf-8")

    def _break(self, module: str, attribute: str) -> None:
        owner = importlib.import_module(module)
        *path, name = attribute.split(".")
        for each in path:
            owner = getattr(owner, each)
        original = getattr(owner, name)
        setattr(owner, name, broken)
        self._mend = lambda: setattr(owner, name, original)


addons = [BreakRule()]
