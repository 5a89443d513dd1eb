"""What is known beforehand of a short answer in ASCII or UTF-8 is what the ledger says of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wxpolicy.encoding.ledger import BLOCK_BYTES
from wxpolicy.encoding.ledger import Ledger
from wxpolicy.encoding.plain import plain_facts

TYPES = ["", "application/json", "application/json; charset=gbk", "text/html", "text/plain; charset=utf-16", "text/css",
         "application/xml", "image/png", "application/octet-stream", "text/event-stream", "nonsense", "text/x; charset=nobody",
         "text/plain; charset=utf-7", "text/plain; charset=hz-gb-2312", "text/plain; charset=iso-2022-jp", "text/plain; charset=shift_jis"]  # fmt: skip


def by_ledger(content_type, body):
    ledger = Ledger(content_type)
    ledger.feed(body)
    return ledger.finish()


@given(
    st.sampled_from(TYPES),
    st.binary(min_size=1, max_size=40)
    | st.text(alphabet=st.characters(max_codepoint=127), min_size=1).map(str.encode)
    | st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1).map(str.encode)
    | st.text(alphabet="你好，成功是的订单éñーハ글😀\u0085\u200b\ufeff\u00a0ab {}<@", min_size=1, max_size=300).map(
        str.encode
    ),
)
def test_the_ledger_says_the_same(content_type, body):
    found = plain_facts(content_type, "", body)
    assert found is None or found == by_ledger(content_type, body)


@pytest.mark.parametrize(
    "content_type", [each for each in TYPES if not each.endswith(("utf-7", "2312", "2022-jp", "utf-16"))]
)
@pytest.mark.parametrize(
    "body",
    [
        b'{"errmsg": "ok", "data": [1, 2.5, null]}',
        b"x" * BLOCK_BYTES,
        b'{"headers": {"charset": "gbk", "encoding": "+8"}}',
        b"~{ +",
        b" ",
    ],
)
def test_what_apis_answer_is_known(content_type, body):
    assert plain_facts(content_type, "", body) == by_ledger(content_type, body)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/json",
        "application/json; charset=utf-8",
        "text/html; charset=UTF8",
        "text/x; charset=nobody",
        "text/css",
    ],
)
@pytest.mark.parametrize("body", ['{"errmsg": "成功"}', "é", "订单" * 600, "😀", "\u0085", "a\ufeff"])
def test_what_apis_answer_in_chinese_is_known(content_type, body):
    found = plain_facts(content_type, "", body.encode())
    assert found is not None and found == by_ledger(content_type, body.encode())


@pytest.mark.parametrize(
    ("case", "content_type", "coding", "body"),
    [
        ("compressed", "text/plain", "gzip", b"abc"),
        ("empty", "text/plain", "", b""),
        ("long", "text/plain", "", b"x" * (BLOCK_BYTES + 1)),
        ("no UTF-8", "text/plain", "", "名字".encode("gbk")),
        ("cut in a character", "text/plain", "", "名".encode()[:2]),
        ("another charset declared", "text/plain; charset=gbk", "", "名".encode()),
        ("a BOM", "text/plain", "", "\ufeff名".encode()),
        ("CSS that declares a charset", "text/css", "", b'@charset "gbk"; a {}'),
        ("binary by its type", "image/png", "", "名".encode()),
        ("a control character", "text/plain", "", b"a\x00b"),
        ("an escape sequence", "text/plain", "", b"\x1b$B"),
        ("declares a charset", "text/html", "", b'<meta charset="gbk">'),
        ("declares an encoding", "text/xml", "", b"<?xml version='1.0' encoding='gbk'?>"),
        ("HZ", "text/plain; charset=hz-gb-2312", "", b"~{<:Ky2;~}"),
        ("UTF-7", "text/plain; charset=utf-7", "", b"+VA2-"),
        ("a file format", "text/plain", "", b"%PDF-1.7"),
        ("a type that is long", "x" * 500, "", b"abc"),
    ],
)
def test_of_anything_else_the_ledger_is_asked(case, content_type, coding, body):
    assert plain_facts(content_type, coding, body) is None
