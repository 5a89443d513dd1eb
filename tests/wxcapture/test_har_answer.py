"""The bytes of an answer in a HAR: compressed or not, they are judged as what they stand for; what is not there is not guessed."""

import base64
import gzip
import zlib

import brotli
import pytest
import zstandard

from wxcapture.captured import Captured
from wxcapture.har_reader import read_entry
from wxpolicy.encoding.content_coding import ContentDecoder

GBK = "中文网页编码国标码测试内容。".encode("gbk") * 5
UTF8 = '{"名": "值"}'.encode() * 5
CODINGS = {"gzip": gzip.compress, "br": brotli.compress, "zstd": zstandard.compress, "deflate": zlib.compress}


def kept(raw, **more):
    return {"text": base64.b64encode(raw).decode(), "encoding": "base64", "mimeType": "text/html"} | more


def answered(entry, *headers):
    entry["response"]["headers"] = [{"name": name, "value": value} for name, value in headers]
    call = read_entry(entry, 1, "file.har:1:1")
    assert isinstance(call, Captured)
    return call


def plain_of(answer):
    """What the bytes stand for once the coding that is left on them is undone; None where there are none."""
    if answer.body is None:
        return None
    decoder = ContentDecoder(answer.content_coding)
    plain = b"".join([*decoder.feed(answer.body), *decoder.finish()])
    assert decoder.problem is None
    return plain


def plain_body(entry, *headers):
    return plain_of(answered(entry, *headers).answer)


UNCODED = [
    ("the size of what is there", kept(GBK, size=len(GBK)), GBK),
    ("a smaller size", kept(GBK, size=2), GBK),
    ("size 0", kept(GBK, size=0), GBK),
    ("size -1", kept(GBK, size=-1), GBK),
    ("no size", kept(GBK), GBK),
    ("mitmproxy: the size on the wire", kept(b"\xc4\xe3", size=22, compression=-20), b"\xc4\xe3"),
    (
        "whistle: bytes beside the text",
        {"base64": base64.b64encode(GBK).decode(), "text": "中文", "size": len(GBK)},
        GBK,
    ),
    ("a word that is no base64", {"base64": True, "text": "中文", "size": 2}, None),
    ("fewer bytes than there were", kept(GBK[:5], size=5000), None),
    ("no bytes where there were some", kept(b"", size=5000), None),
    ("no bytes of an empty body", kept(b"", size=0), b""),
    ("no bytes and no size", kept(b""), b""),
]


@pytest.mark.parametrize(("case", "content", "plain"), UNCODED, ids=[each[0] for each in UNCODED])
def test_bytes_that_are_fewer_than_their_size_are_no_body(har_entry, case, content, plain):
    entry = har_entry(content=content)
    del entry["response"]["bodySize"]
    assert plain_body(entry) == plain


def test_no_bytes_of_what_came_over_the_wire_are_no_body(har_entry):
    entry = har_entry(content=kept(b"", size=0))
    entry["response"]["bodySize"] = 700
    assert plain_body(entry) is None


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("plain", [GBK, UTF8], ids=["GBK", "UTF-8"])
def test_compressed_bytes_stand_for_the_plain_ones(har_entry, coding, plain):
    entry = har_entry(content=kept(CODINGS[coding](plain), size=len(plain)))
    assert plain_body(entry, ("Content-Encoding", coding)) == plain


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("plain", [GBK, UTF8], ids=["GBK", "UTF-8"])
def test_bytes_that_the_tool_decompressed_are_taken_as_they_are(har_entry, coding, plain):
    assert plain_body(har_entry(content=kept(plain, size=len(plain))), ("Content-Encoding", coding)) == plain


UNTOLD = [
    ("gzip with its mark alone", "gzip", kept(CODINGS["gzip"](GBK)), GBK),
    ("gzip that is cut", "gzip", kept(CODINGS["gzip"](GBK)[:-9], size=2), None),
    ("br of another size", "br", kept(CODINGS["br"](GBK), size=2), None),
    ("br as long as it was sent", "br", kept(CODINGS["br"](GBK), size=len(CODINGS["br"](GBK))), None),
    ("br that is cut", "br", kept(CODINGS["br"](GBK)[:-3]), None),
    ("deflate without a size", "deflate", kept(CODINGS["deflate"](GBK)), None),
    ("UTF-8 without a size", "br", kept(UTF8), UTF8),
    ("a coding that nobody knows", "x-own", kept(b"\xff\xfe\xfd"), None),
]


@pytest.mark.parametrize(("case", "coding", "content", "plain"), UNTOLD, ids=[each[0] for each in UNTOLD])
def test_what_may_be_compressed_or_not_is_no_body(har_entry, case, coding, content, plain):
    assert plain_body(har_entry(content=content), ("Content-Encoding", coding)) == plain


def test_whistles_word_for_a_call_that_failed_is_its_trouble(har_entry, judge):
    entry = har_entry(status=0)
    entry["response"]["statusCode"] = "aborted"
    call = answered(entry)
    assert (call.answer, call.trouble, judge.record(call).errmsg) == (None, "aborted", "request:fail aborted")


def test_a_body_that_is_not_there_is_said_not_to_be_judged(har_entry, judge):
    record = judge.record(answered(har_entry(content=kept(b"", size=5000))))
    assert "CHARSET_NOT_SEEN" in [finding.code for finding in record.findings if finding.status == "not_observable"]


def test_a_compressed_body_is_judged_as_its_text(har_entry, judge):
    call = answered(
        har_entry(content=kept(CODINGS["br"](GBK), size=len(GBK))),
        ("Content-Encoding", "br"),
        ("Content-Type", "text/html"),
    )
    record = judge.record(call)
    assert (record.encoding["detected"], record.encoding["conversion"]) == ("gbk", "lossless")


@pytest.mark.parametrize(
    ("case", "headers", "content_type"),
    [
        ("no headers are kept", [], "text/plain"),
        ("headers are kept, and the server sent no type", [("Server", "nginx")], None),
        ("the server's own type", [("Content-Type", "application/json")], "application/json"),
    ],
)
def test_a_tools_guess_is_no_content_type(har_entry, case, headers, content_type):
    call = answered(har_entry(content={"mimeType": "text/plain", "text": "a"}), *headers)
    assert call.answer.headers.get("content-type") == content_type
