"""A call that waits for a slot, where the slot comes before anybody has begun to wait."""

import asyncio

import pytest
from mitmproxy import connection
from mitmproxy import hooks
from mitmproxy import http
from mitmproxy import options
from mitmproxy.flow import Error
from mitmproxy.proxy import mode_specs

from wxgate.call.addon import Calls
from wxgate.layers.internals import EmbeddedMaster
from wxgate.pipeline import pipeline

POLICY = """\
appid: any
scope: all
concurrency: {request: 1}
domains:
  request: [https://api.example.com]
"""
PATIENCE_S = 10


def call_of(client):
    flow = http.HTTPFlow(client, connection.Server(address=("api.example.com", 443)))
    flow.request = http.Request.make("GET", "https://api.example.com/", headers={"charset": "utf-8"})
    flow.live = True
    return flow


@pytest.mark.parametrize("comes", ["before it is waited for", "while it is waited for"])
def test_the_slot_is_not_missed(tmp_path, comes):
    async def scenario():
        made = pipeline()
        (tmp_path / "policy.yaml").write_text(POLICY)
        master = EmbeddedMaster(options.Options(confdir=str(tmp_path)), made.addons)
        master.options.update(mp_policy=[str(tmp_path / "policy.yaml")], mp_session=str(tmp_path / "session"))
        calls = next(each for each in made.addons if isinstance(each, Calls))
        client = connection.Client(peername=("127.0.0.1", 5), sockname=("127.0.0.1", 8080))
        client.proxy_mode = mode_specs.ProxyMode.parse("regular")
        first, second = call_of(client), call_of(client)
        assert calls.requestheaders(first) is None
        held = calls.requestheaders(second)
        assert held is not None, "there is one slot"
        if comes == "before it is waited for":
            await over(calls, first)
            await asyncio.wait_for(held, PATIENCE_S)
        else:
            waiting = asyncio.ensure_future(held)
            await asyncio.sleep(0)
            await over(calls, first)
            await asyncio.wait_for(waiting, PATIENCE_S)
        call = calls.calls.of(second)
        assert call is not None and not call.refused and call.slot is None
        await master.addons.trigger_event(hooks.DoneHook())

    asyncio.run(scenario())


async def over(calls, flow):
    flow.error = Error("closed by the server")
    if (waits := calls.error(flow)) is not None:
        await waits
