"""mitmdump -s: a mistake is a sentence that ends the start, and what is in force is told."""

import logging

import pytest
from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy.test import taddons

from wxgate.pipeline import pipeline
from wxgate.start.introduction import Introduction
from wxgate.start.introduction import unknown_option

POLICY = "appid: any\ndomains:\n  request: [https://api.example.com]\n"


@pytest.fixture
def start(tmp_path, caplog):
    """Loads source and session as mitmdump loads a script, with these options; gives what was logged."""

    def start(policy=POLICY, **options):
        caplog.set_level(logging.INFO)
        whole = pipeline()
        introduction = Introduction(whole.source, whole.session, [whole.source, whole.session])
        path = tmp_path / "policy.yaml"
        if policy is not None:
            path.write_text(policy, encoding="utf-8")
        with taddons.context() as tctx:
            for addon in (whole.source, whole.session):
                addon.load(_Loader(tctx))
            tctx.options.set(f"mp_policy={path}", f"mp_session={tmp_path / 'session'}", defer=True)
            tctx.options.set(*(f"{name}={value}" for name, value in options.items()), defer=True)
            for addon in (introduction, whole.source, whole.session):
                addon.configure(set(tctx.options.keys()))
            introduction.running()
            if whole.session.writer is not None:
                whole.session.writer.close()
            return caplog.messages, introduction, whole

    return start


class _Loader:
    def __init__(self, tctx):
        self.options = tctx.options

    def add_option(self, name, kind, default, text):
        self.options.add_option(name, kind, default, text)

    def add_command(self, *_):
        pass


def test_what_is_in_force_is_told(start, tmp_path):
    (said,), _, _ = start(mp_mode="debug")
    assert f"Policy {tmp_path / 'policy.yaml'}: appid any, edition 2017, mode debug, scope miniprogram" in said
    assert said.endswith(f"the session is recorded in {tmp_path / 'session'}")


@pytest.mark.parametrize(
    ("case", "policy", "options", "says"),
    [
        ("no policy", None, {}, "policy.yaml cannot be read: "),
        ("a mistake in it", "appid: nope\n", {}, 'found "nope"'),
        ("in Chinese", None, {"mp_lang": "zh"}, "无法读取"),
        ("an unknown option", POLICY, {"mp_polcy": "x"}, "there is no option mp_polcy; did you mean mp_policy?"),
        ("an unknown mode", POLICY, {"mp_mode": "x"}, "mp_mode: found 'x'"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_traceback(start, caplog, case, policy, options, says):
    (said,), _, whole = start(policy, **options)
    (record,) = caplog.records
    assert says in said and record.levelno == logging.ERROR and record.exc_info is None
    assert whole.session.writer is None, "no session begins"


def test_an_option_that_is_set_later_is_refused_to_whoever_sets_it(start):
    _, _, whole = start()
    with taddons.context() as tctx:
        whole.source.load(_Loader(tctx))
        whole.session.load(_Loader(tctx))
        ctx.options.mp_mode = "x"
        with pytest.raises(exceptions.OptionsError):
            whole.source.configure({"mp_mode"})


def test_an_option_that_resembles_none_is_not_guessed():
    assert unknown_option("mp_zzz", ["mp_policy"]).en == "there is no option mp_zzz"
