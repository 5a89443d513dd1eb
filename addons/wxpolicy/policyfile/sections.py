"""The sections of policy.yaml below the domains: networkTimeout, concurrency, background, certificates."""

from collections.abc import Callable
from collections.abc import Mapping as MappingType
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from wxpolicy.editions import Edition
from wxpolicy.policy import TRUST_WORDS
from wxpolicy.policy import Background
from wxpolicy.policy import Certificates
from wxpolicy.policy import Concurrency
from wxpolicy.policyfile.lists import API_OF_LIST
from wxpolicy.policyfile.mistakes import NamedFile
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.values import read_choice
from wxpolicy.policyfile.values import read_list
from wxpolicy.policyfile.values import read_mapping
from wxpolicy.policyfile.values import read_number
from wxpolicy.policyfile.values import read_scalar
from wxpolicy.policyfile.values import read_switch
from wxpolicy.policyfile.words import nearest
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.terms import Api
from wxpolicy.terms import Platform
from wxpolicy.terms import Text
from wxpolicy.text.printable import printable

_LIKELY_SECONDS = 1000
# For examples if the platform has no limit.
_LIKELY_LIMIT = 10

_APIS = tuple(api.value for api in Api)
_MILLISECONDS = Text("毫秒", "milliseconds")
_CALLS = Text("并发数", "calls at once")
_OTHER_API_NAMES = MappingProxyType({name.lower(): api.value for name, api in API_OF_LIST.items()})
_PLATFORM_NAMES = MappingProxyType({"iphone": "ios", "ipad": "ios", "apple": "ios", "wechatdevtools": "devtools"})


def read_timeouts(key: Scalar, value: Node, edition: Edition, notes: Notes) -> MappingType[Api, int]:
    """``networkTimeout``, in milliseconds, with app.json's names (platform §1)."""
    default_ms, most_ms = edition.default_timeout_ms, edition.max_timeout_ms
    timeouts = dict(default_timeouts(edition))
    for name, inner, inner_value in read_mapping(key, value, _APIS, notes, _OTHER_API_NAMES):
        timeout_ms = read_number(inner, inner_value, 1, _MILLISECONDS, default_ms, notes)
        if timeout_ms is None:
            continue
        if most_ms is not None and timeout_ms > most_ms:
            notes.mistake(inner_value.at, str(timeout_ms), *_too_long(name, most_ms, edition))
        elif timeout_ms < _LIKELY_SECONDS:
            expected = Text(
                f"单位是毫秒，{timeout_ms} ms 太短", f"the unit is milliseconds; {timeout_ms} ms is very short"
            )
            notes.warning(
                inner_value.at,
                str(timeout_ms),
                expected,
                code_line(f"{name}: {min(timeout_ms * 1000, default_ms)}"),
            )
        timeouts[Api(name)] = timeout_ms
    return MappingProxyType(timeouts)


def _too_long(name: str, most_ms: int, edition: Edition) -> tuple[Text, Text]:
    most = f"{most_ms // 1000} s"
    expected = Text(
        f"{edition.name} 版规则的最大超时时间是 {most}（{most_ms} ms）",
        f"the maximum in edition {edition.name} is {most} ({most_ms} ms)",
    )
    line, newer = f"{name}: {most_ms}", edition.superseded_by
    return expected, Text(
        f"{line}（或改用 edition: {newer}）", f"{line} (or edition: {newer})"
    ) if newer else code_line(line)


def default_timeouts(edition: Edition) -> MappingType[Api, int]:
    return MappingProxyType(dict.fromkeys(Api, edition.default_timeout_ms))


def default_concurrency(edition: Edition) -> Concurrency:
    """The platform's own limits."""
    limits: dict[str, Any] = {api.value: limit for api, limit in edition.limits.items()}
    return Concurrency(**limits)


def read_concurrency(key: Scalar, value: Node, edition: Edition, notes: Notes) -> Concurrency:
    """``concurrency``: concurrent calls per API, and what happens to more of them."""
    concurrency = default_concurrency(edition)
    for name, inner, inner_value in read_mapping(key, value, (*_APIS, "excess"), notes, _OTHER_API_NAMES):
        if name == "excess":
            excess = read_choice(inner, inner_value, ("queue", "fail"), notes, {"wait": "queue", "refuse": "fail"})
            concurrency = replace(concurrency, excess=excess or concurrency.excess)
            continue
        platform_limit = default_concurrency(edition).limit(Api(name))
        limit = read_number(inner, inner_value, 1, _CALLS, platform_limit or _LIKELY_LIMIT, notes)
        if limit is None:
            continue
        if platform_limit is not None and limit > platform_limit:
            expected = Text(
                f"平台的上限是 {platform_limit}，真机上多出的调用仍会排队或失败",
                f"the platform's limit is {platform_limit}; on a phone, further calls still queue or fail",
            )
            notes.warning(inner_value.at, str(limit), expected, code_line(f"{name}: {platform_limit}"))
        changed: dict[str, Any] = {name: limit}
        concurrency = replace(concurrency, **changed)
    return concurrency


