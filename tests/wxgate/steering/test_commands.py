"""mitmproxy's own commands: what they answer, and what they refuse."""

import pytest
from mitmproxy import exceptions
from mitmproxy.test import taddons
from mitmproxy.test import tflow

from wxgate.pipeline import pipeline
from wxgate.steering.commands import Commands


@pytest.fixture
def commands():
    whole = pipeline()
    made = Commands(whole.source, whole.session)
    with taddons.context() as tctx:
        tctx.options.add_option("mp_mode", str, "", "")
        tctx.master.commands.collect_commands(made)
        yield lambda name, *words: tctx.master.commands.call_strings(name, list(words)), tctx


def test_the_policy_in_a_line(commands):
    call, _ = commands
    assert call("mp.policy") == (
        "any: edition 2017, mode release, scope miniprogram; "
        "domains: request 0, uploadFile 0, downloadFile 0, connectSocket 0"
    )


def test_a_mode_is_put_in_force_or_refused(commands):
    call, tctx = commands
    call("mp.mode", "debug")
    assert tctx.options.mp_mode == "debug"
    with pytest.raises(exceptions.CommandError, match="expected one of release, debug, observe"):
        call("mp.mode", "off")


def test_without_a_session_nothing_is_recorded(commands):
    call, _ = commands
    assert call("mp.session") == "nowhere"


def test_a_flow_is_explained_from_its_record_and_without_secrets(commands):
    _, tctx = commands
    whole = pipeline()
    flow = tflow.tflow()
    flow.metadata["miniprogram"] = {
        "api": "request", "url": "https://a.com/?token=s3cr3t", "release": {"errmsg": "request:fail"}, "debug": {"errmsg": "request:ok"},
        "findings": [{"code": "DOMAIN_NOT_LISTED", "message": "not listed", "fix": "list it"}],
    }  # fmt: skip
    told = Commands(whole.source, whole.session).explain([flow, tflow.ttcpflow()])
    assert told.splitlines() == [
        "request https://a.com/?token=***: release request:fail, debug request:ok",
        "  DOMAIN_NOT_LISTED: not listed -> list it",
        "not a judged call",
    ]
