"""What all answers of the page have in common: requests from elsewhere are refused, mistakes are answered as JSON in
both languages."""

import json
from pathlib import Path
from typing import Any

from tornado import web

from wxgate.page.sources import Sources
from wxgate.page.visitors import refusal
from wxpolicy.policy import Policy
from wxpolicy.terms import Text
from wxsession.filter_line import read_filter
from wxsession.filters import CallFilter
from wxsession.store import SessionUnreadable

STATIC = Path(__file__).parent / "static"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Refused(Exception):
    """A request that cannot be answered as it was made."""

    def __init__(self, status: int, text: Text) -> None:
        super().__init__(text.en)
        self.status = status
        self.text = text


class Handler(web.RequestHandler):
    """Checks where a request comes from before anything else, and answers mistakes as JSON."""

    # Subclasses may have further arguments.
    def initialize(self, sources: Sources, *more: Any, **named: Any) -> None:
        self.sources = sources

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        why = refusal(self.request.method or "", self.request.headers, self.sources.hosts)
        if why is not None:
            self.fail(403, Text(why, why))
            return
        if name := self.query("session"):
            self._turn_to(name)

    def _turn_to(self, name: str) -> None:
        """Switches to another session in the same folder."""
        others = self.sources.others
        found = others.sources(name, self.sources.hosts) if others is not None else None
        if found is None:
            self.fail(404, Text("没有这个会话", "there is no such session"))
        else:
            self.sources = found

    def fail(self, status: int, why: Text) -> None:
        self.set_status(status)
        # ``error`` is for programs, ``text`` for people, in their language.
        self.finish({"error": why.en, "text": why._asdict()})

    def write_error(self, status_code: int, **more: Any) -> None:
        error = (more.get("exc_info") or (None, None))[1]
        if isinstance(error, Refused):
            self.fail(error.status, error.text)
        elif isinstance(error, SessionUnreadable):
            self.fail(503, error.text)
        else:
            self.finish({"error": self._reason})

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, (Refused, SessionUnreadable)):
            super().log_exception(typ, value, tb)

    # Arguments of the request

    def query(self, name: str, default: str = "") -> str:
        return str(self.get_query_argument(name, default))

    def number(self, name: str, default: int, most: int) -> int:
        text = self.query(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 12) or int(text) > most:
            raise Refused(
                400,
                Text(
                    f"{name} 应为 0 到 {most} 的整数", f"found {name}={text[:40]!r}, expected a number from 0 to {most}"
                ),
            )
        return int(text)

    def flag(self, name: str) -> bool:
        return self.query(name) == "1"

    def wanted(self) -> CallFilter:
        """The filter of the query: ``filter`` as typed by a user, ``since`` and ``until`` as Unix times."""
        reading = read_filter(self.query("filter"), self._time("since"), self._time("until"))
        if reading.mistakes:
            zh = "；".join(mistake.zh for mistake in reading.mistakes)
            raise Refused(400, Text(zh, "; ".join(mistake.en for mistake in reading.mistakes)))
        return reading.wanted

    def policy_of(self, appid: Any) -> Policy:
        """The policy in force for ``appid`` as spelled in policies; the first one without an ``appid``."""
        policies = self.sources.policies()
        if appid is None or appid == "":
            return policies.policies[0]
        found = policies.named(appid) if isinstance(appid, str) else None
        if found is None:
            raise Refused(404, Text("没有这个 appid 的策略", "there is no policy for that appid"))
        return found

    def _time(self, name: str) -> float | None:
        text = self.query(name)
        try:
            return float(text) if text else None
        except ValueError:
            raise Refused(400, Text(f"{name} 应为 Unix 时间", f"{name}: expected a Unix time")) from None

    def asked(self, *names: str) -> dict[str, Any]:
        """The values of the body, which may have no other names than these."""
        try:
            found = json.loads(self.request.body)
            if not isinstance(found, dict) or not set(found) <= set(names):
                raise ValueError(f"expected an object of {', '.join(names)}")
        except (ValueError, RecursionError) as error:
            raise Refused(400, Text(str(error), str(error))) from error
        return found


class Nothing(Handler):
    def prepare(self) -> None:
        super().prepare()
        if not self._finished:
            self.fail(404, Text("没有这个地址", "not found"))


class File(Handler):
    """One of the page's own files, named by its route."""

    def initialize(self, sources: Sources, name: str, kind: str) -> None:
        super().initialize(sources)
        self._name, self._kind = name, kind

    def get(self) -> None:
        self.set_header("Content-Type", f"{self._kind}; charset=utf-8")
        self.finish((STATIC / self._name).read_bytes())
