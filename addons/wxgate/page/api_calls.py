"""Calls: a window of the list, one call with its traffic, and an image that a call carried."""

from typing import Any

from wxcapture.har_secrets import Secrets
from wxcapture.one_flow import flow_of
from wxgate.page import shown_call
from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxgate.page.shown_traffic import IMAGES
from wxgate.page.shown_traffic import image_of
from wxgate.page.shown_traffic import traffic
from wxpolicy.call.record import CallRecord
from wxpolicy.terms import Api
from wxpolicy.terms import Text
from wxsession.store import StoreReader

LONGEST_WINDOW = 500
USUAL_WINDOW = 100
LAST_START = 10**9


class Calls(Handler):
    async def get(self) -> None:
        wanted = self.wanted()
        start, length = self.number("start", 0, LAST_START), self.number("length", USUAL_WINDOW, LONGEST_WINDOW)
        newest_first = self.query("order", "newest") != "oldest"
        window = await self.sources.store.ask(
            lambda reader: reader.window(wanted, start, length, newest_first=newest_first)
        )
        policies = self.sources.policies()
        self.finish(
            {
                "start": window.start,
                "matching": window.matching,
                "total": window.total,
                "calls": [shown_call.row(record, policies) for record in window.records],
            }
        )


class Call(Handler):
    async def get(self, call_id: str) -> None:
        with_secrets = self.flag("secrets")
        policies = self.sources.policies()

        def told(reader: StoreReader) -> dict[str, Any]:
            record, data = _record_and_flow(reader, call_id)
            policy = policies.of_record(record.policy, record.appid)
            limit_ms = policy.network_timeout_ms.get(Api(record.api)) if record.api in tuple(Api) else None
            made = shown_call.head(record, policy, with_secrets=with_secrets)
            return made | {"traffic": traffic(record, flow_of(data), Secrets(with_secrets), limit_ms)}

        self.finish(await self.sources.store.ask(told))


class CallBody(Handler):
    """An image for <img>, of types that run no code."""

    async def get(self, call_id: str, side: str) -> None:
        secrets = Secrets(self.flag("secrets"))
        found = await self.sources.store.ask(
            lambda reader: image_of(flow_of(_record_and_flow(reader, call_id)[1]), side, secrets)
        )
        if found is None:
            raise Refused(404, Text("没有可显示的图片", "there is no image to show"))
        kind, body = found
        assert kind in IMAGES
        self.set_header("Content-Type", kind)
        self.set_header("Content-Security-Policy", "default-src 'none'; sandbox")
        self.finish(body)


def _record_and_flow(reader: StoreReader, call_id: str) -> tuple[CallRecord, bytes | None]:
    record = reader.record(call_id)
    if record is None:
        raise Refused(404, Text("没有这个调用", "there is no such call"))
    return record, reader.flow(call_id)
