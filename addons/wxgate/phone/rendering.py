"""The phone's page as HTML. Everything from the wire is escaped here, and the page's CSP allows no script in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from wxgate.phone import instructions
from wxgate.phone.arrivals import Trust
from wxgate.phone.certificates import Authority
from wxgate.phone.certificates import form_for
from wxgate.phone.standing import Known
from wxgate.phone.standing import Standing
from wxgate.phone.standing import standing_of
from wxgate.phone.visitor import Visitor
from wxgate.phone.words import BUTTONS
from wxgate.phone.words import PHASES
from wxgate.phone.words import SEEN_DEBUG_ONLY
from wxgate.phone.words import STANDINGS
from wxgate.phone.words import WORDS
from wxpolicy.call.record import CallRecord
from wxpolicy.catalogue import entry
from wxpolicy.catalogue import fix_of
from wxpolicy.catalogue import message_of
from wxpolicy.state.lifecycle import Phase
from wxpolicy.state.orders import ANY
from wxpolicy.terms import Outcome
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable
from wxredact.records import redact_record

LONGEST_URL = 200
MOST_HOSTS = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """The device that the page is for. ``token`` authorises commands of this device only; ``proxy`` is HOST:PORT as the
    phone reaches it."""

    device: str
    visitor: Visitor
    lang: str
    token: str
    proxy: str
    authority: Authority | None
    test_url: str
    seen_url: str


def page(shown: Shown, known: Known) -> str:
    lang = shown.lang
    causes = "".join(f"<li>{_text(cause, lang)}</li>" for cause in instructions.USUAL_CAUSES)
    other = "en" if lang == "zh" else "zh"
    fingerprint = shown.authority.fingerprint if shown.authority is not None else ""
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>{_word('title', lang)}</title>"
        '<link rel="stylesheet" href="/phone.css"><script src="/phone.js" type="module"></script></head>'
        f'<body data-test="{escape(shown.test_url)}" data-seen="{escape(shown.seen_url)}"'
        f' data-fingerprint="{fingerprint}" data-lang="{lang}"><header><h1>{_word("title", lang)}</h1>'
        f'<a href="/?lang={other}" lang="{"en" if other == "en" else "zh-CN"}">{_word("other", lang)}</a></header>'
        f'<main id="steps">{steps(shown, known)}</main>'
        f"<details><summary>{_word('causes', lang)}</summary><ul>{causes}</ul></details>"
        f"<noscript><p>{_word('no_script', lang)}</p></noscript></body></html>\n"
    )


def steps(shown: Shown, known: Known) -> str:
    """What changes during the set-up; polled by the page."""
    lang, standing = shown.lang, standing_of(known)
    told = STANDINGS[standing]
    if standing is Standing.SEEN and any(call.debug_only for call in known.calls):
        told = SEEN_DEBUG_ONLY
    return (
        f"<p>{_word('device', lang).format(escape(shown.device))}</p>"
        f'<p class="standing" role="status" data-standing="{standing}">{_text(told, lang)}</p><ol>'
        + _step("reach", "done", _word("step_reach", lang), "")
        + _proxy_step(shown, known)
        + _certificate_step(shown, known)
        + _app_step(shown, known, standing)
        + f"</ol>{_calls(known.calls, lang)}{_states(shown, known) if known.is_through else ''}"
    )


def _step(name: str, state: str, title: str, inner: str) -> str:
    sign = {"done": "✓", "failed": "✗", "next": "→"}.get(state, "○")
    return f'<li data-step="{name}" data-state="{state}"><h2><span aria-hidden="true">{sign}</span> {title}</h2>{inner}</li>'


def _proxy_step(shown: Shown, known: Known) -> str:
    lang = shown.lang
    if known.is_through:
        return _step("proxy", "done", _word("step_proxy", lang), "")
    host, _, port = shown.proxy.rpartition(":")
    told = (
        f"<p>{_text(instructions.set_proxy(shown.visitor), lang)}</p>"
        f"<dl><dt>{_word('host', lang)}</dt><dd><code>{escape(host.strip('[]'))}</code></dd>"
        f"<dt>{_word('port', lang)}</dt><dd><code>{escape(port)}</code></dd></dl><p>{_word('notices_itself', lang)}</p>"
    )
    return _step("proxy", "next", _word("step_proxy", lang), told)


def _certificate_step(shown: Shown, known: Known) -> str:
    lang, title = shown.lang, _word("step_certificate", shown.lang)
    about = "".join(f'<p class="aside">{_text(each, lang)}</p>' for each in instructions.about_apps(shown.visitor))
    if known.trust is Trust.TRUSTED:
        return _step("certificate", "done", title, about)
    why = ""
    if known.trust is Trust.OLDER:
        why = _word("older", lang)
    elif known.trust is Trust.REFUSED:
        why = _word("fetched_not_trusted" if known.has_fetched else "not_trusted", lang)
    elif known.is_through:
        return _step("certificate", "testing", title, f"<p>{_word('testing', lang)}</p>{_download(shown)}")
    todo = "".join(f"<li>{_text(each, lang)}</li>" for each in instructions.install(shown.visitor))
    state = "failed" if why else "open"
    return _step("certificate", state, title, f"<p>{why}</p><ol>{todo}</ol>{_download(shown)}{about}")


def _download(shown: Shown) -> str:
    lang, authority = shown.lang, shown.authority
    if authority is None:
        return f"<p>{_word('no_file', lang)}</p>"
    form = form_for(shown.visitor.system)
    made = escape(f"{authority.made_at:%Y-%m-%d}")
    name = "profile" if form.path.endswith("mobileconfig") else "download"
    others = " ".join(f'<a href="/certificate.{each}">.{each}</a>' for each in ("cer", "pem", "mobileconfig"))
    return (
        f'<p><a class="button" href="{form.path}">{_word(name, lang)}</a></p>'
        f'<p class="aside">{_word("made", lang).format(escape(printable(authority.name)), made, authority.fingerprint[:16])} {others}</p>'
    )


def _app_step(shown: Shown, known: Known, standing: Standing) -> str:
    lang, title = shown.lang, _word("step_app", shown.lang)
    refusing = ""
    if known.refusing:
        hosts = ", ".join(escape(printable(host)) for host in known.refusing[:MOST_HOSTS])
        refusing = f'<p class="bad">{_word("refusing", lang).format(hosts)}</p>'
    if known.calls:
        names = {call.appid or "" for call in known.calls}
        seen = ", ".join(escape(printable(name)) or _word("nameless", lang) for name in sorted(names))
        failed = standing is Standing.REFUSED
        return _step("app", "failed" if failed else "done", title, f"<p>{seen}</p>{refusing}")
    is_next = known.trust is Trust.TRUSTED
    return _step("app", "next" if is_next else "open", title, f"<p>{_text(instructions.OPEN_APP, lang)}</p>{refusing}")


def _calls(calls: Iterable[CallRecord], lang: str) -> str:
    rows = "".join(_call(redact_record(call), lang) for call in calls)
    if not rows:
        return ""
    return f'<section><h2>{_word("calls", lang)}</h2><ul class="calls">{rows}</ul></section>'


def _call(call: CallRecord, lang: str) -> str:
    is_good = call.outcome is Outcome.SUCCESS
    url = printable(call.url)
    shown = url if len(url) <= LONGEST_URL else url[:LONGEST_URL] + "…"
    state = "failed" if not is_good else "debug-only" if call.debug_only else "done"
    told = ""
    if call.debug_only:
        told += f"<p><b>{_word('debug_only', lang)}</b></p>"
    if not is_good:
        told += f"<p><code>{escape(printable(call.errmsg))}</code></p>"
    failing = next((finding for finding in call.findings if finding.fails), None)
    if failing is not None:
        told += f"<p><b>{_text(entry(failing.code).title, lang)}</b> {_text(message_of(failing), lang)}</p>"
        told += f"<p>{_word('fix', lang)} {_text(fix_of(failing), lang)}</p>"
    sign = "✓" if is_good else "✗"
    return f'<li data-state="{state}"><p><b>{sign} {escape(call.api)}</b> <span class="url">{escape(shown)}</span></p>{told}</li>'


def _states(shown: Shown, known: Known) -> str:
    lang = shown.lang
    rows = "".join(
        f"<li>{escape(app['appid'] or WORDS['nameless'].in_lang(lang))} <b>{_text(PHASES[Phase(app['state'])], lang)}</b>"
        f"<small> {_word('unfinished', lang).format(app['calls'])}</small>"
        + (_buttons(shown, app["appid"]) if len(known.apps) > 1 and app["appid"] else "")
        + "</li>"
        for app in known.apps
    )
    apps = f"<ul>{rows}</ul>" if rows else ""
    return f'<section class="states"><h2>{_word("everything", lang)}</h2>{apps}{_buttons(shown, ANY)}</section>'


def _buttons(shown: Shown, appid: str) -> str:
    fields = f'<input type="hidden" name="token" value="{shown.token}"><input type="hidden" name="appid" value="{escape(appid)}">'
    buttons = "".join(
        f'<button name="state" value="{change.value}">{_text(said, shown.lang)}</button>'
        for change, said in BUTTONS.items()
    )
    return f'<form method="post" action="/state">{fields}{buttons}</form>'


def _word(name: str, lang: str) -> str:
    return _text(WORDS[name], lang)


def _text(text: Text, lang: str) -> str:
    return escape(text.in_lang(lang))


def images_from(shown: Shown) -> str:
    """Where the page's own tests load images from, for its content security policy."""
    return " ".join(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in (shown.test_url, shown.seen_url))
