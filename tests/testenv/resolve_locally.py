"""Entry for ``mitmdump -s``: makes every name of a live test live on loopback (wxlab.resolver)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

from wxlab.resolver import ResolveLocally  # noqa: E402

addons = [ResolveLocally()]
