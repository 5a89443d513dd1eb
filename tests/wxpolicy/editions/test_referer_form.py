"""Referers of several platforms: made, read back, and not mistaken for one another."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.editions.referer_form import RefererForm
from wxpolicy.editions.referer_form import Sender

WECHAT = RefererForm("https://servicewechat.com/{appid}/{version}/page-frame.html")
BAIDU = RefererForm(
    "https://smartapps.cn/{appid}/{version}/page-frame.html",
    older=("https://smartapp.baidu.com/{appid}/{version}/page-frame.html",),
)
DOUYIN = RefererForm("https://tmaservice.developer.toutiao.com/?appid={appid}&version={version}")
ALIPAY = RefererForm("https://{appid}.hybrid.alipay-eco.com/{appid}/{version}/index.html")
JD = RefererForm("https://service.vapp.jd.com/{appid}/1/page-frame.html")
FORMS = {"wechat": WECHAT, "baidu": BAIDU, "douyin": DOUYIN, "alipay": ALIPAY, "jd": JD}


@pytest.mark.parametrize(
    ("case", "form", "referer", "expected"),
    [
        ("path", WECHAT, "https://servicewechat.com/wx1/12/page-frame.html", Sender("wx1", "12")),
        ("another page", WECHAT, "https://servicewechat.com/wx1/0/index.html?a=1", Sender("wx1", "0")),
        ("dotted version", WECHAT, "https://servicewechat.com/wx1/1.6.2.18/page-frame.html", Sender("wx1", "1.6.2.18")),
        ("user info", WECHAT, "https://servicewechat.com@evil.example/wx1/0/page-frame.html", None),
        ("a dot that is no dot", WECHAT, "https://servicewechatXcom/wx1/0/page-frame.html", None),
        ("an older host", BAIDU, "https://smartapp.baidu.com/abc/1.2.3/page-frame.html", Sender("abc", "1.2.3")),
        ("query", DOUYIN, "https://tmaservice.developer.toutiao.com/?appid=tt1&version=1.2", Sender("tt1", "1.2")),
        ("query, turned", DOUYIN, "https://tmaservice.developer.toutiao.com?version=1&appid=tt1", Sender("tt1", "1")),
        ("query without version", DOUYIN, "https://tmaservice.developer.toutiao.com/?appid=tt1", Sender("tt1", None)),
        ("query without appid", DOUYIN, "https://tmaservice.developer.toutiao.com/?version=1", None),
        ("query of another host", DOUYIN, "https://evil.example/?appid=tt1&version=1", None),
        ("query of many fields", DOUYIN, "https://tmaservice.developer.toutiao.com/?appid=tt1" + "&a=1" * 65, None),
        ("appid in the host", ALIPAY, "https://2021.hybrid.alipay-eco.com/2021/0.1/index.html", Sender("2021", "0.1")),
        ("two appids", ALIPAY, "https://2021.hybrid.alipay-eco.com/2022/0.1/index.html", None),
        ("constant version", JD, "https://service.vapp.jd.com/jd1/1/page-frame.html", Sender("jd1", None)),
    ],
)
def test_reading(case, form, referer, expected):
    assert form.read(referer) == expected, case


@pytest.mark.parametrize("name", FORMS)
def test_no_platform_reads_another_platforms(name):
    made = FORMS[name].made("wx1", "1")
    assert [other for other, form in FORMS.items() if form.read(made)] == [name]


@settings(deadline=None)
@given(st.sampled_from(list(FORMS.values())), st.text() | st.from_regex(r"https?://[a-z.]+/[?a-z0-9=&/]*"))
def test_reading_never_raises_and_bounds_what_it_gives(form, referer):
    sender = form.read(referer)
    assert sender is None or (len(sender.appid) <= 64 and len(sender.version or "") <= 32)
