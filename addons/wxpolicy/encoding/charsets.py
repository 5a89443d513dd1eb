"""The character sets that a server may name or send, and the codec that reads each.

Labels follow the WHATWG Encoding Standard, section 4.2, where it has them: it
is what phones' web kernels do. Any other label is not a charset.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Charset:
    """``name`` is how it is reported; ``family`` is shared by charsets that decode the same text alike. ``codecs`` are
    Python's; if there are several, text that any of them decodes is valid."""

    name: str
    codecs: tuple[str, ...]
    labels: tuple[str, ...]
    family: str
    multibyte: bool = False


def _single(name: str, codec: str, *labels: str, family: str = "") -> Charset:
    return Charset(name, (codec,), (name, *labels), family or name)


def _multi(name: str, codecs: tuple[str, ...], *labels: str, family: str = "") -> Charset:
    return Charset(name, codecs, (name, *labels), family or name, multibyte=True)


UTF_8 = _multi("utf-8", ("utf-8",), "utf8", "unicode-1-1-utf-8", "x-unicode20utf8", "utf_8", "utf-8-sig")
GBK = _multi(
    "gbk", ("gb18030",), "gb2312", "gb_2312", "gb_2312-80", "csgb2312", "x-gbk", "cp936", "ms936",
    "windows-936", "chinese", "euc-cn", family="gb",
)  # fmt: skip
GB18030 = _multi("gb18030", ("gb18030",), "gb18030-2000", family="gb")
HZ = _multi("hz-gb-2312", ("hz",), "hz", "hz-gb2312")
BIG5 = _multi("big5", ("big5hkscs", "cp950"), "big5-hkscs", "big5hkscs", "cn-big5", "csbig5", "x-x-big5", "cp950")
SHIFT_JIS = _multi(
    "shift_jis", ("cp932", "shift_jis_2004"), "shift-jis", "sjis", "x-sjis", "ms_kanji", "ms932", "cp932",
    "windows-31j", "csshiftjis",
)  # fmt: skip
EUC_JP = _multi("euc-jp", ("euc_jp", "euc_jis_2004"), "x-euc-jp", "eucjp", "euc_jp", "cseucpkdfmtjapanese")
ISO_2022_JP = _multi("iso-2022-jp", ("iso2022_jp", "iso2022_jp_ext"), "csiso2022jp")
EUC_KR = _multi(
    "euc-kr", ("cp949",), "euckr", "euc_kr", "cseuckr", "cp949", "ms949", "uhc", "ks_c_5601-1987", "ks_c_5601-1989",
    "ksc5601", "ksc_5601", "korean", "windows-949",
)  # fmt: skip
JOHAB = _multi("johab", ("johab",), "cp1361")
ISO_2022_KR = _multi("iso-2022-kr", ("iso2022_kr",), "csiso2022kr")
UTF_16_LE = _multi("utf-16le", ("utf-16-le",), "utf-16-le", "ucs-2", "unicode", "csunicode", "iso-10646-ucs-2")
UTF_16_BE = _multi("utf-16be", ("utf-16-be",), "utf-16-be", "unicodefffe")
# RFC 2781: without a BOM it is big-endian; WHATWG: little-endian. The ledger looks at the bytes.
UTF_16 = _multi("utf-16", ("utf-16-le",), "utf16", "utf_16")
UTF_32_LE = _multi("utf-32le", ("utf-32-le",), "utf-32-le")
UTF_32_BE = _multi("utf-32be", ("utf-32-be",), "utf-32-be")
UTF_32 = _multi("utf-32", ("utf-32-le",), "utf32", "utf_32")

WIDE = (UTF_16_LE, UTF_16_BE, UTF_16, UTF_32_LE, UTF_32_BE, UTF_32)

SEVEN_BIT = (HZ, ISO_2022_JP, ISO_2022_KR)

