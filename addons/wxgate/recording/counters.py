"""Counts traffic that is not judged, and reports once what the user should know about it."""

import json
from collections import Counter

from wxgate.signal import Signal
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable

# Names come from the wire: a hostile page must not grow the tables without limit.
MOST_NAMES = 1000
# Each one is a line in the report.
MOST_MISDECLARED = 20


class Counters:
    """Counts of traffic that passed unjudged. ``noticed`` is emitted once for each thing that the report must say,
    ``counted`` for each mini-program that the report names with its count anyway."""

    def __init__(self) -> None:
        self.noticed: Signal[Text] = Signal()
        self.counted: Signal[Text] = Signal()
        self.changed = False
        self._unjudged: Counter[str] = Counter()
        self._foreign: Counter[str] = Counter()
        self._unopened: Counter[str] = Counter()
        self._passed_by: Counter[str] = Counter()
        self._misdeclared: set[Text] = set()
        self._diverted: set[tuple[str, str]] = set()

    def unjudged(self, kind: str, count: int = 1) -> None:
        """So many more requests of kind "other", "image", "webview", "mmtls" or "raw"."""
        self._unjudged[kind] += count
        self.changed = True

    def foreign(self, appid: str) -> None:
        """One more call of a mini-program that no policy names."""
        if appid not in self._foreign:
            if len(self._foreign) >= MOST_NAMES:
                return
            self.counted.emit(
                Text(
                    zh=f"小程序 {appid} 正在发出请求，但没有对应的策略：如要检查，请用另一个 --policy 为它添加策略文件，或把现有策略的 appid 改成它的（或 any）",
                    en=f"mini-program {appid} is making calls, but has no policy: to judge them, add a policy file for it with another --policy, or change the appid of a policy to its appid (or to any)",
                )
            )
        self._foreign[appid] += 1
        self.changed = True

    def misdeclared(self, what: Text) -> None:
        """One more call that declares an unknown API."""
        if what not in self._misdeclared and len(self._misdeclared) < MOST_MISDECLARED:
            self._misdeclared.add(what)
            self.noticed.emit(what)

    def diverted(self, asked: str, to: str) -> None:
        """One more call that an option or another addon sends elsewhere than its client requested."""
        pair = (asked, to)
        if pair not in self._diverted and len(self._diverted) < MOST_MISDECLARED:
            self._diverted.add(pair)
            asked, to = printable(asked), printable(to)
            self.noticed.emit(
                Text(
                    zh=f"发往 {asked} 的调用被选项或其他插件转到了 {to}：仍按 {asked} 检查",
                    en=f"calls to {asked} are sent to {to} by an option or another addon, and still judged as calls to {asked}",
                )
            )

    def unopened(self, host: str) -> None:
        """One more connection to a host that was forwarded without interception."""
        if host in self._unopened or len(self._unopened) < MOST_NAMES:
            self._unopened[host] += 1
            self.changed = True

    def passed_by(self, option: str, host: str) -> None:
        """One more connection that a mitmproxy option made pass without inspection."""
        name = f"{option} {host}"
        if name in self._passed_by or len(self._passed_by) < MOST_NAMES:
            if not self._passed_by[name]:
                shown = printable(host)
                self.noticed.emit(
                    Text(
                        zh=f"由于选项 {option}，到 {shown} 的连接未经检查直接通过",
                        en=f"because of the option {option}, connections to {shown} pass unjudged",
                    )
                )
            self._passed_by[name] += 1
            self.changed = True

    def facts(self) -> dict[str, str]:
        """The counts as facts of the session, each as a JSON object."""
        self.changed = False
        return {
            "counts": json.dumps(self._unjudged),
            "foreign_appids": json.dumps(self._foreign),
            "passed_unopened": json.dumps(self._unopened),
            "passed_by_option": json.dumps(self._passed_by),
        }
