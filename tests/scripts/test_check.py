"""check.py: what is judged of a capture, and what is said where nothing is."""

import json

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
        {"request": {"method": "GET", "url": url, "headers": pairs}, "response": {"status": 200, "headers": []}, "time": 5, "timings": {}} for url in urls
    ]
    path.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")
    return path


def test_a_session_is_judged_in_the_scope_that_it_was_recorded_in(make_session, policy):
    session = make_session(2, unlisted=1, scope="all")
    done = check(session, "--policy", policy)
    assert done.returncode == 1 and "3 calls · 1 device" in done.stdout
    assert f"{session} was judged in scope all, as it was recorded, and not in the policy's miniprogram" in in_one_line(done.stdout)
    asked = check(session, "--policy", policy, "--scope", "miniprogram")
    assert asked.returncode == 0 and asked.stdout.startswith("Nothing was judged: no call of a mini-program among 3 other requests\n")


def test_a_recorded_call_in_a_har_is_a_call_whatever_the_scope(make_session, policy, tmp_path):
    har = tmp_path / "session.har"
    run_script("report.py", make_session(2, unlisted=1, scope="all"), "--format", "har", "--output", har)
    done = check(har, "--policy", policy)
    assert done.returncode == 1
    assert "3 calls outside the scope were judged all the same, recorded as calls when they were made" in in_one_line(done.stdout)
    assert check(har, "--policy", policy, "--scope", "miniprogram").stdout.startswith("Nothing was judged")


@pytest.mark.parametrize(
    ("lang", "headline"),
    [("en", "Nothing was judged: no call of a mini-program among 2 other requests"), ("zh", "没有检查任何调用：看到 2 次其他请求，其中没有小程序的调用")],
)
def test_a_capture_of_which_nothing_is_in_the_scope_is_not_called_clean(policy, tmp_path, lang, headline):
    har = write_har(tmp_path / "a.har", "https://a.com/", "https://b.com/")
    done = check(har, "--policy", policy, lang=lang)
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, headline)
    assert "--scope all" in done.stdout
    assert "Does the client use this proxy" not in done.stdout and "certificate installed" not in done.stdout
    junit = check(har, "--policy", policy, "--format", "junit", lang=lang).stdout
    assert 'skipped="1"' in junit and f'<skipped message="{headline}"' in junit


def test_a_hint_that_is_followed_already_is_not_given(policy, tmp_path):
    done = check(write_har(tmp_path / "a.har", "data:text/plain,x"), "--policy", policy, "--scope", "all")
    assert done.stdout.startswith("Nothing was judged: no call among 1 other request\n") and "--scope" not in done.stdout
