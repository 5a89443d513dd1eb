"""STATUS_IS_SUCCESS: a 4xx or 5xx answer still calls success.

seed-2017 §3: "只要成功接收到服务器返回，无论statusCode是多少，都会进入success回调".

Says nothing:
    200, 304; any answer to a WebSocket handshake (rules/network_error.py)
Notes:
    404, 500
"""

from collections.abc import Iterator

from wxpolicy.call.facts import CallFacts
from wxpolicy.call.facts import Classification
from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.policy import Policy
from wxpolicy.rules.stage import AnswerHead
from wxpolicy.rules.stage import Stage

STAGE = Stage.RESPONSE_HEAD


def check(call: CallFacts, classification: Classification, policy: Policy, head: AnswerHead) -> Iterator[Finding]:
    """A note for an HTTP status that looks like a failure but is a success to the platform."""
    if 400 <= head.status <= 599 and not call.is_websocket:
        yield Finding(Code.STATUS_IS_SUCCESS, {"status": head.status})
