"""STATUS_IS_SUCCESS: a 4xx or 5xx answer still calls success.

seed-2017 §3: "只要成功接收到服务器返回，无论statusCode是多少，都会进入success回调".

Says nothing:
    200, 304
Notes:
    404, 500
"""

from collections.abc import Iterator

from wxpolicy.finding import Code
from wxpolicy.finding import Finding
from wxpolicy.finding import Severity
from wxpolicy.terms import Text


def check_status(status: int) -> Iterator[Finding]:
    """A note for the HTTP status of an answer that looks like a failure but is none to the platform."""
    if 400 <= status <= 599:
        yield Finding(
            Code.STATUS_IS_SUCCESS,
            Text(
                f"服务器返回 {status}，小程序仍会进入 success 回调，不会进入 fail。",
                f"The server answered {status}; the mini-program's success callback runs, not fail.",
            ),
            Text(
                "在 success 回调里先判断 res.statusCode 是否为 200，再使用 res.data。",
                "In the success callback, check res.statusCode before using res.data.",
            ),
            "seed-2017 §3",
            Severity.NOTE,
        )
