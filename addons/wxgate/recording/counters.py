"""What is not judged is counted, and what a person should know of it is said once."""

import json
from collections import Counter
from collections.abc import Callable

from wxpolicy.terms import Text

# Names come from the wire: a hostile page must not grow the tables without end.
MOST_NAMES = 1000
# Each is a line in the report.
MOST_MISDECLARED = 20


class Counters:
    """Counts of traffic that passed unjudged; ``say`` is told of each new mini-program and host once."""

    def __init__(self) -> None:
        self.say: Callable[[Text], None] = lambda text: None
        self.changed = False
        self._unjudged: Counter[str] = Counter()
        self._foreign: Counter[str] = Counter()
        self._unopened: Counter[str] = Counter()
        self._misdeclared: set[Text] = set()

    def unjudged(self, kind: str) -> None:
        """One more request of "other", "image", "webview", "mmtls" or "raw" kind."""
        self._unjudged[kind] += 1
        self.changed = True

    def foreign(self, appid: str) -> None:
        """One more call of a mini-program that the policy does not name."""
        if appid not in self._foreign:
            if len(self._foreign) >= MOST_NAMES:
                return
            self.say(
                Text(
                    zh=f"小程序 {appid} 正在发出请求，但策略没有写它：如要检查，请把它的 appid 写进 policy.yaml",
                    en=f"mini-program {appid} is making calls that no policy names: to judge them, put its appid into policy.yaml",
                )
            )
        self._foreign[appid] += 1
        self.changed = True

    def misdeclared(self, what: Text) -> None:
        """One more call whose declaration names no API."""
        if what not in self._misdeclared and len(self._misdeclared) < MOST_MISDECLARED:
            self._misdeclared.add(what)
            self.say(what)

    def unopened(self, host: str) -> None:
        """One more connection to a host that was forwarded without being looked into."""
        if host in self._unopened or len(self._unopened) < MOST_NAMES:
            self._unopened[host] += 1
            self.changed = True

    def facts(self) -> dict[str, str]:
        """The counts as facts of the session, each a JSON object."""
        self.changed = False
        return {
            "counts": json.dumps(self._unjudged),
            "foreign_appids": json.dumps(self._foreign),
            "passed_unopened": json.dumps(self._unopened),
        }
