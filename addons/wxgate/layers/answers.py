"""A parsed response as mitmproxy's own values; and the event of a response that cannot be carried."""

import time

from mitmproxy import http
from mitmproxy.proxy.layers.http import ResponseProtocolError

from wxgate.layers.answer_head import REFUSES
from wxgate.layers.answer_head import AnswerHead
from wxgate.layers.answer_head import NotCarried
from wxgate.layers.codes import KILLED


class AnswerNotCarried(ResponseProtocolError):
    """The response ends here because of a limitation of ours: a device may accept it. ``device`` says what it would
    do."""

    def __init__(self, stream_id: int, message: str, device: str) -> None:
        super().__init__(stream_id, message, KILLED)
        self.device = device


def not_carried(stream_id: int, why: NotCarried) -> ResponseProtocolError:
    """What a device rejects as well is not a limitation of ours."""
    if why.device == REFUSES:
        return ResponseProtocolError(stream_id, why.why, KILLED)
    return AnswerNotCarried(stream_id, why.why, why.device)


def response_of(head: AnswerHead) -> http.Response:
    return http.Response(
        http_version=head.version,
        status_code=head.status,
        reason=head.reason,
        headers=http.Headers(head.fields),
        content=None,
        trailers=None,
        timestamp_start=time.time(),
        timestamp_end=None,
    )
