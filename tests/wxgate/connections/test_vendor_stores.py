"""The shipped root lists: every root has its certificate, and each platform its own vendor's list."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from wxgate.connections.vendor_stores import SHIPPED
from wxgate.connections.vendor_stores import vendor_lists
from wxpolicy.terms import Platform

IOS, ANDROID, DEVTOOLS = Platform.IOS, Platform.ANDROID, Platform.DEVTOOLS
ROOT = Path(__file__).resolve().parents[3]


def digests(roots):
    return {sha256(root.der).hexdigest() for root in roots}


def test_every_root_of_the_lists_is_here_and_no_other():
    told = json.loads((SHIPPED / "stores.json").read_text("utf-8"))
    for platform, vendor in ((IOS, "apple"), (ANDROID, "android"), (DEVTOOLS, "mozilla")):
        held = {digest for digest, root in told["roots"].items() if vendor in root["stores"]}
        assert digests(vendor_lists()[platform].roots) == held
    assert {vendor: sum(vendor in root["stores"] for root in told["roots"].values()) for vendor in told["vendors"]} == {
        "apple": 156, "android": 145, "mozilla": 121,
    }  # fmt: skip


def test_the_maintainers_script_finds_nothing_missing():
    done = subprocess.run([sys.executable, ROOT / "scripts" / "_roots.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0 and "apple: 156 roots, 156 with their certificate" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("label", "holders"),
    [
        ("CN=ISRG Root X1", {IOS, ANDROID, DEVTOOLS}),
        ("CN=GTS Root R2", {IOS, ANDROID}),  # certifi lacks it
        ("CN=UCA Global G2 Root", {ANDROID, DEVTOOLS}),  # no iPhone trusts it
        ("CN=GlobalSign Root CA", {IOS}),
    ],
)
def test_who_holds_what_the_lists_differ_in(label, holders):
    lists = vendor_lists()
    assert {each for each in Platform if label in {root.label for root in lists[each].roots}} == holders
    # What Chrome holds beyond Mozilla's list is not known; of Apple's and Android's lists nothing is left open.
    undecided = {each for each in Platform if label in {root.label for root in lists[each].undecided}}
    assert undecided == ({DEVTOOLS} - holders)


@pytest.mark.parametrize("text", ["{", "[]", '{"vendors": {}, "roots": {}}', '{"vendors": {"apple": 1}, "roots": {}}'])
def test_a_file_of_another_form_is_told_as_such(tmp_path, text):
    (tmp_path / "stores.json").write_text(text, "utf-8")
    (tmp_path / "roots.pem").write_text("", "utf-8")
    with pytest.raises(ValueError, match=r"stores\.json|Expecting"):
        vendor_lists(tmp_path)
