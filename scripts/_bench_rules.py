"""What the rules alone cost, without a proxy: microseconds a call with few and with many entries in the lists. Import after ``_venv.enter()``."""

import time
from collections.abc import Iterator

from _bench_figures import Figure
from _bench_load import REFERER
from _bench_origin import HOST

ENTRIES = (10, 1_000, 10_000)
CALLS = 3_000
_HEADERS = {
    "host": HOST, "referer": REFERER, "charset": "utf-8", "content-type": "application/json",
    "user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50 MiniProgramEnv/android",
}  # fmt: skip


def policy_text(entries: int) -> str:
    """A policy with so many entries, a quarter in each list; the last of each is the benchmark's own host."""
    lines = ["appid: any", "scope: all", "domains:"]
    for name, scheme in {
        "request": "https",
        "uploadFile": "https",
        "downloadFile": "https",
        "connectSocket": "wss",
    }.items():
        lines.append(f"  {name}:")
        lines += [f"    - {scheme}://host-{number}.example.net" for number in range(max(1, entries // 4) - 1)]
        lines.append(f"    - {scheme}://{HOST}")
    return "\n".join(lines) + "\n"


def measure(rounds: int) -> Iterator[Figure]:
    """The quickest of the rounds: what disturbs a machine only ever adds."""
    from wxpolicy.policyfile import read_policy

    policies = {}
    for entries in ENTRIES:
        policies[entries] = read_policy(policy_text(entries), "policy.yaml").policy
    for case, host in {"a listed host": HOST, "a host that is not listed": "unlisted.example.com"}.items():
        taken_us: dict[str, list[float]] = {f"{entries:,} entries": [] for entries in reversed(ENTRIES)}
        for _ in range(max(rounds, 3)):
            for entries in ENTRIES:
                taken_us[f"{entries:,} entries"].append(_us_a_call(policies[entries], host))
        quickest = {name: [min(values)] for name, values in taken_us.items()}
        yield Figure("rules", case, "us a call", quickest)


def _us_a_call(policy, host: str) -> float:
    from wxpolicy.call.events import Ended
    from wxpolicy.call.events import RequestHead
    from wxpolicy.call.events import ResponseHead
    from wxpolicy.call.facts import CallFacts
    from wxpolicy.call.facts import CarriedName
    from wxpolicy.call.facts import Where
    from wxpolicy.call.judgement import Judgement
    from wxpolicy.call.record_maker import record_of

    names = (CarriedName(Where.CONNECT, host, 443), CarriedName(Where.SNI, host), CarriedName(Where.HOST, host))
    answer = {"content-type": "application/json; charset=utf-8"}
    began = time.process_time()
    for number in range(CALLS):
        path = f"/json?page={number}"
        head = RequestHead(CallFacts("10.0.0.2", "GET", "https", names, path, _HEADERS), f"https://{host}{path}", None)
        judgement = Judgement(str(number), policy, head)
        judgement.feed(head, 0.0)
        judgement.feed(ResponseHead(200, answer), 1.0)
        record_of(judgement, Ended(100, 400, None), 0.0, 2.0)
    return (time.process_time() - began) / CALLS * 1e6
