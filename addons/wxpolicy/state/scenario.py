"""A scenario file: which app goes to the background when, so that a run can be repeated.

A list of steps, each on one line or one key a line; ``device`` and ``appid`` are ``any`` if they are omitted:

    - {at: 10s, device: any, state: background}
    - at: 1500ms
      device: 192.168.1.23
      appid: wx0123456789abcdef
      state: foreground

The braces may be omitted too: ``- at: 10s, device: any, state: background``.
"""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from wxpolicy.policyfile.mistakes import START
from wxpolicy.policyfile.mistakes import Mistake
from wxpolicy.policyfile.mistakes import Notes
from wxpolicy.policyfile.mistakes import code_line
from wxpolicy.policyfile.values import note_unknown_key
from wxpolicy.policyfile.values import read_choice
from wxpolicy.policyfile.values import read_scalar
from wxpolicy.policyfile.values import shown
from wxpolicy.policyfile.yamltree import Mapping
from wxpolicy.policyfile.yamltree import Node
from wxpolicy.policyfile.yamltree import Refused
from wxpolicy.policyfile.yamltree import Scalar
from wxpolicy.policyfile.yamltree import Sequence
from wxpolicy.policyfile.yamltree import decoded
from wxpolicy.policyfile.yamltree import lines_of
from wxpolicy.policyfile.yamltree import read_tree
from wxpolicy.state.lifecycle import Change
from wxpolicy.state.orders import ANY
from wxpolicy.terms import Text

KEYS = ("at", "device", "appid", "state")
LONGEST_MS = 86_400_000  # one day

_TIME = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,3})?)(ms|s|m)")
_ALMOST_TIME = re.compile(r"\+?([0-9]{1,12}(?:\.[0-9]{1,3})?)\s*([a-zA-Z\u4e00-\u9fff]*)")
_UNIT_MS = MappingProxyType({"ms": 1, "s": 1000, "m": 60_000})
_UNIT_NAMES = MappingProxyType(
    {"sec": "s", "secs": "s", "second": "s", "seconds": "s", "min": "m", "mins": "m", "minute": "m", "minutes": "m"}
    | {"msec": "ms", "millis": "ms", "秒": "s", "分": "m", "分钟": "m", "毫秒": "ms", "ms": "ms", "s": "s", "m": "m"}
)
_APPID = re.compile(r"wx[0-9a-z]{16}")
_STATE_NAMES = MappingProxyType(
    {
        "pin": "pinned",
        "unpin": "unpinned",
        "hide": "background",
        "show": "foreground",
        "bg": "background",
        "fg": "foreground",
    }
)
_OTHER_NAMES = MappingProxyType({"time": "at", "ip": "device", "app": "appid", "app_id": "appid", "status": "state"})
# "- at: 10s, device: any, state: background", possibly with a comment: people read it as a mapping, YAML does not.
_BARE_STEP = re.compile(r"(\s*-\s+)([A-Za-z_]+:\s[^{}\[\]#]*?,\s*[A-Za-z_]+:[^{}\[\]#]*?)(\s*(?:\s#.*)?)")

# No step is longer, and the pattern is slow on very long lines of blanks and commas.
_LONGEST_STEP = 200


@dataclass(frozen=True, slots=True)
class Step:
    """``at_ms`` counts from the scenario's start. ``device`` is an address or "any", ``appid`` likewise.

    ``line`` is its line in the file.
    """

    at_ms: int
    change: Change
    device: str = ANY
    appid: str = ANY
    line: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """``steps`` in the order of time; steps of one moment in the order of the file."""

    steps: tuple[Step, ...]


def read_scenario(text: str | bytes, source: str = "scenario.yaml") -> tuple[Scenario | None, tuple[Mistake, ...]]:
    """Read a scenario: every mistake at once, in the order of the file, or the scenario. Never raises.

    ``source`` is the name that mistakes show. Bytes must be UTF-8.
    """
    notes = Notes(source)
    plain = decoded(text, notes)
    if plain is None:
        return None, notes.mistakes
    braced, shifted = _with_braces(plain)
    root = read_tree(braced, notes)
    steps: list[Step] = []
    if isinstance(root, Sequence):
        steps = [step for item in root.items if (step := _read_step(item, notes))]
    if not steps and not notes.mistakes:
        _note_no_steps(root, notes)
    if notes.mistakes:
        return None, tuple(_unshifted(mistake, shifted) for mistake in notes.mistakes)
    return Scenario(tuple(sorted(steps, key=lambda step: step.at_ms))), ()


def _with_braces(text: str) -> tuple[str, dict[int, int]]:
    """The text with its bare steps in braces, and the column of each added "{" by line."""
    lines = lines_of(text)
    shifted = {}
    for index, line in enumerate(lines):
        match = _BARE_STEP.fullmatch(line) if len(line) <= _LONGEST_STEP else None
        if match:
            lines[index] = f"{match[1]}{{{match[2]}}}{match[3]}"
            shifted[index + 1] = len(match[1]) + 1
    return ("\n".join(lines) if shifted else text), shifted


def _unshifted(mistake: Mistake, shifted: dict[int, int]) -> Mistake:
    added_at = shifted.get(mistake.line)
    if added_at is None or mistake.column <= added_at:
        return mistake
    return replace(mistake, column=mistake.column - 1)


