"""Check a policy, ask why a URL is refused, probe servers' TLS, take over lists from elsewhere."""

import argparse
import os
import sys
from collections.abc import Callable
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from wxcommand.arguments import language_of
from wxcommand.output import complain
from wxcommand.output import say
from wxcommand.policy_files import unreadable
from wxcommand.policy_files import with_roots
from wxcommand.policy_options import parser
from wxcommand.session_folder import NO_SESSION
from wxcommand.session_folder import session_folder
from wxpolicy.terms import Text

if TYPE_CHECKING:
    from wxpolicy.certificates.probe import Target
    from wxpolicy.policyfile.reader import Reading
    from wxpolicy.terms import Api


def main(words: list[str], prog: str = "policy.py", enter: Callable[[], None] = lambda: None) -> int:
    options = parser(language_of(words), prog).parse_args(words)
    enter()

    from wxreport.language import language

    lang = language(options.lang, os.environ)
    command = {"lint": _lint, "explain": _explain, "suggest": _suggest, "import": _import, "probe": _probe}[
        options.command
    ]
    return command(options, lang)


@contextmanager
def _until_reader_leaves() -> Iterator[None]:
    """For printing: if the reader closes the pipe early (| head), the exit status does not change."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _read(name: str, lang: str) -> str | None:
    try:
        return Path(name).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        complain(unreadable(name, error).in_lang(lang))
        return None


def _print_mistakes(reading: "Reading", lang: str) -> None:
    with _until_reader_leaves():
        for mistake in reading.mistakes:
            say(mistake.in_lang(lang), to=sys.stderr)


# By whether there are warnings.
_NO_MISTAKES = {
    False: Text("：没有错误", ": no mistakes"),
    True: Text("：没有错误，有上面的警告", ": no mistakes, but the warnings above"),
}


def _lint(options: argparse.Namespace, lang: str) -> int:
    from wxgate.connections.trust_source import mistakes_in_files
    from wxpolicy.policyfile import read_policy
    from wxpolicy.policyfile.together import mistakes_between

    readings = []
    for name in options.files:
        if (text := _read(name, lang)) is None:
            return 2
        readings.append(read_policy(text, name))
    between = mistakes_between(readings)
    found = []
    for reading in readings:
        beside = (each for each in between if each.source == reading.source)
        every = (*reading.mistakes, *mistakes_in_files(reading, reading.source), *beside)
        found.append((reading, sorted(every, key=lambda each: (each.line, each.column))))
    with _until_reader_leaves():
        for reading, mistakes in found:
            for mistake in (*mistakes, *reading.warnings):
                say(mistake.in_lang(lang))
            if not mistakes:
                say(f"{reading.source}{_NO_MISTAKES[bool(reading.warnings)].in_lang(lang)}")
    return 2 if any(mistakes for _, mistakes in found) else 0


def _explain(options: argparse.Namespace, lang: str) -> int:
    from wxpolicy.policyfile import read_policy
    from wxpolicy.terms import Api
    from wxreport.explanation import admitting
    from wxreport.explanation import explain

    text = _read(options.policy, lang)
    if text is None:
        return 2
    reading = read_policy(text, options.policy)
    if reading.policy is None:
        _print_mistakes(reading, lang)
        return 2
    if options.api:
        apis = [Api(options.api)]
    elif options.url.lower().startswith(("ws:", "wss:")):
        apis = [Api.CONNECT_SOCKET]
    else:
        apis = [Api.REQUEST, Api.UPLOAD_FILE, Api.DOWNLOAD_FILE]
    with _until_reader_leaves():
        for line in explain(options.url, apis, reading.policy, lang, options.policy):
            say(line)
    return 0 if admitting(options.url, apis, reading.policy) else 1


def _suggest(options: argparse.Namespace, lang: str) -> int:
    from wxpolicy.editions import DEFAULT
    from wxpolicy.editions import EDITIONS
    from wxreport.explanation import lines_to_add
    from wxsession.embedded import EMBEDDED
    from wxsession.store import SessionUnreadable

    folder = session_folder(options.session)
    if folder is None:
        complain(NO_SESSION.in_lang(lang))
        return 2
    try:
        reader = EMBEDDED.open(folder)
    except SessionUnreadable as trouble:
        say(trouble.text.in_lang(lang), to=sys.stderr)
        return 2
    edition = EDITIONS.get(reader.facts().edition, DEFAULT)
    # With several policies, separately: what one mini-program lacks, another must not get.
    of_each = {policy["appid"]: policy["file"] for policy in reader.facts().policies} or {"": ""}
    found = {
        appid: lines_to_add((record for record in reader.records() if appid in ("", record.policy)), edition)
        for appid in of_each
    }
    with _until_reader_leaves():
        for unread in reader.trouble:
            say(unread.in_lang(lang), to=sys.stderr)
        for appid, wanted in found.items():
            if any(wanted.lines.values()):
                if appid:
                    say(f"# {appid}: {of_each[appid]}")
                _print_domains(wanted.lines, wanted.either, lang)
        is_empty = not any(any(wanted.lines.values()) for wanted in found.values())
        if is_empty and not reader.trouble:  # unreadable calls may have needed some
            say("没有缺少的条目" if lang == "zh" else "No entries are missing", to=sys.stderr)
    return 2 if reader.trouble else 0


def _import(options: argparse.Namespace, lang: str) -> int:
    from wxpolicy.policyfile import read_domain_lists

    text = _read(options.file, lang)
    if text is None:
        return 2
    lists = read_domain_lists(text, options.file)
    with _until_reader_leaves():
        for mistake in (*lists.mistakes, *lists.warnings):
            say(mistake.in_lang(lang), to=sys.stderr)
        # Half a list, appended to a policy, would be taken for the whole.
        if not lists.mistakes:
            _print_domains({api: [entry.origin for entry in entries] for api, entries in lists.domains.items()})
    return 2 if lists.mistakes else 0


def _probe(options: argparse.Namespace, lang: str) -> int:
    from wxgate.connections.probe import listed_targets
    from wxgate.connections.probe import place_in
    from wxgate.connections.probe import probe_all
    from wxgate.connections.trust_source import TrustSource
    from wxgate.start.policy_file import PolicyRefused
    from wxpolicy.policy import Policy
    from wxpolicy.policyfile import read_policy
    from wxreport.probe_table import print_probes

    name = options.policy or "policy.yaml"
    policy = Policy()
    if options.policy or Path(name).exists():
        text = _read(name, lang)
        if text is None:
            return 2
        reading = read_policy(text, name)
        if reading.policy is None:
            _print_mistakes(reading, lang)
            return 2
        policy = reading.policy
    named = [_target(host, lang) for host in options.hosts]
    connect_to = _place(options.connect, lang) if options.connect is not None else None
    if None in named or (options.connect is not None and connect_to is None):
        return 2
    targets = [target for target in named if target is not None] or listed_targets(policy)
    if not targets:
        complain(
            "没有要探测的主机：请写主机名，或用 --policy 指定策略文件"
            if lang == "zh"
            else "No host to probe: give a host, or a policy file with --policy"
        )
        return 2
    try:
        stores = TrustSource().stores(with_roots(policy.certificates, options.extra_root), Path(name).parent)
    except PolicyRefused as refused:
        say(refused.text.in_lang(lang), to=sys.stderr)
        return 2
    probes = probe_all(
        targets,
        stores,
        policy.certificates.platforms,
        lives_at=lambda target: connect_to or place_in(policy.hosts, target),
    )
    with _until_reader_leaves():
        print_probes(probes, lang)
    return int(any(probed.refused for probed in probes))


def _target(text: str, lang: str) -> "Target | None":
    from wxpolicy.certificates.probe import Target
    from wxpolicy.certificates.probe import read_target

    target = read_target(text)
    if isinstance(target, Target):
        return target
    say(f"{text}：{target.zh}" if lang == "zh" else f"{text}: {target.en}", to=sys.stderr)
    return None


def _place(text: str, lang: str) -> "Target | None":
    """The target of --connect: a host with its port, which cannot be guessed."""
    host, _, port = text.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or "/" in text:
        complain(
            f"--connect 应为 HOST:PORT（如 127.0.0.1:8443），现为 {text!r}"
            if lang == "zh"
            else f"--connect: found {text!r}, expected HOST:PORT such as 127.0.0.1:8443"
        )
        return None
    return _target(text, lang)


def _print_domains(
    domains: "Mapping[Api, Iterable[str]]", either: "Container[tuple[Api, str]]" = frozenset(), lang: str = "en"
) -> None:
    from wxpolicy.text.printable import printable

    say("domains:")
    for api, entries in domains.items():
        say(f"  {api.value}:" if entries else f"  {api.value}: []")
        for entry in entries:
            unsure = ""
            if (api, entry) in either:
                unsure = (
                    "   # 可能是多个 API：只保留代码所用的那个"
                    if lang == "zh"
                    else "   # the traffic fits several APIs: keep the one that the code calls"
                )
            say(f"    - {printable(entry)}{unsure}")
