"""--lang beats the locale, the locale beats English."""

import pytest

from wxreport.language import language


@pytest.mark.parametrize(
    ("case", "option", "environ", "expected"),
    [
        ("nothing is set", None, {}, "en"),
        ("a Chinese system", None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        ("Taiwan's spelling", None, {"LANG": "zh_TW"}, "zh"),
        ("capitals", None, {"LANG": "ZH_CN"}, "zh"),
        ("LC_ALL beats LANG", None, {"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ("LC_MESSAGES beats LANG", None, {"LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        ("an empty variable says nothing", None, {"LC_ALL": "", "LANG": "zh_CN"}, "zh"),
        ("a list of languages", None, {"LANGUAGE": "zh_CN:en"}, "zh"),
        ("another language", None, {"LANG": "ja_JP.UTF-8"}, "en"),
        ("the C locale", None, {"LC_ALL": "C", "LANG": "zh_CN"}, "en"),
        ("the option beats the locale", "en", {"LANG": "zh_CN"}, "en"),
        ("the option in an English locale", "zh", {"LC_ALL": "en_US"}, "zh"),
    ],
)
def test_language(case, option, environ, expected):
    assert language(option, environ) == expected
