"""The docs page of all finding codes, generated from the catalogue."""

from wxpolicy.catalogue import CATALOGUE
from wxpolicy.catalogue import Entry
from wxpolicy.codes import Family
from wxpolicy.terms import PLATFORM_NAMES
from wxpolicy.terms import Text
from wxreport.clauses import in_words

_TITLE = Text("# 检查代码", "# Finding codes")
_OTHER = Text("[English](../codes.md)", "[中文](zh/codes.md)")
_ABOUT = Text(
    "检查代码是固定的，含义不会改变。本页由目录生成：`.venv/bin/python scripts/_codes.py`。",
    "Codes are stable; the meaning of a code never changes. This page is generated from the catalogue: `.venv/bin/python scripts/_codes.py`.",
)
_FAMILIES = {
    Family.DOMAIN: Text("域名", "Domains"),
    Family.CERTIFICATE: Text("证书与 TLS", "Certificates and TLS"),
    Family.BEHAVIOUR: Text("时间与状态", "Time and state"),
    Family.RESPONSE: Text("响应", "Responses"),
    Family.OURS: Text("本工具", "This tool"),
}
_LABELS = {
    "severity": Text("级别", "severity"),
    "known": Text("如何得知", "known"),
    "platforms": Text("平台", "platforms"),
    "phone": Text("手机上", "on a phone"),
    "causes": Text("常见原因", "usual causes"),
    "fix": Text("修复", "fix"),
    "source": Text("依据", "source"),
}


def codes_page(lang: str) -> str:
    """The page in ``lang`` as Markdown."""
    lines = [_TITLE.in_lang(lang), "", _OTHER.in_lang(lang), "", _ABOUT.in_lang(lang), ""]
    for family, title in _FAMILIES.items():
        codes = [(code.value, entry) for code, entry in CATALOGUE.items() if entry.family is family]
        lines += [f"## {title.in_lang(lang)}", ""]
        for name, entry in sorted(codes):
            lines += [f"### {name}", "", *_entry(entry, lang), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(entry: Entry, lang: str) -> list[str]:
    between = "；" if lang == "zh" else "; "
    rows = {
        "severity": f"`{entry.severity}`",
        "known": f"`{entry.known}`",
        "platforms": ", ".join(PLATFORM_NAMES[each].in_lang(lang) for each in entry.platforms),
        "phone": entry.phone.in_lang(lang),
        "causes": between.join(cause.in_lang(lang) for cause in entry.causes),
        "fix": entry.general_fix.in_lang(lang),
        "source": f"{in_words(entry.clause).in_lang(lang)} (`{entry.clause}`)",
    }
    return [
        f"**{entry.title.in_lang(lang)}.** {entry.meaning.in_lang(lang)}",
        "",
        *(f"- {_LABELS[label].in_lang(lang)}: {' '.join(text.split())}" for label, text in rows.items() if text),
    ]
