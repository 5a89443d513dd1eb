"""Entry for ``mitmdump -s``: as break_rule.py, but at once: not only when the next client connects.

``--set break_method=FILE``: FILE names "module:Class.method"; FILE.is then holds what is broken just now.
"""

import asyncio
import importlib
from pathlib import Path

from mitmproxy import ctx

_POLL_S = 0.005


def broken(*_: object, **__: object) -> None:
    raise RuntimeError("broken on purpose")


class BreakMethod:
    def __init__(self) -> None:
        self._undo = lambda: None

    def load(self, loader) -> None:
        loader.add_option("break_method", str, "", "Names the method that shall raise.")

    def running(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch(Path(ctx.options.break_method)))

    async def _watch(self, file: Path) -> None:
        now = ""
        while True:
            await asyncio.sleep(_POLL_S)
            wanted = file.read_text("utf-8").strip() if file.is_file() else ""
            if wanted == now:
                continue
            self._undo()
            self._undo = lambda: None
            if wanted:
                self._break(*wanted.split(":"))
            now = wanted
            file.with_suffix(".is").write_text(now, "utf-8")

    def _break(self, module: str, attribute: str) -> None:
        owner = importlib.import_module(module)
        *path, name = attribute.split(".")
        for each in path:
            owner = getattr(owner, each)
        original = vars(owner)[name]
        setattr(owner, name, broken)
        self._undo = lambda: setattr(owner, name, original)


addons = [BreakMethod()]
