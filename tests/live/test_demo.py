"""The demonstration shows the whole job, and what it recorded can be judged again without its lab."""

import json

import pytest

from testenv.json_schema import mistakes
from testenv.proxy import ROOT
from testenv.proxy import run_script

PATIENCE_S = 60


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory):
    session = tmp_path_factory.mktemp("demo") / "session"
    done = run_script("demo.py", "--lang", "en", "--session", session, timeout_s=PATIENCE_S)
    return session, done


def test_the_demonstration_ends_in_the_report(demonstrated):
    _, done = demonstrated
    assert done.returncode == 0, done.stderr
    acts = done.stdout.partition("Act two")
    assert acts[0].count("  success ") == 14 and "  fail " not in acts[0]
    assert acts[2].count("\n  fail    ") == 8
    report = done.stdout.partition("WORKS ONLY WITH DEBUGGING ON")[2]
    # As its user typed it, though another process prints it.
    assert "scripts/policy.py suggest" in report and "miniprogram-proxy policy" not in report
    for code in (
        "DOMAIN_NOT_LISTED",
        "DOMAIN_WRONG_CATEGORY",
        "REDIRECT_NOT_LISTED",
        "CERT_CHAIN_INCOMPLETE",
        "HOST_RESERVED",
    ):
        assert code in report
    assert "fails on Android; may fail on iOS; passes on devtools" in report


def test_a_session_keeps_its_certificate_verdicts_without_the_roots_of_its_lab(demonstrated, tmp_path):
    session, _ = demonstrated
    live = run_script("report.py", session, "--format", "jsonl", "--lang", "en").stdout.splitlines()
    policy = tmp_path / "policy.yaml"
    policy.write_bytes((session / "policy.yaml").read_bytes())
    anew = run_script("check.py", session, "--policy", policy, "--format", "jsonl", "--lang", "en")
    assert anew.returncode == 1, anew.stderr

    def verdicts(lines):
        return sorted((call["id"], call["release"]["errmsg"], call["debug_only"]) for call in map(json.loads, lines))

    assert verdicts(anew.stdout.splitlines()) == verdicts(live)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_record_is_as_its_schema_has_it(demonstrated, lang):
    session, _ = demonstrated
    schema = json.loads((ROOT / "docs" / "record.schema.json").read_text(encoding="utf-8"))
    lines = run_script("report.py", session, "--format", "jsonl", "--lang", lang).stdout.splitlines()
    assert len(lines) > 20
    for line in lines:
        assert mistakes(json.loads(line), schema) == []


DOCUMENTS = [
    ("en", "README.md"), ("en", "docs/quick-start.md"), ("zh", "README.zh-CN.md"), ("zh", "docs/zh/quick-start.md"),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "document"), DOCUMENTS)
def test_what_the_documents_show_of_it_is_what_it_says(demonstrated, lang, document):
    """All but the times, and the lines that are broken as these are long."""
    session, _ = demonstrated
    said = set(run_script("report.py", session, "--lang", lang).stdout.splitlines())
    shown = (ROOT / document).read_text(encoding="utf-8").partition("\n17 ")
    lines = (shown[1].lstrip() + shown[2].partition("```")[0]).splitlines()
    in_calls, missing = False, []
    for line in lines:
        in_calls = line.startswith(("    calls ", "    调用 ")) or (in_calls and line.startswith(" " * 10))
        if not in_calls and line.strip() not in ("", "...", "……") and "sessions/" not in line and line not in said:
            missing.append(line)
    assert len(lines) > 10 and missing == []
