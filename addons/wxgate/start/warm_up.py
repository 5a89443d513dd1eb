"""What the first calls would wait for is done before they come: late imports, tables, and one full garbage
collection."""

import gc

from wxpolicy.encoding.ledger import Ledger
from wxpolicy.rules.order import discover
from wxpolicy.rules.stage import Stage

# Chinese text, and text in no charset: together they load every table and library of the detection.
_GBK = "中文的内容，测试用。".encode("gbk")
_NOISE = bytes(range(0x80, 0x100)) * 2


class WarmUp:
    """The last of the addons to run at the start."""

    def running(self) -> None:
        for stage in Stage:
            discover(stage)
        for body in (_GBK, _NOISE):
            ledger = Ledger("application/json")
            ledger.feed(body)
            ledger.finish()
        # Half a million objects stay as long as the proxy runs. A full collection that visits them all
        # blocks the loop for a tenth of a second; one that does not, for a few milliseconds.
        gc.collect()
        gc.freeze()
