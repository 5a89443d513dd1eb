"""Several policy files in force: each is read, saved and switched by itself, and they must go together."""

import asyncio
from pathlib import Path

import pytest
from mitmproxy import exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.test import taddons

from wxgate.start.policy_file import PolicyRefused
from wxgate.start.policy_source import PolicySource
from wxpolicy.terms import Mode
from wxpolicy.terms import Text

A, B, C = "wx00000000000000aa", "wx00000000000000bb", "wx00000000000000cc"


def text(appid, more=""):
    return f"appid: {appid}\ndomains: {{request: []}}\n{more}"


class Several:
    """Two files; what was said of them."""

    def __init__(self, tctx, folder):
        self.tctx = tctx
        self.a, self.b = folder / "a.yaml", folder / "b" / "b.yaml"
        self.b.parent.mkdir()
        self.a.write_text(text(A), "utf-8")
        self.b.write_text(text(B, "certificates: {trust: roots.pem, extra_roots: [extra.pem]}\n"), "utf-8")
        self.source = PolicySource()
        self.refused, self.saved, self.changed = [], [], []
        self.source.refused.subscribe(lambda why: self.refused.append(why.en))
        self.source.saved.subscribe(lambda said: self.saved.append(said.en))
        self.source.changed.subscribe(lambda at, text, policies: self.changed.append(text))

    def start(self, **options):
        self.tctx.configure(self.source, mp_policy=[str(self.a), str(self.b)], **options)

    def save(self, path, content):
        path.write_text(content, "utf-8")
        asyncio.run(self.source.look_again())

    @property
    def appids(self):
        return [policy.appid for policy in self.source.policies]


@pytest.fixture
def several(tmp_path):
    with taddons.context(loadcore=False) as tctx:
        made = Several(tctx, tmp_path)
        tctx.options.add_option("mp_lang", str, "en", "")
        tctx.master.addons.add(made.source)
        yield made


def test_each_is_in_force_with_what_it_names_found_from_anywhere(several):
    several.start()
    a, b = several.source.policies
    assert (a.appid, a.recorded_as, b.appid, b.recorded_as) == (A, A, B, B)
    folder = several.b.parent
    assert (b.certificates.trust, b.certificates.extra_roots) == (
        str(folder / "roots.pem"),
        (str(folder / "extra.pem"),),
    )
    assert a.certificates.trust == "platform"
    assert [file.policy for file in several.source.files] == [a, b]
    assert several.changed == [several.a.read_text(), several.b.read_text()]


@pytest.mark.parametrize("count", [1, 2])
def test_what_a_policy_trusts_is_looked_up_as_calls_do_it(several, count):
    asked = []
    several.source.checked.subscribe(lambda policy, folder: asked.append((policy.certificates, folder)))
    several.tctx.configure(several.source, mp_policy=[str(several.b), str(several.a)][:count])
    several.save(several.b, several.b.read_text() + "mode: debug\n")
    source = several.source
    told = [(policy.certificates, source.folder) for policy in source.policies]
    assert asked == [*told, told[0]]


def test_one_alone_is_in_force_as_it_stands(several):
    several.tctx.configure(several.source, mp_policy=[str(several.b)])
    only = several.source.policies.only
    assert (only.recorded_as, only.certificates.trust, several.source.folder) == ("", "roots.pem", several.b.parent)


def test_config_yaml_may_name_one_file_as_a_plain_text():
    with taddons.context(loadcore=False) as tctx:
        tctx.options.update_defer(mp_policy="a.yaml")
        PolicySource().load(Loader(tctx.master))
        tctx.options.process_deferred()
        assert tctx.options.mp_policy == ["a.yaml"]


def test_a_bad_save_keeps_its_own_file(several):
    several.start()
    several.save(several.b, text(B, "mode: nonsense\n"))
    several.save(several.a, text(A, "mode: debug\n"))
    assert [policy.mode for policy in several.source.policies] == [Mode.DEBUG, Mode.RELEASE]
    (why,) = several.refused
    assert f"{several.b}:3:7" in why and "stays active" in why
    assert [file.problem is None for file in several.source.files] == [True, False]
    several.save(several.b, text(B))
    assert several.source.files[1].problem is None and [said.partition(" was")[0] for said in several.saved] == [
        str(several.a), str(several.b),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 2])
