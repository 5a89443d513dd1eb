"""check.py: what is judged of a capture, and what is said where nothing is."""

import json
import os
from xml.etree import ElementTree

import pytest

from testenv.proxy import run_script

REFERER = "https://servicewechat.com/wx0123456789abcdef/7/page-frame.html"


def check(*arguments, lang="en"):
    return run_script("check.py", "--lang", lang, *arguments)


def in_one_line(text):
    return " ".join(text.split())


def write_har(path, *urls, **headers):
    pairs = [{"name": name, "value": value} for name, value in headers.items()]
    entries = [
        {
            "request": {"method": "GET", "url": url, "headers": pairs},
            "response": {"status": 200, "headers": []},
            "time": 5,
            "timings": {},
        }
        for url in urls
    ]
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


def test_a_session_is_judged_in_the_scope_that_it_was_recorded_in(make_session, policy):
    session = make_session(2, unlisted=1, scope="all")
    done = check(session, "--policy", policy)
    assert done.returncode == 1 and "3 calls · 1 device" in done.stdout
    said = f"{session} was judged in scope all, in which it was recorded, not in the policy's miniprogram"
    # A long path may be broken anywhere.
    assert said.replace(" ", "") in "".join(done.stdout.split())
    asked = check(session, "--policy", policy, "--scope", "miniprogram")
    assert asked.returncode == 4 and asked.stdout.startswith(
        "Nothing was judged: no call of a mini-program among 3 other requests\n"
    )


def test_a_recorded_call_in_a_har_is_a_call_whatever_the_scope(make_session, policy, tmp_path):
    har = tmp_path / "session.har"
    run_script("report.py", make_session(2, unlisted=1, scope="all"), "--format", "har", "--output", har)
    done = check(har, "--policy", policy)
    assert done.returncode == 1
    assert "3 calls outside the scope were judged because they were recorded as calls" in in_one_line(done.stdout)
    assert check(har, "--policy", policy, "--scope", "miniprogram").stdout.startswith("Nothing was judged")


@pytest.mark.parametrize(
    ("lang", "headline"),
    [
        ("en", "Nothing was judged: no call of a mini-program among 2 other requests"),
        ("zh", "没有检查任何调用：看到 2 次其他请求，其中没有小程序的调用"),
    ],
)
def test_a_capture_of_which_nothing_is_in_the_scope_is_not_called_clean(policy, tmp_path, lang, headline):
    har = write_har(tmp_path / "a.har", "https://a.com/", "https://b.com/")
    done = check(har, "--policy", policy, lang=lang)
    assert (done.returncode, done.stdout.split("\n")[0]) == (4, headline)
    assert "--scope all" in done.stdout
    assert "Does the client use this proxy" not in done.stdout and "certificate installed" not in done.stdout
    junit = check(har, "--policy", policy, "--format", "junit", lang=lang).stdout
    assert 'skipped="1"' in junit and f'<skipped message="{headline}"' in junit


def test_a_hint_that_is_followed_already_is_not_given(policy, tmp_path):
    done = check(write_har(tmp_path / "a.har", "data:text/plain,x"), "--policy", policy, "--scope", "all")
    assert (
        done.stdout.startswith("Nothing was judged: no call among 1 other request\n") and "--scope" not in done.stdout
    )


NO_CAPTURES = [
    ("text", b"# Read me\n"),
    ("an empty file", b""),
    ("JSON that is no HAR", b"{}"),
    ("half a HAR", b'{"log": {"entries": [{"req'),
]


