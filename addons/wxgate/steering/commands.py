"""mitmproxy commands: ``mp.policy``, ``mp.explain``, ``mp.mode``, ``mp.session``."""

from collections.abc import Sequence

from mitmproxy import command
from mitmproxy import ctx
from mitmproxy import exceptions
from mitmproxy import flow
from mitmproxy import http

from wxgate.recording.session import Session
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.text.printable import printable
from wxredact.bodies import redact_text
from wxredact.redact import redact_url


class Commands:
    def __init__(self, source: PolicySource, session: Session) -> None:
        self.source = source
        self.session = session

    @command.command("mp.policy")
    def policy(self) -> str:
        """The rules in force, in one line a policy."""
        return "\n".join(map(_in_force, self.source.policies))

    @command.command("mp.mode")
    def mode(self, mode: str) -> None:
        """Switch to release, debug or observe mode for new calls."""
        if mode not in tuple(Mode):
            raise exceptions.CommandError(f"found {mode!r}, expected one of {', '.join(Mode)}")
        ctx.options.update(mp_mode=mode)

    @command.command("mp.explain")
    def explain(self, flows: Sequence[flow.Flow]) -> str:
        """Why these flows pass or fail in a release build."""
        return "\n".join(_explained(each) for each in flows)

    @command.command("mp.session")
    def session_folder(self) -> str:
        """Where this session is recorded."""
        return str(self.session.writer.folder) if self.session.writer else "nowhere"


def _in_force(policy: Policy) -> str:
    domains = ", ".join(f"{api} {len(policy.listed(api))}" for api in Api)
    return (
        f"{policy.appid}: edition {policy.edition.name}, mode {policy.mode}, scope {policy.scope}; domains: {domains}"
    )


def _explained(each: flow.Flow) -> str:
    record = each.metadata.get("miniprogram")
    if not isinstance(each, http.HTTPFlow) or not record:
        return "not a judged call"
    url = printable(redact_url(record["url"]))
    release, debug = (printable(redact_text(record[build]["errmsg"])) for build in ("release", "debug"))
    lines = [f"{record['api']} {url}: release {release}, debug {debug}"]
    lines += [
        f"  {found['code']}: {printable(redact_text(found['message']))} -> {printable(redact_text(found['fix']))}"
        for found in record["findings"]
    ]
    return "\n".join(lines)
