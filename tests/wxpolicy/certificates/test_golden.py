"""The judge against what devices do, in both directions: a false violation is as bad as a false pass."""

import gzip
import json
import re
from base64 import b64decode
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from testenv.pki.judged import fails_on
from wxpolicy.certificates.facts import Handshake
from wxpolicy.certificates.facts import ServedChain
from wxpolicy.certificates.judge import judge
from wxpolicy.certificates.trust import build
from wxpolicy.certificates.trust import everywhere
from wxpolicy.terms import Platform

GOLDEN = Path(__file__).parent / "golden" / "verdicts.json.gz"
# At most two of these, and none of the others, would be borne on each platform: by id, with the reason. There are none.
FALSE_VIOLATIONS: dict[Platform, dict[str, str]] = {platform: {} for platform in Platform}
FALSE_ACCEPTS: dict[Platform, dict[str, str]] = {platform: {} for platform in Platform}
# How many of the 158 are known at all: a file that lost its rows would agree with everything.
KNOWN = {Platform.IOS: 140, Platform.ANDROID: 158, Platform.DEVTOOLS: 156}


@cache
def golden():
    return json.loads(gzip.decompress(GOLDEN.read_bytes()))


def der(pem: str) -> bytes:
    return b64decode(re.sub(r"-----[A-Z ]+-----", "", pem))


@cache
def findings(id_: str):
    case = next(case for case in golden()["cases"] if case["id"] == id_)
    handshake = Handshake(case["host"], "TLSv1.3", "TLS_AES_128_GCM_SHA256")
    stores = everywhere(build("the user's", [], case["roots"]))
    return judge(
        ServedChain(tuple(map(der, case["chain"]))),
        handshake,
        datetime.fromisoformat(golden()["meta"]["judged_at"].replace("Z", "+00:00")),
        stores,
    )


def wrong(platform: Platform, device: str) -> dict[str, str]:
    """The cases in which the device does this, and the judge says otherwise."""
    return {
        case["id"]: case["note"]
        for case in golden()["cases"]
        if case["device"][platform] == device and fails_on(findings(case["id"]), platform) is (device == "accepts")
    }


@pytest.mark.parametrize("platform", Platform)
def test_no_false_violation(platform):
    assert set(wrong(platform, "accepts")) == set(FALSE_VIOLATIONS[platform]), wrong(platform, "accepts")
    assert len(FALSE_VIOLATIONS[platform]) <= 2


@pytest.mark.parametrize("platform", Platform)
def test_no_false_accept(platform):
    assert set(wrong(platform, "refuses")) == set(FALSE_ACCEPTS[platform]), wrong(platform, "refuses")
    assert not FALSE_ACCEPTS[platform]


@pytest.mark.parametrize("platform", Platform)
def test_every_known_row_counts(platform):
    assert sum(case["device"][platform] != "unknown" for case in golden()["cases"]) == KNOWN[platform]


@pytest.mark.parametrize("platform", Platform)
def test_each_finding_says_how_it_is_known(platform):
    marks = {
        found.known
        for case in golden()["cases"]
        for found in findings(case["id"])
        if found.platforms == (platform,) and found.fails
    }
    assert marks == ({"source", "documented"} if platform is Platform.IOS else {"measured"})
