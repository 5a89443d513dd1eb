"""Every code has a page that a developer can act on, in both languages."""

import re

import pytest

from wxpolicy.catalogue import CATALOGUE
from wxpolicy.catalogue import entry
from wxpolicy.errnos import failure
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.terms import Api

# Words that somebody meant to replace, and f-strings that are none.
LEFTOVER = re.compile(r"TODO|FIXME|XXX|TBD|\{\}|\{(?!appid\}|version\})|%s|\?\?|…$|lorem", re.IGNORECASE)
# Advice on the list of domains: there is no call that could fail.
FAILS_NO_CALL = frozenset({Code.ICP_UNLIKELY})
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# A page has to be readable beside a call.
LONGEST = {"title": 45, "meaning": 330, "causes": 110, "phone": 330, "fix": 330}


def texts_of(page):
    yield "title", page.title
    yield "meaning", page.meaning
    yield "phone", page.phone
    yield "fix", page.fix
    for cause in page.causes:
        yield "causes", cause


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(CATALOGUE) == set(Code)
    assert all(entry(code).code is code for code in Code)


@pytest.mark.parametrize("code", Code)
def test_both_languages_are_there_and_are_themselves(code):
    for name, text in texts_of(entry(code)):
        assert CHINESE.search(text.zh), f"{name}: no Chinese in {text.zh!r}"
        # What a page quotes may be Chinese; its own words in English are not.
        assert not CHINESE.search(text.en), f"{name}: Chinese in {text.en!r}"
        assert text.zh.strip() == text.zh and text.en.strip() == text.en and text.en


@pytest.mark.parametrize("code", Code)
def test_no_text_has_leftovers_or_goes_on_for_ever(code):
    for name, text in texts_of(entry(code)):
        for said in text:
            assert not LEFTOVER.search(said), f"{name}: {said!r}"
            assert said.isprintable()
            assert len(said) <= LONGEST[name], f"{name}: {len(said)} characters"


@pytest.mark.parametrize("code", Code)
def test_sentences_end_as_sentences(code):
    page = entry(code)
    for text in (page.meaning, page.phone, page.fix):
        assert text.zh.endswith(("。", ";")), text.zh
        assert text.en.endswith((".", ";")), text.en
    for text in (page.title, *page.causes):
        assert not text.zh.endswith("。") and not text.en.endswith("."), text


@pytest.mark.parametrize("code", Code)
def test_clause_source_causes_and_platforms_are_set(code):
    page = entry(code)
    assert page.clause and page.source and page.causes and page.platforms
    if code.family is not Family.OURS:
        assert re.match(r"(seed-2017|platform) §\d", page.clause)


@pytest.mark.parametrize("code", Code)
def test_the_phone_says_what_the_verdict_says(code):
    """The page and the verdict of a failing call cannot drift apart."""
    api = Api.DOWNLOAD_FILE if code is Code.FILE_TOO_LARGE else Api.REQUEST
    errno, errmsg = failure(code, api)
    page = entry(code)
    if errno is None or code in FAILS_NO_CALL:
        return
    for said in page.phone:
        assert f"errno {errno}" in said
        assert errmsg in said


def test_titles_tell_codes_apart():
    for lang in ("zh", "en"):
        titles = [page.title.said(lang) for page in CATALOGUE.values()]
        assert len(set(titles)) == len(titles)
