"""Which of a session's calls belong to one of several policies: each call to one of them, whatever else is asked for."""

import pytest

from testenv.session_records import record
from wxgate.page.calls_of_policy import calls_of
from wxgate.page.last_policies import last_policies
from wxpolicy.policy import Policy
from wxpolicy.policy_set import PolicySet
from wxsession.filters import CallFilter
from wxsession.filters import Field
from wxsession.filters import Term

A, B, C = "wx00000000000000aa", "wx00000000000000bb", "wx00000000000000cc"
CALLS = [record(number, appid=appid) for number, appid in enumerate((A, B, C, None))]
TWO = PolicySet([Policy(A), Policy(B)])
WITH_ANY = PolicySet([Policy("any"), Policy(B)])


def asking_for(*appids):
    return CallFilter(tuple(Term(Field.APPID, appid) for appid in appids))


@pytest.mark.parametrize(
    ("case", "policies", "wanted", "expected"),
    [
        ("all: what none names is the first one's", TWO, CallFilter(), {A: [A, C, None], B: [B]}),
        ("all: what none names is under any", WITH_ANY, CallFilter(), {"any": [A, C, None], B: [B]}),
        ("one mini-program", TWO, asking_for(B), {A: [], B: [B]}),
        ("one in other letters", TWO, asking_for(B.upper()), {A: [], B: [B]}),
        ("two mini-programs", WITH_ANY, asking_for(A, B), {"any": [A], B: [B]}),
        ("one that none names", TWO, asking_for(C), {A: [C], B: []}),
    ],
)
def test_each_call_is_some_policys(case, policies, wanted, expected):
    found = {}
    for policy in policies:
        its_own = calls_of(policy, policies, wanted)
        found[policy.appid] = [call.appid for call in CALLS if its_own is not None and its_own.admits(call)]
    assert found == expected


def test_of_one_policy_all_calls_are_its_own():
    wanted = asking_for(B)
    assert calls_of(Policy(A), PolicySet([Policy(A)]), wanted) is wanted


def save(folder, *appids):
    for number, appid in enumerate(appids, 1):
        name = "policy.yaml" if number == 1 else f"policy.{number}.yaml"
        (folder / name).write_text(f"appid: {appid}\ndomains: {{request: [https://v{number}.example.com]}}\n", "utf-8")


@pytest.mark.parametrize(
    ("case", "saved", "appids", "expected"),
    [
        ("one, edited", (A, A), (), [(A, "v2", "")]),
        ("one, whose appid was edited", (A, B), (), [(B, "v2", "")]),
        ("two, of which one was edited", (A, B, A), (A, B), [(A, "v3", A), (B, "v2", B)]),
        ("two, whose files are gone", (), (A, B), [("any", None, "")]),
        ("none", (), (), [("any", None, "")]),
    ],
)
def test_the_last_policies_of_a_session(tmp_path, case, saved, appids, expected):
    save(tmp_path, *saved)
    found = []
    for policy in last_policies(tmp_path, appids):
        hosts = [entry.host.partition(".")[0] for entries in policy.domains.values() for entry in entries]
        found.append((policy.appid, hosts[0] if hosts else None, policy.recorded_as))
    assert found == expected