@pytest.mark.parametrize("how", ["text", "json", "jsonl", "html"])
@pytest.mark.parametrize(("case", "content"), NO_CAPTURES, ids=[each[0] for each in NO_CAPTURES])
def test_of_what_is_no_capture_only_that_is_said(policy, tmp_path, case, content, how):
    path = tmp_path / "file"
    path.write_bytes(content)
    done = check(path, "--policy", policy, "--format", how)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(path) in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("case", "content"),
    [*NO_CAPTURES, ("nothing there", None)],
    ids=[*(each[0] for each in NO_CAPTURES), "nothing there"],
)
def test_what_is_no_capture_is_an_error_in_a_ci(policy, tmp_path, case, content):
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    done = check(path, "--policy", policy, "--format", "junit")
    assert done.returncode == 2
    suites = ElementTree.fromstring(done.stdout)
    (error,) = suites.findall("testsuite/testcase/error")
    assert suites.get("errors") == suites.find("testsuite").get("errors") == "1"
    assert str(path) in error.get("message") and str(path) in done.stderr


def test_what_could_be_read_before_a_file_broke_off_is_shown_as_a_part(policy, tmp_path):
    whole = write_har(tmp_path / "a.har", "https://a.com/", "https://b.com/").read_bytes()
    (tmp_path / "a.har").write_bytes(whole[:-20])
    done = check(tmp_path / "a.har", "--policy", policy, "--scope", "all", "--format", "junit")
    assert done.returncode == 2
    assert 'errors="1"' in done.stdout and "The capture could not be read completely. 1 call would" in done.stdout


def test_a_har_without_entries_is_read_and_empty(policy, tmp_path):
    done = check(write_har(tmp_path / "a.har"), "--policy", policy)
    assert done.returncode == 4 and done.stdout.startswith("No call of a mini-program was seen\n")
    assert len(done.stderr.splitlines()) == 1 and "exit status 4" in done.stderr


def test_of_a_capture_no_device_and_no_mode_is_claimed(policy, tmp_path):
    har = write_har(tmp_path / "a.har", "https://api.example.com/")
    for how in ("text", "html"):
        shown = check(har, "--policy", policy, "--scope", "all", "--format", how).stdout
        assert "1 call" in shown and "device ·" not in shown and "proxy mode" not in shown


def test_what_the_system_refuses_is_said_in_the_reader_s_language(policy, tmp_path):
    done = check(tmp_path / "none.har", "--policy", policy, lang="zh")
    assert (done.returncode, done.stderr) == (2, f"{tmp_path / 'none.har'} 无法读取：没有这个文件或文件夹\n")
    done = check(tmp_path, "--policy", tmp_path / "none.yaml", lang="zh")
    assert done.stderr == f"{tmp_path / 'none.yaml'} 无法读取：没有这个文件或文件夹\n"


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="this system has no such files")
def test_what_is_no_regular_file_is_said(policy):
    done = check("/dev/null", "--policy", policy)
    assert done.returncode == 2 and done.stderr.startswith("/dev/null is not a regular file")


def test_a_har_of_a_web_page_holds_its_calls_alone(policy, tmp_path):
    """As Playwright writes one of an H5 build: the page and its parts are no calls, and no failures."""
    parts = [
        ("https://m.example.com/", {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}),
        ("https://m.example.com/app.js", {"sec-fetch-dest": "script", "sec-fetch-mode": "no-cors"}),
        ("https://m.example.com/app.css", {"sec-fetch-dest": "style", "sec-fetch-mode": "no-cors"}),
        ("https://fonts.example.com/a.woff2", {"sec-fetch-dest": "font", "sec-fetch-mode": "cors"}),
        ("https://img.example.com/a.png", {"sec-fetch-dest": "image", "sec-fetch-mode": "no-cors"}),
        ("https://api.example.com/x", {"sec-fetch-dest": "empty", "sec-fetch-mode": "cors", "origin": "https://m.example.com"}),
    ]  # fmt: skip
    entries = [
        {
            "request": {
                "method": "GET",
                "url": url,
                "headers": [{"name": name, "value": value} for name, value in headers.items()],
            },
            "response": {"status": 200, "headers": []},
            "time": 5,
            "timings": {},
        }
        for url, headers in parts
    ]
    har = tmp_path / "page.har"
    har.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    done = check(har, "--policy", policy, "--scope", "all")
    assert done.returncode == 0, done.stdout
    assert "\n1 call\n" in done.stdout and "TRAFFIC NOT JUDGED" in done.stdout
