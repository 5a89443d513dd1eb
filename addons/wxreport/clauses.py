"""A finding's clause in words, for a reader who does not know the sections of docs/platform-facts.md."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from wxpolicy.editions import EDITIONS
from wxpolicy.terms import Text

_ONE = re.compile(r"(?P<sheet>seed-2017|platform) §(?P<section>\d)(?: \[(?P<mark>doc|seen|said)\])?")

# What is not in these sheets: an edition of another platform, by its own name.
_OF_EDITION = re.compile(r"(?P<name>[a-z0-9-]+) \[(?P<mark>doc|seen|said)\]")

# The headings of the docs page itself.
_PAGE_2017: Mapping[str, str] = MappingProxyType({"1": "服务器域名配置", "2": "关于请求", "3": "关于服务器返回"})
_MARKS: Mapping[str, Text] = MappingProxyType(
    {
        "doc": Text("微信现行官方文档", "WeChat's current documentation"),
        "seen": Text("客户端的实际表现（不同版本可能不同）", "seen in clients (versions may differ)"),
        "said": Text("开发者的经验", "what developers report"),
    }
)
_OTHER_MARKS: Mapping[str, Text] = MappingProxyType(
    {**_MARKS, "doc": Text("官方文档", "the platform's documentation")},
)
_TOPICS: Mapping[str, Text] = MappingProxyType(
    {
        "1": Text("微信现行官方文档", "WeChat's current documentation"),
        "2": Text("调试开关跳过的检查", "what the debugging switch skips"),
        "3": Text("errno 与 errMsg 对照", "errno and errMsg of each failure"),
        "4": Text("代理从流量里能看到的", "what the traffic tells a proxy"),
        "5": Text("各平台对证书与 TLS 的要求", "what each platform demands of certificates and TLS"),
    }
)


def in_words(clause: str) -> Text:
    """For example "seed-2017 §1; platform §5" in words. An unknown clause is not changed."""
    parts = [_one(part.strip()) for part in clause.split(";")]
    unique = list(dict.fromkeys(parts))
    return Text("；".join(part.zh for part in unique), "; ".join(part.en for part in unique))


def _one(clause: str) -> Text:
    if clause == "own rule":
        return Text("本工具自身的规则", "a rule of this tool itself")
    if (other := _OF_EDITION.fullmatch(clause)) and other["name"] in EDITIONS:
        title = EDITIONS[other["name"]].title
        how = _OTHER_MARKS[other["mark"]]
        return Text(f"{title.zh}：{how.zh}", f"{title.en}: {how.en}")
    found = _ONE.fullmatch(clause)
    if found is None:
        return Text(clause, clause)
    section, mark = found["section"], found["mark"]
    if found["sheet"] == "seed-2017" and section in _PAGE_2017:
        heading = _PAGE_2017[section]
        return Text(f"微信官方文档（2017 版）「{heading}」", f"WeChat's documentation of 2017, 「{heading}」")
    return (_MARKS.get(mark) if mark else _TOPICS.get(section)) or Text(clause, clause)
