"""Entry for ``mitmdump -s``: ``--set inner_state=FILE`` has the proxy write down what it holds, ten times a second."""

import asyncio
import json
from pathlib import Path

from mitmproxy import ctx

_EVERY_S = 0.1


class InnerState:
    def load(self, loader) -> None:
        loader.add_option("inner_state", str, "", "Where to write it.")

    def running(self) -> None:
        if ctx.options.inner_state:
            self._telling = asyncio.get_running_loop().create_task(self._tell(Path(ctx.options.inner_state)))

    async def _tell(self, file: Path) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            loop = asyncio.get_running_loop()
            told = {
                "calls": len(ctx.master.addons.get("calls").calls),
                "wires": len(ctx.master.addons.get("layers").wires),
                "tasks": len(asyncio.all_tasks()),
                "timers": sum(not handle.cancelled() for handle in loop._scheduled),
            }
            part = file.with_suffix(".part")
            part.write_text(json.dumps(told))
            part.replace(file)


addons = [InnerState()]
