"""Every clause that a rule cites is said in words that need no sheet of ours."""

import re
from pathlib import Path

import pytest

from wxreport.clauses import in_words

ADDONS = Path(__file__).resolve().parents[2] / "addons"
CITED = sorted(
    {
        clause
        for path in (ADDONS / "wxpolicy").rglob("*.py")
        for clause in re.findall(
            r'"((?:(?:seed-2017|platform) §\d(?: \[\w+\])?(?:; )?)+)"', path.read_text(encoding="utf-8")
        )
    }
)


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        (
            "seed-2017 §1",
            "微信官方文档（2017 版）「服务器域名配置」",
            "WeChat's documentation of 2017, 「服务器域名配置」",
        ),
        ("platform §1 [doc]", "微信现行官方文档", "WeChat's current documentation"),
        ("platform §4 [seen]", "客户端的实际表现（不同版本可能不同）", "seen in clients (versions may differ)"),
        ("platform §1; platform §1 [doc]", "微信现行官方文档", "WeChat's current documentation"),
        (
            "seed-2017 §2; platform §5",
            "微信官方文档（2017 版）「关于请求」；各平台对证书与 TLS 的要求",
            "WeChat's documentation of 2017, 「关于请求」; what each platform demands of certificates and TLS",
        ),
        ("RFC 9110", "RFC 9110", "RFC 9110"),
        ("seed-2017 §9", "seed-2017 §9", "seed-2017 §9"),
        (
            "current [doc]",
            "微信小程序，现行文档：官方文档",
            "WeChat mini-programs, documentation of today: the platform's documentation",
        ),
        ("nobody [doc]", "nobody [doc]", "nobody [doc]"),
        ("own rule", "本工具自身的规则", "a rule of this tool itself"),
        ("", "", ""),
    ],
)
def test_in_words(clause, zh, en):
    assert in_words(clause) == (zh, en)


def test_rules_cite_clauses():
    assert "seed-2017 §1" in CITED and len(CITED) > 5


@pytest.mark.parametrize("clause", CITED)
def test_whatever_a_rule_cites_is_known(clause):
    assert "§" not in in_words(clause).zh and "§" not in in_words(clause).en
