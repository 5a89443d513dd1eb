"""Declared charsets, BOMs, labels and binary formats: what the beginning of a body says."""

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.encoding.binary import Nature
from wxpolicy.encoding.binary import looks_like_protobuf
from wxpolicy.encoding.binary import magic_of
from wxpolicy.encoding.binary import nature_of
from wxpolicy.encoding.boms import MOST_COUNTED
from wxpolicy.encoding.boms import read_bom
from wxpolicy.encoding.charsets import CHARSETS
from wxpolicy.encoding.charsets import find_charset
from wxpolicy.encoding.declared import declarations
from wxpolicy.encoding.declared import header_charset
from wxpolicy.encoding.declared import media_type
from wxpolicy.encoding.declared import meta_charset
from wxpolicy.encoding.declared import xml_charset


@pytest.mark.parametrize(
    ("header", "media", "charset"),
    [
        ("application/json; charset=utf-8", "application/json", "utf-8"),
        ("Text/HTML;Charset=GB2312", "text/html", "gb2312"),
        ('text/html; charset="GBK"', "text/html", "gbk"),
        ("text/html; charset='big5'", "text/html", "big5"),
        ("text/html; boundary=x; charset = utf-8 ; q=1", "text/html", "utf-8"),
        ("text/html; charset=", "text/html", None),
        ("text/html; xcharset=gbk", "text/html", None),
        ("application/json", "application/json", None),
        ("text/html, text/html; charset=gbk", "text/html", "gbk"),
        ("", "", None),
        ("charset=utf-8", "charset=utf-8", None),
    ],
)
def test_the_header(header, media, charset):
    assert (media_type(header), header_charset(header)) == (media, charset)


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<?xml version="1.0" encoding="GB2312"?><a/>', "gb2312"),
        (b"\n<?xml version='1.0' encoding='utf-8' standalone='yes'?>", "utf-8"),
        (b'<?xml version="1.0"?><a encoding="gbk"/>', None),
        (b'<a><?xml version="1.0" encoding="gbk"?></a>', None),
    ],
)
def test_the_xml_declaration(head, charset):
    assert xml_charset(head) == charset


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<html><head><meta charset="GBK">', "gbk"),
        (b"<meta charset=big5>", "big5"),
        (b'<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', "gb2312"),
        (b'<!-- <meta charset="gbk"> --><meta charset="utf-8">', "utf-8"),
        (b'<meta name="viewport" content="width=device-width"><p>charset=gbk</p>', None),
        (b" " * 1024 + b'<meta charset="gbk">', None),
    ],
)
def test_the_html_meta(head, charset):
    assert meta_charset(head) == charset


def test_the_header_weighs_more_than_the_document():
    head = b'<?xml version="1.0" encoding="gbk"?><meta charset="big5">'
    assert [tuple(each) for each in declarations("text/html; charset=utf-8", head)] == [
        ("header", "utf-8"),
        ("xml", "gbk"),
        ("meta", "big5"),
    ]


def test_a_meta_inside_json_declares_nothing():
    assert declarations("application/json", b'{"html":"<meta charset=gbk>"}') == ()
    assert declarations("application/json", b"<meta charset=gbk>") == ()
    assert declarations("text/plain", b"<meta charset=gbk>") == ()


@pytest.mark.parametrize(
    ("head", "name", "count"),
    [
        (b"\xef\xbb\xbf{}", "utf-8", 1),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "utf-8", 2),
        (b"\xff\xfe{\x00}\x00", "utf-16le", 1),
        (b"\xff\xfe\x00\x00{\x00\x00\x00", "utf-32le", 1),
        (b"\xfe\xff\x00{", "utf-16be", 1),
        (b"\x00\x00\xfe\xff\x00\x00\x00{", "utf-32be", 1),
        (b"\xef\xbb\xbf" * 500, "utf-8", MOST_COUNTED),
    ],
)
def test_boms(head, name, count):
    bom = read_bom(head)
    assert bom is not None
    assert (bom.charset.name, bom.marks) == (name, count)


@pytest.mark.parametrize("head", [b"", b"{}", b"\xef\xbb", b"\xff", b" \xef\xbb\xbf"])
def test_what_is_no_bom(head):
    assert read_bom(head) is None


@pytest.mark.parametrize(
    ("label", "name"),
    [("UTF8", "utf-8"), (" gb2312 ", "gbk"), ("'GBK'", "gbk"), ("latin1", "iso-8859-1"), ("MS949", "euc-kr")],
)
def test_labels(label, name):
    charset = find_charset(label)
    assert charset is not None
    assert charset.name == name


@pytest.mark.parametrize(
    "label", ["utf8mb4", "", "none", "hex", "rot13", "utf-7", "unicode_escape", "idna", "utf-8,gbk"]
)
def test_what_is_no_charset(label):
    assert find_charset(label) is None


def test_every_codec_exists_and_no_label_means_two_charsets():
    labels = [label for charset in CHARSETS for label in charset.labels]
    assert len(labels) == len(set(labels))
    for charset in CHARSETS:
        assert "A".encode(charset.codecs[0]).decode(charset.codecs[-1]) == "A"


@pytest.mark.parametrize(
    ("content_type", "nature"),
    [
        ("application/json", Nature.TEXT),
        ("application/vnd.api+json; charset=utf-8", Nature.TEXT),
        ("image/svg+xml", Nature.TEXT),
        ("application/vnd.apple.mpegurl", Nature.TEXT),
        ("text/event-stream", Nature.TEXT),
        ("image/png", Nature.BINARY),
        ("application/x-protobuf", Nature.BINARY),
        ("application/grpc+proto", Nature.BINARY),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Nature.BINARY),
        ("application/octet-stream", Nature.UNSAID),
        ("", Nature.UNSAID),
    ],
)
def test_what_a_type_promises(content_type, nature):
    assert nature_of(content_type) is nature


def test_text_has_no_magic():
    for text in ("BZ2 is a format", "PK", "RIFF and WEBP", "II. Kapitel", "你好", "ID3 tags", "GIF"):
        assert magic_of(text.encode()) is None
    assert magic_of(b"RIFF\x00\x00\x00\x00WEBPVP8 ") == "webp"
    assert magic_of(b"\x00\x00\x00\x18ftypmp42") == "mp4"


def test_protobuf():
    message = b"\x08\x96\x01\x12\x07testing\x1d\x00\x00\x80\x3f"
    assert looks_like_protobuf(message, is_whole=True)
    assert looks_like_protobuf(message[:-2], is_whole=False)
    assert not looks_like_protobuf(message[:-2], is_whole=True)
    assert not looks_like_protobuf(b"\x00\x01\x02", is_whole=True)
    assert not looks_like_protobuf(b"\x0b\x0c", is_whole=True)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60), st.binary(max_size=120))
def test_any_header_and_any_beginning_are_read(header, head):
    for each in declarations("text/html;charset=" + header, b"<meta charset=" + head):
        assert each.label == each.label.lower() != ""
    looks_like_protobuf(head, is_whole=True)
    assert read_bom(b"\xff\xfe" + head) is not None