def _read_step(item: Node, notes: Notes) -> Step | None:
    if isinstance(item, Refused):
        return None
    if not isinstance(item, Mapping):
        notes.mistake(item.at, shown(item), _STEP_FORM, _EXAMPLE)
        return None
    readers: dict[str, Callable[[Scalar, Node, Notes], object]] = {
        "at": _read_time,
        "device": _read_device,
        "appid": _read_appid,
        "state": _read_state,
    }
    fields: dict[str, Any] = {}
    for key, value in item.pairs:
        if key.text in readers:
            fields[key.text] = readers[key.text](key, value, notes)
        else:
            note_unknown_key(key, KEYS, notes, other_names=_OTHER_NAMES)
    for name, missing, example in (("at", _AT_MISSING, "at: 10s"), ("state", _STATE_MISSING, "state: background")):
        if name not in fields:
            notes.mistake(item.at, "", missing, code_line(example))
            fields[name] = None
    if None in fields.values():
        return None
    return Step(fields["at"], fields["state"], fields.get("device", ANY), fields.get("appid", ANY), item.at.line)


def _read_time(key: Scalar, value: Node, notes: Notes) -> int | None:
    text = read_scalar(key, value, _TIME_FORM, code_line("at: 10s"), notes)
    if text is None:
        return None
    at_ms = _milliseconds(text)
    if at_ms is not None and at_ms <= LONGEST_MS:
        return at_ms
    if at_ms is not None:
        notes.mistake(value.at, text, _TOO_LATE, code_line("at: 1440m"))
        return None
    lines = [f"at: {meant}" for meant in _meant_times(text) if _milliseconds(meant) is not None] or ["at: 10s"]
    notes.mistake(value.at, text, _TIME_FORM, Text(" 或 ".join(lines), " or ".join(lines)))
    return None


def _milliseconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    at_ms = Decimal(match[1]) * _UNIT_MS[match[2]] if match else None
    return int(at_ms) if at_ms is not None and at_ms == int(at_ms) else None


def _meant_times(text: str) -> list[str]:
    almost = _ALMOST_TIME.fullmatch(text.strip())
    if not almost:
        return []
    # A bare number may be either.
    units = ("s", "ms") if not almost[2] else (_UNIT_NAMES.get(almost[2].lower(), ""),)
    return [almost[1] + unit for unit in units]


def _read_device(key: Scalar, value: Node, notes: Notes) -> str | None:
    text = read_scalar(key, value, _DEVICE_FORM, code_line("device: any"), notes)
    if text is None or text == ANY:
        return text
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        instead = code_line("device: any") if text.strip().lower() in (ANY, "all", "*") else _DEVICE_WAYS
        notes.mistake(value.at, text, _DEVICE_FORM, instead)
        return None


def _read_appid(key: Scalar, value: Node, notes: Notes) -> str | None:
    text = read_scalar(key, value, _APPID_FORM, code_line("appid: any"), notes)
    if text is None or text == ANY or _APPID.fullmatch(text):
        return text
    lowered = text.strip().lower()
    instead = lowered if _APPID.fullmatch(lowered) else ANY
    notes.mistake(value.at, text, _APPID_FORM, code_line(f"appid: {instead}"))
    return None


def _read_state(key: Scalar, value: Node, notes: Notes) -> Change | None:
    word = read_choice(key, value, tuple(change.value for change in Change), notes, _STATE_NAMES)
    return Change(word) if word else None


def _note_no_steps(root: Node | None, notes: Notes) -> None:
    if isinstance(root, Refused):
        return
    if root is None or isinstance(root, Sequence) or (isinstance(root, Scalar) and root.is_empty):
        notes.mistake(root.at if root else START, "", _NO_STEPS, _EXAMPLE)
    elif isinstance(root, Mapping):
        found = f"{root.pairs[0][0].text}:" if root.pairs else "{}"
        notes.mistake(root.at, found, _NOT_A_LIST, _EXAMPLE)
    else:
        notes.mistake(root.at, shown(root), _NOT_A_LIST, _EXAMPLE)


_EXAMPLE = code_line("- {at: 10s, device: any, state: background}")
_STEP_FORM = Text(
    "每一步应写 at 和 state（device、appid 可省略）", "a step has at and state, and optionally device and appid"
)
_NO_STEPS = Text("场景文件里没有任何步骤", "the scenario has no steps")
_NOT_A_LIST = Text("场景文件应是一个列表，每一步以 - 开头", "a scenario is a list; each step starts with -")
_AT_MISSING = Text("这一步缺少 at（启动后多久）", "this step lacks at (time after the start)")
_STATE_MISSING = Text("这一步缺少 state", "this step lacks state")
_TIME_FORM = Text(
    "应为数字加单位 ms、s 或 m，中间没有空格，精确到毫秒",
    "expected a number with the unit ms, s or m, without a blank, in whole milliseconds",
)
_TOO_LATE = Text("时间太长，最多一天（1440m）", "the time is too long, at most one day (1440m)")
_DEVICE_FORM = Text("应为设备的 IP 地址或 any", "expected the device's IP address or any")
_DEVICE_WAYS = Text(
    "device: any，或设备的 IP，例如 device: 192.168.1.23", "device: any, or its IP address as in device: 192.168.1.23"
)
_APPID_FORM = Text("应为 wx 加 16 位小写字母或数字，或 any", "expected wx and 16 lower-case letters or digits, or any")
