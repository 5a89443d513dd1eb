"""What servers send for text: sixteen encodings, labelled and not, with marks, cut, mixed and mislabelled; and what is true of each."""

import gzip
import json
import zlib
from dataclasses import dataclass

import brotli
import zstandard

CHINESE = "门店今日营业时间为九点到二十一点，会员充值满两百元赠送三十元，详情请咨询店员。"
TAIWANESE = "本店營業時間為上午九點至晚上九點，會員儲值滿兩千元贈送三百元，詳情請洽門市人員。"
JAPANESE = "本日の営業時間は午前九時から午後九時までです。会員の方には送料が無料になります。"
KOREAN = "오늘 영업시간은 오전 아홉 시부터 오후 아홉 시까지입니다. 회원은 배송비가 무료입니다."
RUSSIAN = "Магазин открыт сегодня с девяти утра до девяти вечера, доставка для клиентов бесплатна."
GERMAN = "Unser Geschäft öffnet um neun Uhr, für Mitglieder ist die Lieferung natürlich kostenlos. Schöne Grüße!"
FRENCH = "La boutique est ouverte jusqu’à vingt et une heures, la livraison est offerte à nos adhérents privilégiés."
POLISH = "Sklep czynny od dziewiątej rano, dostawa dla członków jest bezpłatna, życzymy miłych zakupów każdego dnia."
TURKISH = "Mağazamız bugün saat dokuzda açılıyor, üyelerimiz için gönderim ücretsizdir, şimdi sipariş verin."
GREEK = "Το κατάστημα είναι ανοιχτό σήμερα μέχρι τις εννέα το βράδυ και η αποστολή είναι δωρεάν για τα μέλη."
HEBREW = "החנות פתוחה היום עד השעה תשע בערב והמשלוח חינם לחברי המועדון של הרשת"
ARABIC = "المتجر مفتوح اليوم حتى الساعة التاسعة مساء والتوصيل مجاني لجميع الأعضاء في المدينة"
THAI = "ร้านเปิดให้บริการวันนี้ถึงเวลาสามทุ่ม สมาชิกได้รับสิทธิ์จัดส่งสินค้าฟรีทุกคำสั่งซื้อ"

# (charset as reported, Python's codec, its label in a header, text)
_CHARSETS = [
    ("gbk", "gbk", "gb2312", CHINESE),
    ("gb18030", "gb18030", "gb18030", CHINESE + "㐀\U00020000𠮷"),
    ("big5", "big5", "big5", TAIWANESE),
    ("shift_jis", "cp932", "shift_jis", JAPANESE),
    ("euc-jp", "euc_jp", "euc-jp", JAPANESE),
    ("iso-2022-jp", "iso2022_jp", "iso-2022-jp", JAPANESE),
    ("euc-kr", "euc_kr", "euc-kr", KOREAN),
    ("windows-1251", "cp1251", "windows-1251", RUSSIAN),
    ("koi8-r", "koi8_r", "koi8-r", RUSSIAN),
    ("windows-1252", "cp1252", "windows-1252", GERMAN),
    ("windows-1250", "cp1250", "windows-1250", POLISH),
    ("windows-1253", "cp1253", "windows-1253", GREEK),
    ("tis-620", "tis_620", "tis-620", THAI),
    ("utf-16le", "utf-16-le", "utf-16le", CHINESE),
    ("utf-16be", "utf-16-be", "utf-16be", CHINESE),
    ("utf-32le", "utf-32-le", "utf-32le", CHINESE),
]
_MARKS = {"utf-16le": b"\xff\xfe", "utf-16be": b"\xfe\xff", "utf-32le": b"\xff\xfe\x00\x00"}
UTF8_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Case:
    """``delivered`` is what ``encoding: apply`` gives the client; None where the call fails instead."""

    name: str
    body: bytes
    content_type: str
    detected: str
    conversion: str
    codes: tuple[str, ...]
    delivered: bytes | None
    bom: str | None = None

    @property
    def declared(self) -> str | None:
        return self.content_type.partition("charset=")[2] or None


def as_json(text: str) -> str:
    return json.dumps({"code": 0, "msg": text}, ensure_ascii=False)


def _cases():
    utf8 = as_json(CHINESE).encode()
    plain = "application/json"
    for name, codec, label, text in _CHARSETS:
        body, delivered = as_json(text).encode(codec), as_json(text).encode()
        yield Case(
            f"{name}, declared", body, f"{plain}; charset={label}", name, "lossless", ("CHARSET_NOT_UTF8",), delivered
        )
        undeclared = ("CHARSET_NOT_UTF8", "CHARSET_UNDECLARED")
        # Seven-bit text passes as it comes, as ASCII does: only its header could tell in time.
        passed = body if name == "iso-2022-jp" else delivered
        yield Case(f"{name}, not declared", body, plain, name, "lossless", undeclared, passed)
        if mark := _MARKS.get(name):
            codes = ("CHARSET_NOT_UTF8", "BOM_STRIPPED")
            yield Case(f"{name} with a BOM", mark + body, plain, name, "lossless", codes, delivered, name)
    yield Case("UTF-8, declared", utf8, f"{plain}; charset=utf-8", "utf-8", "none", (), utf8)
    yield Case("UTF-8, not declared", utf8, plain, "utf-8", "none", (), utf8)
    yield Case("ASCII", b'{"code": 0}', plain, "utf-8", "none", (), b'{"code": 0}')
    yield Case("UTF-8 with a BOM", UTF8_BOM + utf8, plain, "utf-8", "none", ("BOM_STRIPPED",), utf8, "utf-8")
    yield Case("UTF-8 with two BOMs", UTF8_BOM * 2 + utf8, plain, "utf-8", "none", ("BOM_REPEATED",), utf8, "utf-8")
    gbk = as_json(CHINESE).encode("gbk")
    misdeclared = ("CHARSET_NOT_UTF8", "CHARSET_MISDECLARED")
    yield Case(
        "GBK called UTF-8", gbk, f"{plain}; charset=utf-8", "gbk", "lossless", misdeclared, as_json(CHINESE).encode()
    )
    yield Case("UTF-8 called GBK", utf8, f"{plain}; charset=gbk", "utf-8", "none", ("CHARSET_MISDECLARED",), utf8)
    failed = ("CHARSET_CONVERSION_FAILED",)
    cut = CHINESE.encode()[:-1]
    yield Case("UTF-8 cut inside its last character", cut, "text/plain; charset=utf-8", "utf-8", "failed", failed, None)
    mixed = utf8 + gbk + as_json(KOREAN).encode("euc_kr") + b"\xff\xff"
    yield Case("UTF-8, then GBK and EUC-KR", mixed, f"{plain}; charset=utf-8", "utf-8", "failed", failed, None)


CASES = tuple(_cases())

PACKERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
}
