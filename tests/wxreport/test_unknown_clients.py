"""Calls of clients that are none of the platform's are judged by all platforms, and a report says so."""

from dataclasses import replace

import pytest

from wxpolicy.call.record import SessionFacts
from wxreport.html_page import render_html
from wxreport.summary import summarise
from wxreport.text import render_text


@pytest.mark.parametrize("render", [render_text, render_html])
@pytest.mark.parametrize(("lang", "words"), [("en", "judged for all platforms"), ("zh", "全部平台检查")])
def test_a_report_says_how_many_calls_all_platforms_are_judged_for(record, render, lang, words):
    phone, curl = record(), replace(record(), client="unknown")

    def said(*records):
        return "".join(render(summarise(records), SessionFacts("s"), lang).split())

    counted = "1callcame" if lang == "en" else "1次调用来自"
    assert counted in said(phone, curl) and words.replace(" ", "") in said(phone, curl)
    assert words.replace(" ", "") not in said(phone)
