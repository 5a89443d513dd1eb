"""A HAR document, or one entry of it, as the reader gives it."""

import io
import json

from wxcapture.captured import Captured
from wxcapture.har_reader import read_har


def read(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return list(read_har(io.BytesIO(data), "file.har"))


def one_of(entry):
    (call,) = read({"log": {"entries": [entry]}})
    assert isinstance(call, Captured), call
    return call
