"""Host spellings: whatever a URL stack may read as an address is seen as one, whatever is doubtful is invalid."""

import ipaddress

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from wxpolicy.url.hosts import HostKind
from wxpolicy.url.hosts import read_host
from wxpolicy.url.hosts import with_brackets

IPV4 = [
    ("dotted decimal", "127.0.0.1", "127.0.0.1"),
    ("one decimal number", "2130706433", "127.0.0.1"),
    ("the highest address as one number", "4294967295", "255.255.255.255"),
    ("one hex number", "0x7f000001", "127.0.0.1"),
    ("one hex number, upper case", "0X7F000001", "127.0.0.1"),
    ("one octal number", "017700000001", "127.0.0.1"),
    ("octal part", "0177.0.0.1", "127.0.0.1"),
    ("hex parts", "0x7f.0x0.0x0.0x1", "127.0.0.1"),
    ("two parts", "127.1", "127.0.0.1"),
    ("three parts", "127.0.1", "127.0.0.1"),
    ("mixed bases", "0x7f.000.0.01", "127.0.0.1"),
    ("last part fills two octets", "10.0.258", "10.0.1.2"),
    ("bare 0x is zero", "0x", "0.0.0.0"),
    ("zero", "0", "0.0.0.0"),
    ("full-width digits", "１２７.０.０.１", "127.0.0.1"),
    ("full-width dots", "127．0．0．1", "127.0.0.1"),
    ("ideographic dots", "127。0。0。1", "127.0.0.1"),
    ("half-width ideographic dots", "127｡0｡0｡1", "127.0.0.1"),
    ("circled digits", "①②⑦.⓪.⓪.①", "127.0.0.1"),
    ("superscript digits", "¹²⁷.0.0.1", "127.0.0.1"),
    ("mathematical digits", "𝟏𝟐𝟕.0.0.1", "127.0.0.1"),
    ("full-width hex", "０ｘ７ｆ.1", "127.0.0.1"),
    ("percent-encoded digits", "%31%32%37.0.0.1", "127.0.0.1"),
    ("percent-encoded dots", "127%2e0%2E0%2e1", "127.0.0.1"),
    ("percent-encoded full-width digit", "%EF%BC%91.1.1.1", "1.1.1.1"),
    ("soft hyphen inside", "127.0.0.\u00ad1", "127.0.0.1"),
]

IPV6 = [
    ("loopback in brackets", "[::1]", "::1", "::1"),
    ("loopback without brackets", "::1", "::1", "::1"),
    ("written out", "[0:0:0:0:0:0:0:1]", "::1", "::1"),
    ("upper case", "[2001:DB8::A]", "2001:db8::a", "2001:db8::a"),
    ("IPv4-mapped, dotted", "[::ffff:127.0.0.1]", "::ffff:127.0.0.1", "127.0.0.1"),
    ("IPv4-mapped, hex", "::FFFF:7f00:1", "::ffff:127.0.0.1", "127.0.0.1"),
    ("IPv4-compatible", "[::127.0.0.1]", "::7f00:1", "127.0.0.1"),
    ("unspecified", "[::]", "::", "::"),
    ("zone id", "fe80::1%eth0", "fe80::1", "fe80::1"),
    ("zone id, escaped", "[fe80::1%25eth0]", "fe80::1", "fe80::1"),
    ("loopback with zone id", "[::1%1]", "::1", "::1"),
]

LOCALHOST = [
    ("plain", "localhost", "localhost"),
    ("upper case", "LOCALHOST", "localhost"),
    ("below localhost", "api.localhost", "api.localhost"),
    ("with a domain", "localhost.localdomain", "localhost.localdomain"),
    ("ip6-localhost", "ip6-localhost", "ip6-localhost"),
    ("ip6-loopback", "IP6-loopback", "ip6-loopback"),
    ("full-width", "ｌｏｃａｌｈｏｓｔ", "localhost"),
    ("script letter", "ℓocalhost", "localhost"),
    ("percent-encoded", "%6cocalhos%74", "localhost"),
]

