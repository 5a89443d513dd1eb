"""The filtered calls as a file: HAR, jsonl or an HTML page.

Sent while it is generated, from a reader of its own.
"""

import asyncio
from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tornado.iostream import StreamClosedError

from wxcapture.har_entry import entry
from wxcapture.har_secrets import Secrets
from wxcapture.har_writer import frame
from wxcapture.one_flow import flow_of
from wxgate.call.facts import call_facts
from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxpolicy.terms import Text
from wxpolicy.text.json_line import json_line
from wxreport.html_page import render_html
from wxreport.jsonlines import iter_jsonl
from wxreport.summary import summarise
from wxsession.filters import CallFilter
from wxsession.store import StoreReader

KINDS = {"har": "application/json", "jsonl": "application/x-ndjson", "html": "text/html"}
PIECE = 64 * 1024
MOST_AT_ONCE = 2


class Export(Handler):
    running = 0

    async def get(self) -> None:
        form, wanted = self.query("format", "jsonl"), self.wanted()
        if form not in KINDS:
            raise Refused(
                400, Text(f"format 应为 {'、'.join(KINDS)} 之一", f"format: expected one of {', '.join(KINDS)}")
            )
        lang = "zh" if self.query("lang") == "zh" else "en"
        if Export.running >= MOST_AT_ONCE:
            raise Refused(503, Text("正在导出，请稍后再试", "too many exports are running, try again later"))
        self.set_header("Content-Type", f"{KINDS[form]}; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="calls.{form}"')
        Export.running += 1
        threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="page export")
        try:
            await self._send(threads, lambda: pieces(self.sources.open_reader, form, wanted, lang))
        finally:
            Export.running -= 1
            threads.shutdown(wait=False)

    async def _send(self, threads: ThreadPoolExecutor, make: Callable[[], Iterator[str]]) -> None:
        loop = asyncio.get_running_loop()
        made = make()
        try:
            while piece := await loop.run_in_executor(threads, _next_piece, made):
                self.write(piece)
                await self.flush()
        except StreamClosedError:
            pass  # the client has closed the connection
        finally:
            await loop.run_in_executor(threads, made.close)  # type: ignore[attr-defined]


def pieces(open_reader: Callable[[], StoreReader], form: str, wanted: CallFilter, lang: str) -> Iterator[str]:
    """The file in pieces, without secrets. Used by one thread only."""
    reader = open_reader()
    try:
        if form == "jsonl":
            yield from (line + "\n" for line in iter_jsonl(reader.records(wanted), lang))
        elif form == "html":
            yield render_html(summarise(reader.records(wanted)), reader.facts(), lang)
        else:
            yield from _har(reader, wanted)
    finally:
        reader.close()


def _har(reader: StoreReader, wanted: CallFilter) -> Iterator[str]:
    begin, between, end = frame()
    secrets = Secrets()
    yield begin
    before = ""
    for record in reader.records(wanted):
        flow = flow_of(reader.flow(record.id))
        yield before + json_line(entry(record, flow, call_facts(flow) if flow is not None else None, secrets))
        before = between
    yield end()


def _next_piece(made: Iterator[str]) -> str:
    """ "" at the end."""
    taken, size = [], 0
    for text in made:
        taken.append(text)
        size += len(text)
        if size >= PIECE:
            break
    return "".join(taken)
