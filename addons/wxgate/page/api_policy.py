"""A policy in force: show it, add an entry or undo that, switch the mode or scope.

With several policies, ``policy`` is the appid of the one that is meant; without it, the first.
"""

from wxgate.page.handlers import Handler
from wxgate.page.handlers import Refused
from wxgate.page.policy_editor import NotEdited
from wxgate.page.policy_editor import PolicyEditor
from wxgate.page.shown_policy import shown_policy
from wxpolicy.policyfile.places import read_connect
from wxpolicy.terms import Api
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text


class _Policy(Handler):
    def editor(self) -> PolicyEditor:
        if self.sources.editor is None:
            raise Refused(
                409, Text("没有运行中的代理，策略不能修改", "no proxy is running, so the policy cannot be changed")
            )
        return self.sources.editor

    def tell(self, appid: object, **more: object) -> None:
        policies = self.sources.policies()
        self.finish({**shown_policy(self.policy_of(appid), policies, self.sources.editor), **more})


class PolicyInForce(_Policy):
    def get(self) -> None:
        self.tell(self.query("policy"))

    def post(self) -> None:
        asked = self.asked("mode", "scope", "policy")
        for name, known in (("mode", tuple(Mode)), ("scope", tuple(Scope))):
            if asked.get(name) is not None and asked[name] not in known:
                words = ", ".join(known)
                raise Refused(400, Text(f"{name} 应为 {words} 之一", f"{name}: expected one of {words}"))
        mode, scope = asked.get("mode"), asked.get("scope")
        policy = self.policy_of(asked.get("policy"))
        try:
            self.editor().switch(policy, Mode(mode) if mode else None, Scope(scope) if scope else None)
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(asked.get("policy"))


class PolicyEntries(_Policy):
    async def post(self) -> None:
        asked = self.asked("api", "entry", "policy")
        if asked.get("api") not in tuple(Api) or not isinstance(asked.get("entry"), str):
            known = ", ".join(Api)
            raise Refused(
                400, Text(f"api 应为 {known} 之一，entry 应为文字", f"expected api (one of {known}) and entry")
            )
        try:
            line = await self.editor().add(self.policy_of(asked.get("policy")), Api(asked["api"]), asked["entry"])
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(asked.get("policy"), line=line)


class PolicyHosts(_Policy):
    async def post(self) -> None:
        """``place`` is in the form of policy.yaml, such as "10.0.0.5:8443"; null removes the host."""
        asked = self.asked("host", "place", "policy")
        host, place = asked.get("host"), asked.get("place")
        if not isinstance(host, str) or not isinstance(place, str | None) or len(host) + len(place or "") > 600:
            raise Refused(400, Text("应有 host 与 place", "expected host and place"))
        read = read_connect(f"{host}={place if place is not None else '127.0.0.1'}")
        if isinstance(read, Text):
            raise Refused(400, read)
        try:
            policy = self.policy_of(asked.get("policy"))
            line = await self.editor().set_host(policy, read[0], read[1] if place is not None else None)
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(asked.get("policy"), line=line)


class PolicyUndo(_Policy):
    async def post(self) -> None:
        asked = self.asked("policy")
        try:
            await self.editor().undo()
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(asked.get("policy"))