def read_background(key: Scalar, value: Node, edition: Edition, notes: Notes) -> Background:
    """``background`` (seed-2017 §2, last item)."""
    background = Background(edition.grace_ms)
    for name, inner, inner_value in read_mapping(key, value, ("grace_ms", "pinned"), notes, {"grace": "grace_ms"}):
        if name == "grace_ms":
            grace_ms = read_number(inner, inner_value, 0, _MILLISECONDS, edition.grace_ms, notes)
            background = replace(background, grace_ms=edition.grace_ms if grace_ms is None else grace_ms)
            continue
        pinned = read_switch(inner, inner_value, notes)
        background = replace(background, pinned=bool(pinned))
        if pinned and not edition.pinned_is_exempt:
            expected = Text(
                f"{edition.name} 版规则里没有“置顶聊天除外”这一条",
                f"edition {edition.name} does not exempt a mini-program pinned to the chat top",
            )
            notes.warning(inner_value.at, "true", expected, code_line("pinned: false"))
    return background


def read_certificates(key: Scalar, value: Node, notes: Notes) -> Certificates:
    """``certificates``: which roots are trusted, and the platforms to judge for (platform §5)."""
    certificates = Certificates()
    readers: dict[str, Callable[[Scalar, Node, Notes], Any]] = {
        "trust": _read_trust,
        "extra_roots": _read_roots,
        "platforms": _read_platforms,
    }
    for name, inner, inner_value in read_mapping(
        key, value, tuple(readers), notes, {"roots": "extra_roots", "ca": "extra_roots"}
    ):
        found = readers[name](inner, inner_value, notes)
        changed: dict[str, Any] = {name: found}
        if found is not None:
            certificates = replace(certificates, **changed)
    return certificates


def _read_trust(key: Scalar, value: Node, notes: Notes) -> str | None:
    expected = Text(
        "应为 platform、mozilla、system 或一个 PEM 文件的路径",
        "expected platform, mozilla, system or the path of a PEM file",
    )
    text = read_scalar(key, value, expected, code_line("trust: platform"), notes)
    if text is None or text in TRUST_WORDS:
        return text
    # A bare word is a misspelled value: a file has a dot or a slash in its path.
    if not any(mark in text for mark in "./\\"):
        meant = nearest(
            text, TRUST_WORDS, {"os": "system", "firefox": "mozilla", "certifi": "mozilla", "default": "platform"}
        )
        notes.mistake(value.at, text, expected, code_line(f"trust: {meant or './' + text}"))
        return None
    return text if _is_path("certificates.trust", value, text, notes) else None


def _read_roots(key: Scalar, value: Node, notes: Notes) -> tuple[str, ...] | None:
    items = read_list(key, value, "./company-root.pem", notes)
    if items is None:
        return None
    return tuple(item.text for item in items if _is_path("certificates.extra_roots", item, item.text, notes))


def _is_path(key: str, node: Node, text: str, notes: Notes) -> bool:
    if text.isprintable():
        notes.files.append(NamedFile(key, text, node.at))
        return True
    expected = Text("路径里有控制字符或看不见的字符", "the path contains a control character or an invisible character")
    clean = "".join(c for c in text if c.isprintable()) or "./company-root.pem"
    notes.mistake(node.at, text, expected, code_line(printable(clean)))
    return False


def _read_platforms(key: Scalar, value: Node, notes: Notes) -> tuple[Platform, ...] | None:
    known = tuple(platform.value for platform in Platform)
    expected = Text(f"应为 {'、'.join(known)} 中的若干个", f"expected one or more of {', '.join(known)}")
    items = read_list(key, value, "ios", notes)
    if items is None:
        return None
    if not items:
        notes.mistake(value.at, "[]", expected, code_line(f"platforms: [{', '.join(known)}]"))
        return None
    platforms = []
    for item in items:
        if item.text not in known:
            meant = nearest(item.text, known, _PLATFORM_NAMES)
            notes.mistake(item.at, item.text, expected, code_line(meant or ", ".join(known)))
        elif Platform(item.text) not in platforms:
            platforms.append(Platform(item.text))
    return tuple(platforms)