DOMAINS = [
    ("plain", "api.example.com", "api.example.com"),
    ("upper case", "API.Example.COM", "api.example.com"),
    ("kelvin sign is a k", "\u212aexample.com", "kexample.com"),
    ("Chinese", "中文.com", "xn--fiq228c.com"),
    ("an emoji, as Chromium reads it", "💩.la", "xn--ls8h.la"),
    ("an emoji's A-label", "xn--ls8h.la", "xn--ls8h.la"),
    ("a letter with a symbol", "xn--i-7iq.ws", "xn--i-7iq.ws"),
    ("A-label, upper case", "XN--FIQ228C.com", "xn--fiq228c.com"),
    ("percent-encoded Chinese", "%E4%B8%AD%E6%96%87.com", "xn--fiq228c.com"),
    ("Cyrillic homograph", "аpple.com", "xn--pple-43d.com"),
    ("underscore", "my_host.example.com", "my_host.example.com"),
    ("digits in front", "1.2.3.4.example.com", "1.2.3.4.example.com"),
    ("hyphens in the third place", "r3---sn.example.com", "r3---sn.example.com"),
    ("localhost in front", "localhost.example.com", "localhost.example.com"),
    ("no number after all", "example.0x7g", "example.0x7g"),
    ("one label", "intranet", "intranet"),
]

INVALID = [
    ("empty", ""),
    ("a dot", "."),
    ("two dots at the end", "127.0.0.1.."),
    ("dot in front", ".example.com"),
    ("empty label", "a..example.com"),
    ("empty label, ideographic dots", "a。。example.com"),
    ("blank inside", "api.example.com evil.com"),
    ("blank behind", "api.example.com "),
    ("tab", "api\t.example.com"),
    ("newline behind", "api.example.com\n"),
    ("NUL", "api.example.com\x00.evil.com"),
    ("escaped NUL", "api.example.com%00.evil.com"),
    ("escaped newline", "api.example.com%0a"),
    ("no-break space", "api\u00a0.example.com"),
    ("user info", "api.example.com@evil.com"),
    ("escaped user info", "api.example.com%40evil.com"),
    ("full-width @", "api.example.com＠evil.com"),
    ("backslash", "api.example.com\\evil.com"),
    ("full-width backslash", "api.example.com＼evil.com"),
    ("slash", "evil.com/api.example.com"),
    ("full-width slash", "evil.com／.example.com"),
    ("care-of sign holds a slash", "evil.c℀.example.com"),
    ("question mark", "evil.com?.example.com"),
    ("hash", "evil.com#.example.com"),
    ("escaped twice", "%2531.0.0.1"),
    ("full-width percent", "％31.0.0.1"),
    ("half an escape", "api%2"),
    ("escape of no UTF-8", "api%ff.com"),
    ("lone surrogate", "api\ud800.com"),
    ("port left in", "api.example.com:443"),
    ("brackets around a name", "[api.example.com]"),
    ("open bracket", "[::1"),
    ("escaped brackets", "%5B::1%5D"),
    ("text behind the brackets", "[::1]evil.com"),
    ("empty zone id", "[fe80::1%]"),
    ("too many parts", "1.2.3.4.5"),
    ("part over 255", "256.1.1.1"),
    ("number over 32 bits", "4294967296"),
    ("octal with an 8", "127.0.0.08"),
    ("number behind a name", "example.1"),
    ("wildcard", "*.example.com"),
    ("comma", "a.com,b.com"),
    ("label of 64", "x" * 64 + ".com"),
    ("name of 254", "a." * 126 + "ab"),
    ("a megabyte", "a." * 500_000),
    ("right-to-left override", "moc\u202e.example.com"),
    ("zero-width joiner", "exam\u200dple.com"),
    ("sharp s, read two ways", "faß.de"),
    ("broken punycode", "xn--a.com"),
    ("punycode of plain ASCII", "xn--abc-.com"),
    ("bare xn--", "xn--.com"),
    ("punycode of an A-label", "xn--xn--a--gua.com"),
    ("an emoji with a joiner", "👩‍💻.com"),
    ("an A-label in front of an emoji", "xn--abc😀.com"),
]


