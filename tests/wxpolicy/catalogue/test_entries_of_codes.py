"""Every code has a page that a developer can act on, in both languages."""

import re
from pathlib import Path

import pytest

from wxpolicy.call.verdicts import skipped_in_debug
from wxpolicy.catalogue import CATALOGUE
from wxpolicy.catalogue import entry
from wxpolicy.errnos import failure
from wxpolicy.finding import Code
from wxpolicy.finding import Family
from wxpolicy.finding import Severity
from wxpolicy.terms import Api

# Words that somebody meant to replace, and f-strings that are none.
LEFTOVER = re.compile(r"TODO|FIXME|XXX|TBD|\{\}|\{(?!appid\}|version\})|%s|\?\?|…$|lorem", re.IGNORECASE)
# Advice on the list of domains: there is no call that could fail.
FAILS_NO_CALL = frozenset({Code.ICP_UNLIKELY})
CHINESE = re.compile(r"[\u4e00-\u9fff]")
QUOTED = re.compile(r'"[^"]*"')
# The sections that the page of 2017 and the sheet of platform facts have; our own codes cite no page.
CITED = re.compile(r"seed-2017 §[1-3]|platform §[1-8]( \[(doc|seen|said)\])?|own rule")
MARK = re.compile(r"\[(doc|seen|said)\]")
REPOSITORY = Path(__file__).parents[3]
# A page has to be readable beside a call.
LONGEST = {"title": 40, "meaning": 330, "causes": 110, "phone": 420, "general_fix": 330}


def texts_of(page):
    yield "title", page.title
    yield "meaning", page.meaning
    yield "phone", page.phone
    yield "general_fix", page.general_fix
    for cause in page.causes:
        yield "causes", cause


def test_every_code_has_a_page_and_every_page_a_code():
    assert set(CATALOGUE) == set(Code) and len(Code) > 50


@pytest.mark.parametrize("code", Code)
def test_both_languages_are_there_and_are_themselves(code):
    for name, text in texts_of(entry(code)):
        assert CHINESE.search(text.zh), f"{name}: no Chinese in {text.zh!r}"
        # What a page quotes may be Chinese; its own words in English are not.
        assert not CHINESE.search(QUOTED.sub("", text.en)), f"{name}: Chinese in {text.en!r}"
        assert text.zh != text.en
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
    for text in (page.meaning, page.phone, page.general_fix):
        assert text.zh.endswith(("。", ";")), text.zh
        assert text.en.endswith((".", ";")), text.en
    for text in (page.title, *page.causes):
        assert not text.zh.endswith("。") and not text.en.endswith("."), text


@pytest.mark.parametrize("code", Code)
def test_the_clause_cites_sections_that_exist(code):
    for cited in entry(code).clause.split("; "):
        assert CITED.fullmatch(cited), cited
        assert (cited == "own rule") == (entry(code).family is Family.OURS)


@pytest.mark.parametrize("code", Code)
def test_the_source_says_how_sure_it_is(code):
    page = entry(code)
    if entry(code).family is Family.OURS:
        assert (REPOSITORY / page.source).is_file()
        return
    marks = set(MARK.findall(page.source))
    assert marks and marks >= set(MARK.findall(page.clause)), page.source


@pytest.mark.parametrize("code", Code)
def test_causes_and_platforms_are_named_once_each(code):
    page = entry(code)
    for named in (page.causes, page.platforms):
        assert named and len(set(named)) == len(named)


@pytest.mark.parametrize("code", Code)
def test_the_phone_says_what_the_verdict_says(code):
    """The page and the verdict of a failing call cannot drift apart."""
    api = Api.DOWNLOAD_FILE if code is Code.FILE_TOO_LARGE else Api.REQUEST
    errno, errmsg = failure(code, api)
    page = entry(code)
    if errno is None or page.severity is Severity.NOTE or code in FAILS_NO_CALL:
        return
    for said in page.phone:
        assert f"errno {errno}" in said
        assert errmsg in said


@pytest.mark.parametrize("code", [code for code in Code if entry(code).family is not Family.OURS])
def test_the_phone_says_what_debugging_changes(code):
    """Neither can this page and the debug verdict."""
    page = entry(code)
    said = [words for words in (page.phone.en, page.phone.zh) if "debugging on" in words or "打开调试" in words]
    if skipped_in_debug(code) and code is not Code.TLS_NOT_OFFERED:  # as the finding's platform has it
        assert not any("With debugging on as well" in words or "打开调试也一样" in words for words in said)
    else:
        assert not any("it is not checked" in words or "打开调试时不检查" in words for words in said)


def test_titles_tell_codes_apart():
    for lang in ("zh", "en"):
        titles = [page.title.in_lang(lang) for page in CATALOGUE.values()]
        assert len(set(titles)) == len(titles)
