"""Bodies that are nobody's model: damaged, mislabelled, mixed, compressed badly, binary, or any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.judged_bodies import MARKS
from testenv.judged_bodies import compressed
from testenv.judged_bodies import cut
from testenv.judged_bodies import judged
from testenv.texts import CHINESE
from testenv.texts import JAPANESE
from testenv.texts import TAIWANESE
from wxpolicy.encoding.content_coding import Problem
from wxpolicy.encoding.facts import Conversion

GBK_JSON = ('{"msg":"' + CHINESE + '"}').encode("gbk")
UTF8_JSON = ('{"msg":"' + CHINESE + '"}').encode()

# case: (content type, body, detected, conversion, first bad UTF-8 offset, offset of failure)
HARD_CASES = {
    "UTF-8 cut inside its last character": ("application/json", UTF8_JSON[:-3], "utf-8", "failed", 119 + 3, 119 + 3),
    "UTF-8 with one character cut by bytes": (
        "application/json",
        UTF8_JSON[:22] + UTF8_JSON[23:],
        "utf-8",
        "failed",
        20,
        20,
    ),
    "an emoji as CESU-8 writes it": (
        "application/json",
        b'{"name":"\xe5\xb0\x8f\xe6\x98\x8e\xed\xa0\xbd\xed\xb8\x80"}',
        "utf-8",
        "failed",
        15,
        15,
    ),
    "GBK cut inside its last character": ("application/json", GBK_JSON[:-3], "gbk", "failed", 8, len(GBK_JSON) - 4),
    "GBK with one byte lost": (
        "application/json",
        GBK_JSON[:-2] + b"\xa3" + GBK_JSON[-2:],
        "gbk",
        "failed",
        8,
        len(GBK_JSON) - 2,
    ),
    "GBK pasted into UTF-8": (
        "application/json",
        UTF8_JSON[:-2] + "门店".encode("gbk") + b'"}',
        "utf-8",
        "failed",
        len(UTF8_JSON) - 2,
        len(UTF8_JSON) - 2,
    ),
    "GBK that the header calls UTF-8": ("application/json; charset=utf-8", GBK_JSON, "gbk", "lossless", 8, None),
    "GBK that the header calls Latin-1": ("text/html; charset=ISO-8859-1", GBK_JSON, "gbk", "lossless", 8, None),
    "Big5 that the header calls GBK": (
        "text/plain; charset=gbk",
        TAIWANESE.encode("big5"),
        "big5",
        "lossless",
        0,
        None,
    ),
    "UTF-8 that the header calls GBK": ("text/plain; charset=gbk", UTF8_JSON, "utf-8", "none", None, None),
    "UTF-16 that the header calls UTF-8": (
        "application/json; charset=utf-8",
        UTF8_JSON.decode().encode("utf-16-le"),
        "utf-16le",
        "lossless",
        0,
        None,
    ),
    "UTF-16 with half a character at the end": (
        "text/plain",
        b"\xff\xfe" + "时间到了\n".encode("utf-16-le")[:-1],
        "utf-16le",
        "failed",
        0,
        10,
    ),
    "UTF-16 with a lone surrogate": (
        "text/plain",
        b"\xff\xfe" + "时间".encode("utf-16-le") + b"\x3d\xd8" + b"a\x00",
        "utf-16le",
        "failed",
        0,
        6,
    ),
    "a BOM of UTF-8 before GBK": ("application/json", b"\xef\xbb\xbf" + GBK_JSON, "gbk", "lossless", 11, None),
    "the one GBK character that is UTF-8 too, declared": (
        "application/json; charset=gbk",
        '{"type":"通"}'.encode("gbk"),
        "gbk",
        "lossless",
        None,
        None,
    ),
    "bytes that are nothing at all": (
        "application/json",
        b'{"k":"\x9f\x81\xf5\xff\x8d\xd0\x90\xfe\x81\x9d"}',
        None,
        "failed",
        6,
        6,
    ),
}


@pytest.mark.parametrize("case", HARD_CASES)
def test_hard_cases(case):
    content_type, body, detected, conversion, first_bad, failed_at = HARD_CASES[case]
    for chunks in ([body], cut(body), cut(body, 3)):
        facts = judged(chunks, content_type)
        assert (facts.detected, facts.conversion.value) == (detected, conversion)
        assert (facts.first_bad_offset, facts.failed_offset) == (first_bad, failed_at)


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(50), "png"),
        ("application/json", b"\xff\xd8\xff\xe0" + bytes(50), "jpeg"),
        ("", b"PK\x03\x04" + bytes(50), "zip"),
        ("application/octet-stream", b"\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01", "protobuf"),
        ("application/x-protobuf", b"\x0a\x03abc", "binary"),
        ("", bytes(range(256)), "binary"),
    ],
)
def test_binary_answers_are_left_alone(content_type, body, kind):
    facts = judged(cut(body, 5), content_type)
    assert (facts.kind, facts.is_text, facts.detected, facts.conversion) == (kind, False, None, Conversion.NONE)


def test_text_without_a_type_is_judged_and_noise_is_not():
    assert judged(GBK_JSON, "").detected == "gbk"
    assert judged(UTF8_JSON, "application/octet-stream").is_text
    noise = b"\x9f\x81\xf5\xff\x8d\xd0\x90\xfe\x81\x9d"
    assert not judged(noise, "").is_text
    assert judged(noise, "application/json").conversion is Conversion.FAILED


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bad_compressed_data_is_said_and_never_raised(coding):
    packed = dict(compressed(UTF8_JSON * 50))[coding]
    assert judged(packed[:-6], coding=coding).coding_problem is Problem.TRUNCATED
    assert judged(b"not compressed at all" * 9, coding=coding).coding_problem is Problem.CORRUPT
    assert judged(b"", coding=coding).coding_problem is None
    assert judged(b"not compressed at all", coding=coding).kind == "unread"


def test_an_unknown_coding_is_said():
    facts = judged(UTF8_JSON, coding="aes128gcm")
    assert (facts.coding_problem, facts.kind, facts.judged_bytes) == (Problem.UNKNOWN_CODING, "unread", 0)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")),
        st.text(alphabet=CHINESE + JAPANESE + '<>{}"\n ', max_size=80).map(lambda text: text.encode("gb18030")),
        st.builds(lambda mark, body: mark * 2 + body, st.sampled_from(list(MARKS.values())), st.binary(max_size=60)),
    ),
    st.sampled_from(["", "text/html", "application/json; charset=gbk", "text/plain; charset=utf-16"]),
    st.sampled_from(["", "gzip", "deflate", "br", "zstd", "gzip, br"]),
    st.lists(st.integers(min_value=0, max_value=300), max_size=6),
    st.booleans(),
)
def test_any_bytes_give_facts_and_chunk_borders_change_nothing(body, content_type, coding, borders, honest):
    if honest:
        for name in filter(None, coding.split(", ")):
            body = dict(compressed(body))[name]
    at = [0, *sorted(min(border, len(body)) for border in borders), len(body)]
    chunks = [body[start:end] for start, end in zip(at, at[1:], strict=False)]
    whole = judged(body, content_type, coding)
    assert judged(chunks, content_type, coding) == whole
    assert judged(cut(body), content_type, coding) == whole
    if honest:
        assert whole.coding_problem is None
