"""Reads the whole policy file: its keys, the order in which they are read, and the resulting Policy."""

import re
from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from dataclasses import field
from types import MappingProxyType
from typing import Any

from wxpolicy.editions import DEFAULT
from wxpolicy.editions import EDITIONS
from wxpolicy.editions import Edition
from wxpolicy.policy import ANY_APPID
from wxpolicy.policy import Background
from wxpolicy.policy import Policy
from wxpolicy.policyfile.lists import read_domains_key
from wxpolicy.policyfile.mistakes import START
from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.mistakes import NamedFile
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import Place
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.places import read_apis
from wxpolicy.policyfile.places import read_exclude
from wxpolicy.policyfile.places import read_hosts
from wxpolicy.policyfile.sections import default_concurrency
from wxpolicy.policyfile.sections import default_timeouts
from wxpolicy.policyfile.sections import read_background
from wxpolicy.policyfile.sections import read_certificates
from wxpolicy.policyfile.sections import read_concurrency
from wxpolicy.policyfile.sections import read_timeouts
from wxpolicy.policyfile.values import OCTAL
from wxpolicy.policyfile.values import OCTAL_IN_DOUBT
from wxpolicy.policyfile.values import note_unknown_key
from wxpolicy.policyfile.values import quoted
from wxpolicy.policyfile.values import read_choice
from wxpolicy.policyfile.values import read_scalar
from wxpolicy.policyfile.values import shown
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Refused
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.policyfile.yamltree import decoded
from wxpolicy.policyfile.yamltree import lines_of
from wxpolicy.policyfile.yamltree import read_tree
from wxpolicy.terms import Mode
from wxpolicy.terms import Scope
from wxpolicy.terms import Text

KEYS = (
    "appid",
    "version",
    "edition",
    "mode",
    "scope",
    "domains",
    "hosts",
    "exclude",
    "apis",
    "networkTimeout",
    "concurrency",
    "background",
    "certificates",
    "encoding",
)
_OTHER_NAMES = MappingProxyType(
    {
        "app_id": "appid",
        "timeout": "networkTimeout",
        "timeouts": "networkTimeout",
        "network_timeout": "networkTimeout",
        "whitelist": "domains",
        "tls": "certificates",
        "host": "hosts",
        "resolve": "hosts",
        "ignore": "exclude",
        "excludes": "exclude",
        "api": "apis",
        "charset": "encoding",
    }
)
_OFF_WORDS = MappingProxyType(
    {"off": "observe", "no": "observe", "false": "observe", "none": "observe", "on": "release"}
)


@dataclass(frozen=True, slots=True)
class Reading:
    """``policy`` is None where there is any mistake. Mistakes and warnings are in the order of the file.

    ``files`` are those that it names, also where there are mistakes: they are not opened here. ``places`` tells where
    ("appid", ""), ("scope", "") and each ("hosts", NAME) stand.
    """

    policy: Policy | None
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...]
    files: tuple[NamedFile, ...] = ()
    source: str = "policy.yaml"
    places: MappingType[tuple[str, str], Place] = field(default_factory=dict)


def read_policy(text: str | bytes, source: str = "policy.yaml") -> Reading:
    """Read a policy file: every mistake at once, or a policy with every default in place. Never raises.

    ``source`` is the name that mistakes show. Bytes must be UTF-8.
    """
    notes = Notes(source)
    policy = None
    plain = decoded(text, notes)
    if plain is not None:
        root = read_tree(plain, notes)
        if isinstance(root, Mapping):
            policy = _read_root(root, lines_of(plain), notes)
        elif not notes.mistakes:
            _note_no_policy(root, notes)
    read = None if notes.mistakes else policy
    return Reading(read, notes.mistakes, notes.warnings, tuple(notes.files), source, notes.places)


