"""The policy in force: seen, one entry added or taken back, another mode or scope put in force."""

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
            raise Refused(409, Text("没有运行中的代理，策略不能修改", "no proxy runs: its policy cannot be changed"))
        return self.sources.editor

    def tell(self, **more: object) -> None:
        self.finish({**shown_policy(self.sources.policy(), self.sources.editor), **more})


class PolicyInForce(_Policy):
    def get(self) -> None:
        self.tell()

    def post(self) -> None:
        asked = self.asked("mode", "scope")
        for name, known in (("mode", tuple(Mode)), ("scope", tuple(Scope))):
            if asked.get(name) is not None and asked[name] not in known:
                words = ", ".join(known)
                raise Refused(400, Text(f"{name} 应为 {words} 之一", f"{name}: expected one of {words}"))
        mode, scope = asked.get("mode"), asked.get("scope")
        self.editor().switch(Mode(mode) if mode else None, Scope(scope) if scope else None)
        self.tell()


class PolicyEntries(_Policy):
    def post(self) -> None:
        asked = self.asked("api", "entry")
        if asked.get("api") not in tuple(Api) or not isinstance(asked.get("entry"), str):
            known = ", ".join(Api)
            raise Refused(
                400, Text(f"api 应为 {known} 之一，entry 应为文字", f"expected api (one of {known}) and entry")
            )
        try:
            line = self.editor().add(Api(asked["api"]), asked["entry"])
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(line=line)


class PolicyHosts(_Policy):
    def post(self) -> None:
        """``place`` as policy.yaml has it, such as "10.0.0.5:8443"; null takes the host out."""
        asked = self.asked("host", "place")
        host, place = asked.get("host"), asked.get("place")
        if not isinstance(host, str) or not isinstance(place, str | None) or len(host) + len(place or "") > 600:
            raise Refused(400, Text("应有 host 与 place", "expected host and place"))
        read = read_connect(f"{host}={place if place is not None else '127.0.0.1'}")
        if isinstance(read, Text):
            raise Refused(400, read)
        try:
            line = self.editor().set_host(read[0], read[1] if place is not None else None)
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell(line=line)


class PolicyUndo(_Policy):
    def post(self) -> None:
        self.asked()
        try:
            self.editor().undo()
        except NotEdited as error:
            raise Refused(409, error.text) from error
        self.tell()
