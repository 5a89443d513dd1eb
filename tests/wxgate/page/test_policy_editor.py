"""The policy's file edited from the page: whole or not at all, with its rights, and back."""

import asyncio
from pathlib import Path

import pytest

from wxgate.page.policy_editor import NotEdited
from wxgate.page.policy_editor import PolicyEditor
from wxgate.start.policy_file import PolicyFile
from wxgate.start.policy_source import PolicySource
from wxpolicy.policy import HostPlace
from wxpolicy.policy import Policy
from wxpolicy.terms import Api
from wxpolicy.terms import Scope

TEXT = "appid: any\ndomains:\n  request:\n    - https://a.example.com # mine\n"
NEW = "https://b.example.com"
A, B = "wx00000000000000aa", "wx00000000000000bb"
PLACE, OTHER = HostPlace("10.0.0.5", 8443), HostPlace("10.0.0.6")
POLICIES = {A: Policy(A), B: Policy(B, hosts={"a.example.com": OTHER})}


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
    return PolicyEditor(source_of({A: file}, looked))


def source_of(files, looked):
    """Policies of these appids, each with its file."""
    made = []
    for appid, path in files.items():
        each = PolicyFile(path)
        each.policy = POLICIES[appid]
        made.append(each)
    source = PolicySource()
    source.files = tuple(made)

    async def look_again():
        looked.extend(path.read_text() for path in files.values() if path.exists())

    source.look_again = look_again
    source.typed_hosts = list
    return source


def test_one_line_more_is_in_force_at_once_and_can_be_taken_back(editor, file, looked):
    assert asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW)) == 5
    assert file.read_text() == TEXT + f"    - {NEW}\n" == looked[-1]
    assert (file.stat().st_mode & 0o777, editor.last.entry) == (0o640, NEW)
    asyncio.run(editor.undo())
    assert file.read_text() == TEXT == looked[-1] and editor.last is None
    assert [path.name for path in file.parent.iterdir()] == ["policy.yaml"]


def test_a_link_stays_one(editor, file, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    editor.file_of(POLICIES[A]).path = link
    asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW))
    assert link.is_symlink() and NEW in file.read_text()


def test_a_byte_order_mark_stays(editor, file):
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW))
    assert file.read_bytes().startswith(b"\xef\xbb\xbfappid") and NEW.encode() in file.read_bytes()


@pytest.mark.parametrize(
    ("case", "change", "words"),
    [
        ("somebody else's edit", lambda file: file.write_text(file.read_text() + "# mine\n"), "was changed since"),
        ("a file that is gone", Path.unlink, "cannot be changed"),
    ],
)
def test_an_undo_never_takes_more_back_than_it_knows(editor, file, case, change, words):
    asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW))
    change(file)
    with pytest.raises(NotEdited, match=words):
        asyncio.run(editor.undo())


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
        asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW))
    assert file.read_bytes() == content and told.value.text.zh


def test_what_somebody_else_writes_meanwhile_stays(editor, file):
    async def beside(change, text):
        made = change(text)
        file.write_text(TEXT + "# mine\n")
        return made

    editor._source.beside = beside
    with pytest.raises(NotEdited, match="in the meantime"):
        asyncio.run(editor.add(POLICIES[A], Api.REQUEST, NEW))
    assert file.read_text() == TEXT + "# mine\n" and editor.last is None


def test_of_two_at_once_both_stand(editor, file):
    async def both():
        return await asyncio.gather(
            editor.add(POLICIES[A], Api.REQUEST, NEW), editor.add(POLICIES[A], Api.REQUEST, "https://c.example.com")
        )

    assert asyncio.run(both()) == [5, 6]
    assert file.read_text() == TEXT + f"    - {NEW}\n    - https://c.example.com\n"


def test_where_a_host_lives_is_set_and_taken_back(editor, file, looked):
    assert asyncio.run(editor.set_host(POLICIES[A], "a.example.com", HostPlace("10.0.0.5", 8443))) == 5
    assert file.read_text() == TEXT + "hosts: {a.example.com: 10.0.0.5:8443}\n" == looked[-1]
    assert (editor.last.of, editor.last.entry) == ("hosts", "a.example.com: 10.0.0.5:8443")
    asyncio.run(editor.undo())
    assert file.read_text() == TEXT
    with pytest.raises(NotEdited):
        asyncio.run(editor.set_host(POLICIES[A], "a.example.com", None))


@pytest.fixture
def two(file, tmp_path, looked):
    (tmp_path / "other.yaml").write_text(TEXT)
    return PolicyEditor(source_of({A: file, B: tmp_path / "other.yaml"}, looked))


def test_of_several_the_file_of_the_policy_is_edited_and_taken_back(two, file, tmp_path):
    other = tmp_path / "other.yaml"
    asyncio.run(two.add(POLICIES[B], Api.REQUEST, NEW))
    asyncio.run(two.add(POLICIES[A], Api.UPLOAD_FILE, NEW))
    assert (other.read_text(), two.last.path) == (TEXT + f"    - {NEW}\n", file)
    asyncio.run(two.undo())
    assert (file.read_text(), two.last.path) == (TEXT, other)
    asyncio.run(two.undo())
    assert (file.read_text(), other.read_text()) == (TEXT, TEXT)


def test_somebody_elses_edit_of_one_file_keeps_what_can_be_taken_back_in_the_other(two, file):
    asyncio.run(two.add(POLICIES[B], Api.REQUEST, NEW))
    asyncio.run(two.add(POLICIES[A], Api.REQUEST, NEW))
    file.write_text(TEXT + "# mine\n")
    with pytest.raises(NotEdited, match=r"policy\.yaml was changed since"):
        asyncio.run(two.undo())
    assert two.last.path.name == "other.yaml"


def test_a_name_that_lives_elsewhere_for_another_policy_is_not_written(two, file):
    with pytest.raises(NotEdited, match=r"other\.yaml has 10\.0\.0\.6 as the address of a\.example\.com"):
        asyncio.run(two.set_host(POLICIES[A], "a.example.com", PLACE))
    assert file.read_text() == TEXT
    assert asyncio.run(two.set_host(POLICIES[A], "a.example.com", OTHER)) == 5


def test_of_several_none_is_for_every_call(two):
    with pytest.raises(NotEdited, match="scope all works with one policy file only"):
        two.switch(POLICIES[A], None, Scope.ALL)
