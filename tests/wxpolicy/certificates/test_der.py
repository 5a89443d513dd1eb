"""The DER reader: any bytes give elements or its own error, and what was written is read back."""

from datetime import UTC
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.pki import encode
from wxpolicy.certificates import der
from wxpolicy.certificates import extensions
from wxpolicy.certificates.general_names import general_names
from wxpolicy.certificates.x500 import as_apple
from wxpolicy.certificates.x500 import as_java
from wxpolicy.certificates.x500 import read_name

ANY = settings(max_examples=60, deadline=None)
READERS = [
    lambda data: list(der.elements(data)),
    lambda data: der.one(data, der.SEQUENCE),
    lambda data: der.inside(data).take(der.INTEGER),
    der.boolean,
    der.unsigned,
    der.bits,
    der.oid,
    extensions.basic_constraints,
    extensions.key_usage,
    extensions.extended_key_usage,
    extensions.subject_key_id,
    extensions.authority_key_id,
    extensions.ca_issuers,
    extensions.name_constraints,
    extensions.policies,
    extensions.policy_mappings,
    extensions.policy_constraints,
    extensions.inhibit_any_policy,
    general_names,
    read_name,
]


def der_like(contents):
    """Bytes that are mostly well-formed: tags and lengths that fit, around anything."""
    tags = st.sampled_from([0x30, 0x31, 0x02, 0x03, 0x04, 0x06, 0x0C, 0x13, 0x80, 0x82, 0x87, 0xA0, 0xA1, 0xA4])
    return st.builds(lambda tag, parts: encode.tlv(tag, *parts), tags, st.lists(contents, max_size=4))


DER_LIKE = st.recursive(st.binary(max_size=20), der_like, max_leaves=12)


@ANY
@given(st.binary(max_size=120) | DER_LIKE)
@pytest.mark.parametrize("reader", READERS)
def test_any_bytes_give_an_answer_or_its_own_error(reader, data):
    try:
        reader(data)
    except der.DerError as error:
        assert str(error)


@ANY
@given(st.integers(0, 255), st.binary(max_size=300))
def test_an_element_of_any_time_gives_a_moment_or_its_own_error(tag, content):
    try:
        assert der.time(der.Element(tag, content, b"")).tzinfo is UTC
    except der.DerError:
        pass


@ANY
@given(st.datetimes(datetime(1950, 1, 1), datetime(9999, 12, 31)))
def test_times_are_read_back(when):
    when = when.replace(microsecond=0, tzinfo=UTC)
    assert der.time(next(der.elements(encode.time(when)))) == when


def test_the_year_0_is_before_everything():
    beginning = der.time(der.Element(der.GENERALIZED_TIME, b"00000229000000Z", b""))
    assert beginning == datetime.min.replace(tzinfo=UTC)
    with pytest.raises(der.DerError):
        der.time(der.Element(der.GENERALIZED_TIME, b"00000230000000Z", b""))


@ANY
@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=8))
def test_object_identifiers_are_read_back(rest):
    dotted = ".".join(map(str, (1, 3, *rest)))
    assert der.oid(encode.oid(dotted)[2:]) == dotted


@ANY
@given(st.integers(0, 2**32 - 1))
def test_numbers_are_read_back(value):
    assert der.unsigned(der.one(encode.integer(value), der.INTEGER).content) == value


@pytest.mark.parametrize(
    "data",
    ["30", "3080", "308101", "30820001aa", "3003", "1f0100", "3001", "30850000000001aa"],
    ids=[
        "no length",
        "indefinite",
        "long form of a short length",
        "zeros before",
        "cut",
        "high tag",
        "empty",
        "too wide",
    ],
)
def test_what_is_no_der_is_refused(data):
    with pytest.raises(der.DerError):
        list(der.elements(bytes.fromhex(data)))


def test_a_list_without_end_is_cut_off():
    with pytest.raises(der.DerError, match="too many"):
        list(der.elements(b"\x05\x00" * (der.MAX_MEMBERS + 1)))


# two names -> whether iOS and Android take them for one (the devtools fold as golden a38 and a39 show)
NAMES = {
    "same": ((("CN", "A b"),), (("CN", "A b"),), True, True),
    "case, UTF8": ((("CN", "A b"),), (("CN", "a B"),), False, True),
    "case and blanks, Printable": (
        (("CN", "A b", encode.PRINTABLE),),
        (("CN", " a  B ", encode.PRINTABLE),),
        True,
        True,
    ),
    "Printable and UTF8": ((("CN", "A b", encode.PRINTABLE),), (("CN", "A b"),), False, True),
    "BMP and UTF8": ((("CN", "A b", encode.BMP),), (("CN", "A b"),), False, False),
    "mail in another case": ((("email", "A@b.example"),), (("email", "a@b.example"),), False, False),
    "another order": ((("O", "A"), ("CN", "b")), (("CN", "b"), ("O", "A")), False, False),
}


@pytest.mark.parametrize("case", NAMES)
def test_platforms_fold_names_their_own_way(case):
    one, other, ios, android = NAMES[case]
    first, second = read_name(encode.name(*one)), read_name(encode.name(*other))
    assert (as_apple(first) == as_apple(second), as_java(first) == as_java(second)) == (ios, android)