def _read_root(root: Mapping, lines: list[str], notes: Notes) -> Policy:
    by_name: dict[str, list[tuple[Scalar, Node]]] = {}
    for key, value in root.pairs:
        if key.text in KEYS:
            by_name.setdefault(key.text, []).append((key, value))
        else:
            note_unknown_key(key, KEYS, notes, other_names=_OTHER_NAMES)

    # The edition first: the other keys depend on it. If it cannot be read, today's
    # is used, which is wider, so that no false mistake is reported.
    edition = DEFAULT
    for key, value in by_name.pop("edition", []):
        word = read_choice(key, value, tuple(EDITIONS), notes, _EDITION_NAMES)
        edition = EDITIONS[word or DEFAULT.superseded_by or DEFAULT.name]

    fields: dict[str, Any] = {
        "edition": edition,
        "network_timeout_ms": default_timeouts(edition),
        "concurrency": default_concurrency(edition),
        "background": Background(edition.grace_ms),
    }
    readers: dict[str, Callable[[Scalar, Node], object]] = {
        "appid": lambda key, value: _read_appid(key, value, edition, notes),
        "version": lambda key, value: _read_version(key, value, edition, notes),
        "mode": lambda key, value: _word(read_choice(key, value, tuple(Mode), notes, _OFF_WORDS), Mode),
        "scope": lambda key, value: _word(read_choice(key, value, tuple(Scope), notes), Scope),
        "domains": lambda key, value: read_domains_key(key, value, edition, lines, notes),
        "hosts": lambda key, value: read_hosts(key, value, notes),
        "apis": lambda key, value: read_apis(key, value, notes),
        "networkTimeout": lambda key, value: read_timeouts(key, value, edition, notes),
        "concurrency": lambda key, value: read_concurrency(key, value, edition, notes),
        "background": lambda key, value: read_background(key, value, edition, notes),
        "certificates": lambda key, value: read_certificates(key, value, notes),
        "encoding": lambda key, value: read_choice(key, value, ("record", "apply"), notes),
    }
    excluded = by_name.pop("exclude", [])
    for name, pairs in by_name.items():
        for key, value in pairs:
            notes.places.setdefault((name, ""), value.at)
            found = readers[name](key, value)
            if found is not None:
                fields[_FIELD_OF.get(name, name)] = found
    # Last, because it must not exclude what the other keys need.
    for key, value in excluded:
        fields["exclude"] = read_exclude(key, value, fields.get("domains", {}), fields.get("apis", ()), notes) or ()
        if fields["exclude"] and fields.get("scope") is not Scope.ALL:
            notes.warning(key.at, key.text, _EXCLUDE_IN_VAIN, code_line("scope: all"))

    if "appid" not in by_name:
        notes.mistake(root.at, "", _APPID_MISSING, code_line("appid: any"))
    if "domains" not in by_name:
        notes.mistake(root.at, "", _DOMAINS_MISSING, code_line("domains: {request: [https://api.example.com]}"))
    return Policy(**fields)


def _word(word: str | None, kind: type[Mode] | type[Scope]) -> Mode | Scope | None:
    return kind(word) if word is not None else None


def _read_appid(key: Scalar, value: Node, edition: Edition, notes: Notes) -> str | None:
    pattern, prefix, expected = edition.appid
    text = read_scalar(key, value, expected, code_line("appid: any"), notes)
    if text is None or text == ANY_APPID or re.fullmatch(pattern, text):
        return text
    lowered = text.strip().lower()
    if lowered == ANY_APPID or re.fullmatch(pattern, lowered):
        instead = code_line(f"appid: {quoted(lowered)}")
    elif prefix and lowered.startswith(prefix):
        count = len(lowered) - len(prefix)
        instead = Text(
            f"完整的 AppID（这里 {prefix} 之后有 {count} 位），或 appid: any",
            f"the complete AppID (here {count} characters follow {prefix}), or appid: any",
        )
    else:
        instead = code_line("appid: any")
    notes.mistake(value.at, text, expected, instead)
    return None


def _read_version(key: Scalar, value: Node, edition: Edition, notes: Notes) -> str | None:
    """The ``{version}`` of the Referer (seed-2017 §2)."""
    words, release, expected = edition.version
    text = read_scalar(key, value, expected, _NO_VERSION, notes)
    if text is None or text in words or re.fullmatch(release, text):
        return text
    lowered = text.strip().lower()
    digits = lowered.lstrip("0")
    if lowered != text and lowered in words:
        instead = code_line(f"version: {lowered}")
    elif lowered in ("develop", "trial", "dev", "audit"):
        # seed-2017 §2: develop, trial and audit builds all send the same.
        instead = code_line(f"version: {quoted(edition.development_version)}")
    elif lowered.isdecimal() and re.fullmatch(release, digits):
        instead = code_line(f'version: "{digits}"')
    else:
        ways = [f"version: {quoted(word)}" for word in (*words, "12")]
        instead = Text(
            f"{'、'.join(ways)} 之一，或删除这一行",
            f"{', '.join(ways[:-1])} or {ways[-1]}, or delete this line",
        )
    notes.mistake(value.at, text, OCTAL_IN_DOUBT if OCTAL.fullmatch(text) else expected, instead)
    return None


def _note_no_policy(root: Node | None, notes: Notes) -> None:
    if isinstance(root, Refused):
        return
    if root is None or (isinstance(root, Scalar) and root.is_empty):
        expected = Text("文件是空的", "the file is empty")
        notes.mistake(START, "", expected, _SMALLEST)
    else:
        expected = Text("文件应由“键: 值”组成", "a policy consists of `key: value` lines")
        notes.mistake(root.at, shown(root), expected, _SMALLEST)


_FIELD_OF = MappingProxyType({"networkTimeout": "network_timeout_ms"})
_EDITION_NAMES = MappingProxyType({other: each.name for each in EDITIONS.values() for other in each.other_names})
_SMALLEST = Text(
    "至少两行：appid: any 和 domains: {request: [https://api.example.com]}",
    "at least two lines: appid: any and domains: {request: [https://api.example.com]}",
)
_EXCLUDE_IN_VAIN = Text("exclude 只在 scope: all 下起作用", "exclude has an effect only in scope: all")
_APPID_MISSING = Text("缺少 appid", "the key appid is missing")
_DOMAINS_MISSING = Text("缺少 domains", "the key domains is missing")
_NO_VERSION = Text("删除这一行，即保留客户端自己的版本号", "delete this line to keep the client's own version")
