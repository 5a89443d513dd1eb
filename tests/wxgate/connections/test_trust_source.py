"""The roots that a policy names: where they are looked for, what is said of a wrong one, and when they are read again."""

import os
from dataclasses import replace
from pathlib import Path

import certifi
import pytest

from wxgate.connections import trust_source
from wxgate.connections.trust_source import TrustSource
from wxgate.connections.trust_source import mistakes_in_files
from wxgate.start.policy_file import PolicyRefused
from wxlab.authority import Authority
from wxpolicy.policy import Certificates
from wxpolicy.policy import Policy
from wxpolicy.policyfile import read_policy
from wxpolicy.terms import Platform

ONE, TWO, THREE = (Authority.new(name) for name in ("Root one", "Root two", "Root three"))


def pem(*authorities):
    return b"".join(authority.cert_pem for authority in authorities)


@pytest.fixture(autouse=True)
def looked_at_each_time(monkeypatch):
    monkeypatch.setattr(trust_source, "LOOK_EVERY_S", 0.0)


def test_files_are_not_looked_at_for_each_call(folder, monkeypatch):
    monkeypatch.setattr(trust_source, "LOOK_EVERY_S", 60.0)
    looks = []
    monkeypatch.setattr(trust_source, "_saved_at", lambda path: looks.append(path) or 1)
    source, certificates = TrustSource(), Certificates(trust="one.pem")
    for _ in range(3):
        source.stores(certificates, folder)
    assert len(looks) == 1
    source.stores(replace(certificates), folder)
    assert len(looks) == 2, "another policy asks at once"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "one.pem").write_bytes(pem(ONE))
    (tmp_path / "two.pem").write_bytes(b"# two of them\n" + pem(TWO, THREE))
    (tmp_path / "empty.pem").write_bytes(b"")
    (tmp_path / "broken.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "key.pem").write_bytes(ONE.key_pem)
    (tmp_path / "binary.pem").write_bytes(os.urandom(500))
    return tmp_path


def test_policies_that_trust_other_roots_take_turns_without_building_anew(folder):
    source = TrustSource()
    both = [Certificates(trust=str(folder / name)) for name in ("one.pem", "two.pem")]
    built = [source.stores(certificates, folder) for certificates in both]
    assert all(
        source.stores(certificates, folder) is built[number]
        for _ in range(2)
        for number, certificates in enumerate(both)
    )
    assert {len(stores[Platform.IOS].roots) for stores in built} == {1, 2}


def the_store(certificates, folder, source=None):
    """The one that all platforms share."""
    stores = (source or TrustSource()).stores(certificates, folder)
    assert len({id(store) for store in stores.values()}) == 1 and set(stores) == set(Platform)
    return stores[Platform.IOS]


def labels(store):
    return sorted(root.label for root in store.roots)


def test_each_platform_has_its_vendors_list_by_default(folder):
    stores = TrustSource().stores(Certificates(extra_roots=("one.pem",)), folder)
    names = {platform.value: store.name for platform, store in stores.items()}
    assert names["ios"].startswith("Apple (iOS ") and names["android"].startswith("Android (AOSP ")
    assert names["devtools"].startswith("Mozilla (20") and "for Chrome's own" in names["devtools"]
    for store in stores.values():
        assert store.name.endswith(" + 1 extra")
        assert len(store.roots) > 100 and [root.label for root in store.roots if store.is_private(root)] == [
            "CN=Root one"
        ]


def test_mozillas_list_is_named(folder):
    store = the_store(Certificates(trust="mozilla"), folder)
    assert len(store.roots) > 100 and not store.private
    assert store.name == f"mozilla (certifi {certifi.__version__})"


def test_a_file_beside_the_policy_is_the_store(folder):
    store = the_store(Certificates(trust="two.pem"), folder)
    assert (labels(store), store.name, len(store.private)) == (["CN=Root three", "CN=Root two"], "two.pem", 0)


def test_extra_roots_are_private_and_counted_in_the_name(folder):
    store = the_store(Certificates(trust="one.pem", extra_roots=("two.pem",)), folder)
    assert labels(store) == ["CN=Root one", "CN=Root three", "CN=Root two"]
    assert store.name == "one.pem + 1 extra"
    assert {root.label for root in store.roots if store.is_private(root)} == {"CN=Root three", "CN=Root two"}


def test_an_absolute_path_and_one_at_home_are_found(folder, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert labels(the_store(Certificates(trust=str(folder / "one.pem")), elsewhere)) == ["CN=Root one"]
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    assert labels(the_store(Certificates(trust="~/one.pem"), elsewhere)) == ["CN=Root one"]


def test_the_systems_store_is_named_so(folder, monkeypatch):
    """Its bundle is the one that Python's ssl takes, here a file of ours."""
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "two.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder / "no-such-folder"))
    store = the_store(Certificates(trust="system"), folder)
    assert store.name == "system" and labels(store) == ["CN=Root three", "CN=Root two"]


@pytest.mark.parametrize(
    ("certificates", "said"),
    [
        (Certificates(trust="missing.pem"), "missing.pem cannot be read: No such file or directory"),
        (Certificates(extra_roots=("missing.pem",)), "missing.pem cannot be read: No such file or directory"),
        (Certificates(extra_roots=(".",)), "cannot be read: "),
        (Certificates(trust="empty.pem"), "empty.pem contains no usable root certificate"),
        (Certificates(trust="broken.pem"), "broken.pem contains no usable root certificate"),
        (Certificates(trust="binary.pem"), "binary.pem contains no usable root certificate"),
        (Certificates(extra_roots=("empty.pem",)), "empty.pem: no PEM certificate in it"),
        (Certificates(extra_roots=("one.pem", "broken.pem")), "broken.pem: cannot be read"),
        (Certificates(extra_roots=("key.pem",)), "key.pem: no PEM certificate in it"),
    ],
    ids=[
        "missing store", "missing extra root", "a folder", "empty store", "broken store", "binary store",
        "empty extra root", "broken extra root", "a key",
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_in_both_languages(certificates, said, folder):
    with pytest.raises(PolicyRefused) as refused:
        TrustSource().check(Policy(certificates=certificates), folder)
    assert said in refused.value.text.en
    assert any("\u4e00" <= char <= "\u9fff" for char in refused.value.text.zh)


def test_every_wrong_file_is_told_at_once(folder):
    certificates = Certificates(trust="missing.pem", extra_roots=("gone.pem", "one.pem", "empty.pem", "gone.pem"))
    with pytest.raises(PolicyRefused) as refused:
        TrustSource().check(Policy(certificates=certificates), folder)
    assert [line.partition(": ")[0] for line in refused.value.text.en.splitlines()] == [
        "certificates.trust", "certificates.extra_roots", "certificates.extra_roots",
    ]  # fmt: skip
    for name in ("missing.pem", "gone.pem", "empty.pem"):
        assert refused.value.text.en.count(name) == refused.value.text.zh.count(name) == 1


def test_a_wrong_file_is_a_mistake_of_its_line_also_beside_other_mistakes(folder):
    text = (
        "appid: any\nmode: strict\ndomains: {request: [https://api.example.com]}\n"
        "certificates:\n  trust: missing.pem\n  extra_roots: [one.pem, gone.pem, key.pem]\n"
    )
    path = str(folder / "policy.yaml")
    found = mistakes_in_files(read_policy(text, path), path)
    assert [(each.line, each.column, each.found) for each in found] == [
        (5, 10, "missing.pem"), (6, 26, "gone.pem"), (6, 36, "key.pem"),
    ]  # fmt: skip
    assert f"{folder / 'gone.pem'} cannot be read: No such file or directory" in found[1].in_lang("en")
    assert "Write instead: the path of a file with PEM certificates" in found[2].in_lang("en")
    assert "PEM" in found[2].in_lang("zh") and found[0].in_lang("zh").startswith(f"{path}:5:10: 发现 “missing.pem”")


def test_the_store_is_built_once_until_something_changes(folder, monkeypatch):
    built = []
    rightly = trust_source.build
    monkeypatch.setattr(trust_source, "build", lambda *more, **named: built.append(1) or rightly(*more, **named))
    source, certificates = TrustSource(), Certificates(trust="one.pem", extra_roots=("two.pem",))
    first = the_store(certificates, folder, source)
    assert the_store(replace(certificates), folder, source) is first and len(built) == 1
    (folder / "two.pem").write_bytes(pem(TWO))
    os.utime(folder / "two.pem", ns=(1, 1))
    assert labels(the_store(certificates, folder, source)) == ["CN=Root one", "CN=Root two"]
    source.stores(replace(certificates, extra_roots=()), folder)
    assert len(built) == 3


def test_a_file_that_goes_away_is_told_and_one_that_comes_back_is_read(folder):
    source, certificates = TrustSource(), Certificates(trust="one.pem")
    source.stores(certificates, folder)
    kept = (folder / "one.pem").rename(folder / "away.pem")
    with pytest.raises(PolicyRefused):
        source.stores(certificates, folder)
    Path(kept).rename(folder / "one.pem")
    assert labels(the_store(certificates, folder, source)) == ["CN=Root one"]