def names_of(table):
    return [row[0] for row in table]


@pytest.mark.parametrize(("case", "spelled", "dotted"), IPV4, ids=names_of(IPV4))
def test_ipv4_in_every_spelling(case, spelled, dotted):
    host = read_host(spelled)
    assert (host.kind, host.ascii, host.why) == (HostKind.IPV4, dotted, None)
    assert host.ip == ipaddress.IPv4Address(dotted)
    with_dot = read_host(spelled + ".")
    assert (with_dot.ascii, with_dot.tail_dot) == (dotted, True)


@pytest.mark.parametrize(("case", "spelled", "compressed", "reached"), IPV6, ids=names_of(IPV6))
def test_ipv6_in_every_spelling(case, spelled, compressed, reached):
    host = read_host(spelled)
    assert (host.kind, host.ascii) == (HostKind.IPV6, compressed)
    assert host.ip == ipaddress.ip_address(reached)


@pytest.mark.parametrize(("case", "spelled", "ascii_name"), LOCALHOST, ids=names_of(LOCALHOST))
def test_localhost_and_its_relatives(case, spelled, ascii_name):
    assert (read_host(spelled).kind, read_host(spelled).ascii) == (HostKind.LOCALHOST, ascii_name)
    assert read_host(spelled + ".").kind is HostKind.LOCALHOST


@pytest.mark.parametrize(("case", "spelled", "ascii_name"), DOMAINS, ids=names_of(DOMAINS))
def test_domains_have_one_canonical_form(case, spelled, ascii_name):
    host = read_host(spelled)
    assert (host.kind, host.ascii, host.tail_dot, host.ip) == (HostKind.DOMAIN, ascii_name, False, None)
    assert (read_host(spelled + ".").ascii, read_host(spelled + ".").tail_dot) == (ascii_name, True)


@pytest.mark.parametrize(("case", "spelled"), INVALID, ids=names_of(INVALID))
def test_doubtful_spellings_are_invalid(case, spelled):
    host = read_host(spelled)
    assert (host.kind, host.ascii) == (HostKind.INVALID, "")
    assert host.why and host.why.zh and host.why.en


def test_a_character_that_only_maps_to_a_forbidden_one_has_the_same_reason():
    assert read_host("api.example.com＠evil.com").why == read_host("api.example.com@evil.com").why
    assert read_host("％31.0.0.1").why == read_host("%2531.0.0.1").why


@settings(max_examples=200)
@given(st.text() | st.text(alphabet="0123456789abcdefxABXn.-:[]%\\/@ １。ß\u200d\u00ad").map(lambda text: text[:60]))
@example("xn--" + "9" * 59)
def test_any_text_is_read_without_raising_and_valid_names_read_as_themselves(spelled):
    """A valid host's ``ascii`` reads as the same host again; an invalid one has a reason and no name."""
    host = read_host(spelled)
    assert host.shown.isprintable()
    if host.kind is HostKind.INVALID:
        assert host.ascii == "" and host.why
    else:
        again = read_host(host.ascii)
        assert (again.kind, again.ascii, again.tail_dot) == (host.kind, host.ascii, False)
        assert host.ascii.isascii() and host.ascii == host.ascii.lower()


@settings(max_examples=100)
@given(st.ip_addresses(v=4), st.sampled_from(["{0}", "{0:#x}", "0{0:o}"]))
def test_any_ipv4_address_as_one_number_is_that_address(address, form):
    assert read_host(form.format(int(address))).ascii == str(address)


@settings(max_examples=100)
@given(st.ip_addresses(v=6))
def test_any_ipv6_address_is_an_address(address):
    host = read_host(f"[{address.exploded}]")
    assert ipaddress.IPv6Address(host.ascii) == address


def test_printing_is_safe():
    assert read_host("a\x00\u202e\ud800b").shown == "a\\x00\\u202e\\ud800b"
    assert read_host("x" * 500).shown == "x" * 120 + "…"
    assert (with_brackets("::1"), with_brackets("[::1]"), with_brackets("a.com")) == ("[::1]", "[::1]", "a.com")
