"""The server-domain gate: judges every name a call carries before anything of it leaves.

Runs at the request headers, when no upstream connection exists yet: the
launcher makes mitmproxy connect lazily, so a refused host sees not even a TCP
connection.
"""

from mitmproxy import http

from wxgate.call.guard import Gate
from wxgate.call.guard import gate
from wxpolicy.call.verdicts import judge_domains


class Domains(Gate):
    @gate
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        call = self.calls.of(flow)
        if call is None or call.refused:
            return
        call.impose(judge_domains(call.facts, call.classification, call.policy))