# windows-125x differ from the corresponding ISO charsets in 0x80-0x9F and, in 1250, a few letters.
WINDOWS_1252 = _single("windows-1252", "cp1252", "cp1252", "x-cp1252", "x-ansi", family="latin-1")
ISO_8859_1 = _single(
    "iso-8859-1", "cp1252", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "iso88591", family="latin-1"
)
US_ASCII = _single("us-ascii", "cp1252", "ascii", "ansi_x3.4-1968", "iso646-us", family="latin-1")
TIS_620 = _single("tis-620", "cp874", "tis620", "iso-8859-11", "iso8859-11", "dos-874", "windows-874", "cp874")
WINDOWS_1251 = _single("windows-1251", "cp1251", "cp1251", "x-cp1251", "win-1251")
KOI8_R = _single("koi8-r", "koi8_r", "koi", "koi8", "koi8_r", "cskoi8r", family="koi8")

SINGLE_BYTE = (
    WINDOWS_1252,
    ISO_8859_1,
    US_ASCII,
    WINDOWS_1251,
    KOI8_R,
    TIS_620,
    _single("koi8-u", "koi8_u", "koi8-ru", family="koi8"),
    _single("ibm866", "cp866", "cp866", "866", "csibm866"),
    _single("ibm855", "cp855", "cp855"),
    _single("x-mac-cyrillic", "mac_cyrillic", "x-mac-ukrainian", "maccyrillic"),
    _single("macintosh", "mac_roman", "mac", "x-mac-roman", "macroman"),
    _single("windows-1250", "cp1250", "cp1250", "x-cp1250"),
    _single("windows-1253", "cp1253", "cp1253", "x-cp1253"),
    _single("windows-1254", "cp1254", "cp1254", "x-cp1254", family="turkish"),
    _single("windows-1255", "cp1255", "cp1255", "x-cp1255", family="hebrew"),
    _single("windows-1256", "cp1256", "cp1256", "x-cp1256"),
    _single("windows-1257", "cp1257", "cp1257", "x-cp1257"),
    _single("windows-1258", "cp1258", "cp1258", "x-cp1258"),
    _single("iso-8859-2", "iso8859_2", "iso8859-2", "iso_8859-2", "latin2", "l2"),
    _single("iso-8859-3", "iso8859_3", "iso8859-3", "latin3"),
    _single("iso-8859-4", "iso8859_4", "iso8859-4", "latin4"),
    _single("iso-8859-5", "iso8859_5", "iso8859-5", "cyrillic"),
    _single("iso-8859-6", "iso8859_6", "iso8859-6", "arabic"),
    _single("iso-8859-7", "iso8859_7", "iso8859-7", "greek"),
    _single("iso-8859-8", "iso8859_8", "iso8859-8", "hebrew", "iso-8859-8-i", family="hebrew"),
    _single("iso-8859-9", "iso8859_9", "iso8859-9", "latin5", family="turkish"),
    _single("iso-8859-10", "iso8859_10", "iso8859-10", "latin6"),
    _single("iso-8859-13", "iso8859_13", "iso8859-13"),
    _single("iso-8859-14", "iso8859_14", "iso8859-14"),
    _single("iso-8859-15", "iso8859_15", "iso8859-15", "latin9"),
    _single("iso-8859-16", "iso8859_16", "iso8859-16"),
)

CHARSETS = (
    UTF_8, GBK, GB18030, HZ, BIG5, SHIFT_JIS, EUC_JP, ISO_2022_JP, EUC_KR, JOHAB, ISO_2022_KR, *WIDE, *SINGLE_BYTE,
)  # fmt: skip

_BY_LABEL = {label: charset for charset in CHARSETS for label in charset.labels}


def find_charset(label: str) -> Charset | None:
    """The charset that a server means by ``label``; None if there is none of that name ("utf8mb4")."""
    return _BY_LABEL.get(label.strip().strip("\"'").strip().lower())