def test_the_mode_is_switched_while_a_bad_save_waits_to_be_mended(several, count):
    several.tctx.configure(several.source, mp_policy=[str(several.b), str(several.a)][:count])
    several.save(several.b, "appid: nope\n")
    several.tctx.configure(several.source, mp_mode="debug")
    several.source.switch(several.source.files[0], Mode.OBSERVE)
    assert several.source.policies.policies[0].mode is Mode.OBSERVE and several.source.files[0].problem is not None
    several.save(several.b, text(B))
    assert several.source.files[0].problem is None and len(several.saved) == 1


def test_a_save_that_does_not_go_with_the_other_waits_for_it(several):
    several.start()
    several.save(several.b, text(A))
    (why,) = several.refused
    assert f'{several.b}:1:8: found "{A}": {several.a}:1:8 is already the policy of this appid' in why
    assert several.appids == [A, B]
    several.save(several.a, text(C))
    asyncio.run(several.source.look_again())
    assert several.appids == [C, A] and several.source.files[1].problem is None


def test_two_files_exchange_their_appids_in_two_saves(several):
    several.start()
    several.save(several.a, text(B, "mode: debug\n"))
    assert several.appids == [A, B] and len(several.refused) == 1
    several.save(several.b, text(A))
    assert several.appids == [B, A] and several.source.policies.policies[0].mode is Mode.DEBUG
    assert [file.problem for file in several.source.files] == [None, None]
    assert [said.partition(" was")[0] for said in several.saved] == [str(several.b), str(several.a)]
    # Nothing is left to be said.
    asyncio.run(several.source.look_again())
    assert len(several.refused) == 1 and len(several.saved) == 2


def test_a_save_that_cannot_come_into_force_keeps_the_one_that_waits_for_it(several):
    several.start()

    def refused(policy, folder):
        if policy.appid == B:
            raise PolicyRefused(Text("不行", "no"))

    several.source.checked.subscribe(refused)
    several.save(several.a, text(B))
    several.save(several.b, text(A))
    assert several.appids == [A, B] and [file.problem is None for file in several.source.files] == [False, False]


def test_the_mode_of_one_is_switched_and_outlives_a_save(several):
    several.start()
    several.source.switch(several.source.files[1], Mode.OBSERVE)
    several.save(several.b, text(B, "mode: debug\n"))
    assert [policy.mode for policy in several.source.policies] == [Mode.RELEASE, Mode.OBSERVE]
    several.tctx.configure(several.source, mp_mode="debug")
    assert [policy.mode for policy in several.source.policies] == [Mode.DEBUG, Mode.DEBUG]


@pytest.mark.parametrize(
    ("case", "b", "options", "words"),
    [
        ("a mistake of one", "appid: nope\n", {}, 'b.yaml:1:8: found "nope"'),
        ("one appid", text(A), {}, "is already the policy of this appid"),
        ("every call", text(B), {"mp_scope": "all"}, "scope all works with one policy file only, but there are 2"),
        ("a file that is not there", None, {}, "b.yaml cannot be read"),
    ],
)
def test_what_cannot_be_in_force_together_is_said_at_the_start(several, case, b, options, words):
    if b is None:
        several.b.unlink()
    else:
        several.b.write_text(b, "utf-8")
    with pytest.raises(exceptions.OptionsError, match=words):
        several.start(**options)


def test_where_a_name_lives_by_the_command_line_holds_for_each(several):
    several.start(mp_connect=["api.example.com=10.0.0.9"])
    assert {str(policy.hosts["api.example.com"]) for policy in several.source.policies} == {"10.0.0.9"}
    assert str(several.source.policies.hosts["api.example.com"]) == "10.0.0.9"


def test_a_file_that_one_names_and_is_not_there_keeps_that_one(several):
    several.start()

    def check(policy, folder):
        if policy.certificates.trust.endswith("gone.pem"):
            raise PolicyRefused(Text(f"{Path(policy.certificates.trust).name} 不在", "gone.pem is gone"))

    several.source.checked.subscribe(check)
    several.save(several.b, text(B, "certificates: {trust: gone.pem}\n"))
    assert several.refused == ["gone.pem is gone; the previous policy stays active"]
