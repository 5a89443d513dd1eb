"""Messages for users who load the product into mitmproxy's own programs: mistakes as a sentence, and what is in force.

``scripts/run.py`` reports all of it in its own way; this is for ``mitmdump -s`` only. mitmproxy shows an exception in a
script's ``configure`` with a traceback, and ignores unknown options.
"""

import functools
import logging
from collections.abc import Callable
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from mitmproxy import ctx
from mitmproxy import exceptions

from wxgate.recording.session import Session
from wxgate.start.policy_source import PolicySource
from wxpolicy.terms import Text

PREFIX = "mp_"
logger = logging.getLogger(__name__)


class Introduction:
    """Runs before all other addons. An error that it logs while mitmproxy starts ends mitmproxy."""

    def __init__(self, source: PolicySource, session: Session, others: Iterable[Any]) -> None:
        self._source = source
        self._session = session
        self._is_running = False
        self._has_failed = False
        for addon in others:
            if hasattr(addon, "configure"):
                addon.configure = self._in_a_sentence(addon.configure)

    def configure(self, updated: set[str]) -> None:
        if not self._is_running:
            for name in ctx.options.deferred:
                if name.startswith(PREFIX):
                    self._fail(unknown_option(name, ctx.options.keys()))

    def running(self) -> None:
        if self._has_failed:
            return
        self._is_running = True
        logger.info(self._in_force().in_lang(ctx.options.mp_lang))

    def _in_force(self) -> Text:
        writer = self._session.writer
        folder = writer.folder if writer is not None else None
        zh = "；".join(
            f"策略 {file.path}：appid {policy.appid}，edition {policy.edition.name}，mode {policy.mode}，scope {policy.scope}"
            for file, policy in zip(self._source.files, self._source.policies, strict=True)
        )
        en = "; ".join(
            f"Policy {file.path}: appid {policy.appid}, edition {policy.edition.name}, mode {policy.mode}, scope {policy.scope}"
            for file, policy in zip(self._source.files, self._source.policies, strict=True)
        )
        if folder is None:
            return Text(f"{zh}；不录制会话", f"{en}; no session is recorded")
        return Text(f"{zh}；会话录制在 {folder}", f"{en}; the session is recorded in {folder}")

    def _in_a_sentence(self, configure: Callable[[set[str]], None]) -> Callable[[set[str]], None]:
        @functools.wraps(configure)
        def told(updated: set[str]) -> None:
            if self._has_failed:
                return  # later mistakes follow from the first one
            try:
                configure(updated)
            except exceptions.OptionsError as error:
                if self._is_running:
                    raise  # of a command: its caller gets the error
                self._fail(Text(str(error), str(error)))

        return told

    def _fail(self, trouble: Text) -> None:
        self._has_failed = True
        lang = getattr(ctx.options, "mp_lang", "en")
        logger.error(trouble.in_lang(lang))


def unknown_option(name: str, known: Iterable[str]) -> Text:
    close = get_close_matches(name, [each for each in known if each.startswith(PREFIX)], 1)
    zh, en = (f"，是否想写 {close[0]}？", f"; did you mean {close[0]}?") if close else ("", "")
    return Text(f"没有选项 {name}{zh}", f"there is no option {name}{en}")
