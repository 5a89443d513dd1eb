"""The policy's file edited from the page: whole or not at all, with its rights, and back."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from wxgate.page.policy_editor import NotEdited
from wxgate.page.policy_editor import PolicyEditor
from wxgate.signal import Signal
from wxpolicy.policy import HostPlace
from wxpolicy.terms import Api
from wxpolicy.terms import Text

TEXT = "appid: any\ndomains:\n  request:\n    - https://a.example.com # mine\n"
NEW = "https://b.example.com"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text(TEXT)
    path.chmod(0o640)
    return path


@pytest.fixture
def looked():
    return []


@pytest.fixture
def editor(file, looked):
    source = SimpleNamespace(
        path=file, refused=Signal(), saved=Signal(), look_again=lambda: looked.append(file.read_text())
    )
    made = PolicyEditor(source)
    made.source = source
    return made


def test_one_line_more_is_in_force_at_once_and_can_be_taken_back(editor, file, looked):
    assert editor.add(Api.REQUEST, NEW) == 5
    assert file.read_text() == TEXT + f"    - {NEW}\n" == looked[-1]
    assert (file.stat().st_mode & 0o777, editor.last) == (0o640, (Api.REQUEST, NEW))
    editor.undo()
    assert file.read_text() == TEXT == looked[-1] and editor.last is None
    assert [path.name for path in file.parent.iterdir()] == ["policy.yaml"]


def test_a_link_stays_one(editor, file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    editor.source.path = link
    editor.add(Api.REQUEST, NEW)
    assert link.is_symlink() and NEW in file.read_text()


def test_a_byte_order_mark_stays(editor, file):
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    editor.add(Api.REQUEST, NEW)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfappid") and NEW.encode() in file.read_bytes()


@pytest.mark.parametrize(
    ("case", "change", "words"),
    [
        ("somebody else's edit", lambda file: file.write_text(file.read_text() + "# mine\n"), "was changed since"),
        ("a file that is gone", Path.unlink, "cannot be changed"),
    ],
)
def test_an_undo_never_takes_more_back_than_it_knows(editor, file, case, change, words):
    editor.add(Api.REQUEST, NEW)
    change(file)
    with pytest.raises(NotEdited, match=words):
        editor.undo()


@pytest.mark.parametrize(
    ("case", "content", "words"),
    [
        ("no UTF-8", b"appid: \xff\n", "is not UTF-8"),
        ("a mistake in it", b"appid: any\nnonsense: 1\n", "mistakes"),
        ("too large", b"# " + b"x" * (1 << 20), "too large"),
    ],
)
def test_a_file_that_cannot_be_edited_stays_as_it_is(editor, file, case, content, words):
    file.write_bytes(content)
    with pytest.raises(NotEdited, match=words) as told:
        editor.add(Api.REQUEST, NEW)
    assert file.read_bytes() == content and told.value.text.zh


def test_a_bad_save_is_a_problem_until_a_good_one(editor):
    editor.source.refused.emit(Text("坏", "bad"))
    assert editor.problem == Text("坏", "bad")
    editor.source.saved.emit(Text("好", "good"))
    assert editor.problem is None


def test_where_a_host_lives_is_set_and_taken_back(editor, file, looked):
    assert editor.set_host("a.example.com", HostPlace("10.0.0.5", 8443)) == 5
    assert file.read_text() == TEXT + "hosts: {a.example.com: 10.0.0.5:8443}\n" == looked[-1]
    assert editor.last == ("hosts", "a.example.com: 10.0.0.5:8443")
    editor.undo()
    assert file.read_text() == TEXT
    with pytest.raises(NotEdited):
        editor.set_host("a.example.com", None)
