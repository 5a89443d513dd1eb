"""A secret is seen in no shape, whatever its name; what holds none comes out byte for byte."""

import json
import random
import time
from itertools import product
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from testenv.ordinary_bodies import BODIES
from testenv.ordinary_bodies import HEADERS as ORDINARY_HEADERS
from testenv.secret_shapes import HEADERS
from testenv.secret_shapes import KEYS
from testenv.secret_shapes import PHONE_SHAPES
from testenv.secret_shapes import PHONES
from testenv.secret_shapes import TEXT
from testenv.secret_shapes import planted
from testenv.secret_shapes import secret_text
from wxredact.bodies import redact_text
from wxredact.headers import redact_header
from wxredact.redact import redact_url


def test_there_are_enough_shapes():
    names = [name for name, *_ in (*TEXT, *HEADERS)]
    assert len(set(names)) > 180
    assert len(TEXT) == len({name for name, *_ in TEXT})


@pytest.mark.parametrize(("mime_type", "text"), [each[1:] for each in TEXT], ids=[each[0] for each in TEXT])
def test_no_secret_of_any_name_is_seen_in_a_text(mime_type, text):
    choose = random.Random(text)
    for key in KEYS if "KEY" in text else KEYS[:1]:
        secret = secret_text(choose)
        shown = redact_text(planted(text, key, secret), mime_type)
        assert secret not in shown, key
        assert redact_text(shown, mime_type) == shown, "once is enough"


@pytest.mark.parametrize(("name", "value"), [each[1:] for each in HEADERS], ids=[each[0] for each in HEADERS])
def test_no_secret_of_any_name_is_seen_in_a_header(name, value):
    choose = random.Random(value)
    for key, spelled in product(KEYS if "KEY" in name + value else KEYS[:1], (str, str.lower)):
        secret = secret_text(choose)
        assert secret not in redact_header(spelled(planted(name, key, secret)), planted(value, key, secret)), key


@pytest.mark.parametrize("phone", PHONES)
def test_no_mobile_number_is_seen_however_it_is_written(phone):
    for shape in PHONE_SHAPES:
        shown = redact_text(shape.replace("PHONE", phone))
        assert not any(part in shown for part in ("138", "0013", "8000", "１３")), shown


INDEX = st.integers(0, len(TEXT) - 1)
WRAPPINGS = {
    "as it is": lambda text: (text, None),
    "in a JSON string": lambda text: (json.dumps({"n": 1, "log": text}), "application/json"),
    "in a list of JSON strings": lambda text: (json.dumps(["a", [text]]), "application/json"),
    "behind other text": lambda text: ("first line\n" + text, None),
    "before other text": lambda text: (text + "\nlast line", None),
    "in a multipart form": lambda text: (
        f'--B1\r\nContent-Disposition: form-data; name="log"\r\n\r\n{text}\r\n--B1--\r\n', "multipart/form-data; boundary=B1"
    ),
    "escaped in a query": lambda text: ("https://a.com/?log=" + quote(text, safe=""), ""),
}  # fmt: skip
# What a wrapping takes from a shape, so that nobody could tell: the first row of a table, the end of a text that was cut.
TELLS_BY_ITS_PLACE = (
    "CSV",
    "TSV",
    "table",
    "cut",
    "cookie file",
    "XML cut",
    "multipart",
    "without its end",
    "of names and values",
)


@settings(max_examples=300, deadline=None)
@given(INDEX, st.sampled_from(KEYS), st.sampled_from(sorted(WRAPPINGS)), st.randoms(use_true_random=False))
def test_no_secret_is_seen_where_a_shape_stands_in_other_text(index, key, wrapping, choose):
    name, mime_type, text = TEXT[index]
    if wrapping not in ("as it is", "in a JSON string", "in a list of JSON strings") and any(
        each in name for each in TELLS_BY_ITS_PLACE
    ):
        return
    secret = secret_text(choose)
    wrapped, kind = WRAPPINGS[wrapping](planted(text, key, secret))
    assert secret not in redact_text(wrapped, mime_type if kind is None else kind)


@pytest.mark.parametrize(("mime_type", "text"), [each[1:] for each in BODIES], ids=[each[0] for each in BODIES])
def test_an_ordinary_body_comes_out_byte_for_byte(mime_type, text):
    assert redact_text(text, mime_type) == text


@pytest.mark.parametrize(("name", "value"), ORDINARY_HEADERS)
def test_an_ordinary_header_comes_out_as_it_was(name, value):
    assert redact_header(name, value) == value


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([text for _, _, text in BODIES if text.isascii() and len(text) < 200]), min_size=1, max_size=4
    )
)
def test_ordinary_bodies_in_a_list_come_out_byte_for_byte(texts):
    text = json.dumps({"items": texts})
    assert redact_text(text, "application/json") == text


PIECES = [
    '"', "a=", "<a ", '{"a":', "token:", "\\", "name=", "<![CDATA[", "(", "[", '["', 'token="', "token={", "token: |\n", "<token>", "<td>token",
    "<tr><td>", "&quot;", '\\"token\\":', 'name="token" ', "138 ", "eyJ", "Bearer ", 'Digest a="b",', "token,", "a\tb\n", "|", "--XX\n",
    '("token",', "(token) values (", "-----BEGIN PRIVATE KEY-----", "://", "a://b@", "密码", "验证码是", "machine a ", '[{"name":"token",',
    '{"a":1}x{', '"a""', "--a\nb:c\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_length_and_no_faster(piece):
    def seconds(size):
        text = piece * (size // len(piece))
        began = time.process_time()
        for mime_type in ("", "multipart/form-data; boundary=XX", "text/csv"):
            redact_text(text, mime_type)
        redact_url("https://a.com/?" + text)
        return time.process_time() - began

    # Ten times the text takes ten times as long; a hundred times would be the square.
    assert any(seconds(100_000) < 30 * max(seconds(10_000), 0.01) for _ in range(3)), "three times in a row"
