"""What ``mitmdump -s addons/miniprogram.py`` loads: the pipeline, or why it cannot run on this mitmproxy."""

import logging
from typing import Any

from wxgate.layers.checks import unfit
from wxgate.layers.checks import untried
from wxpolicy.terms import Text

logger = logging.getLogger(__name__)


def addons_for_mitmdump() -> list[Any]:
    trouble = unfit()
    if trouble is not None:
        return [Refusing(trouble)]
    note = untried()
    if note is not None:
        logger.warning(note.en)

    from wxgate.pipeline import pipeline
    from wxgate.start.introduction import Introduction

    made = pipeline()
    return [Introduction(made.source, made.session, made.addons), *made.addons]


class Refusing:
    """Ends mitmdump, as every error does that is logged while it starts."""

    def __init__(self, trouble: Text) -> None:
        self._trouble = trouble

    def load(self, loader: Any) -> None:
        logger.error(f"{self._trouble.en} / {self._trouble.zh}")
