"""What HAR 1.2 asks of a file, as its specification has it: a check of our own that needs no other program.

Also of what importers are known to trip over: an address with a port, fields of
our own without an underscore.
"""

import ipaddress
import re

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_NUMBER = (int, float)

ENTRY = {"startedDateTime": str, "time": _NUMBER, "request": dict, "response": dict, "cache": dict, "timings": dict}
REQUEST = {
    "method": str, "url": str, "httpVersion": str, "cookies": list, "headers": list, "queryString": list, "headersSize": int, "bodySize": int,
}  # fmt: skip
RESPONSE = {
    "status": int, "statusText": str, "httpVersion": str, "cookies": list, "headers": list, "content": dict, "redirectURL": str,
    "headersSize": int, "bodySize": int,
}  # fmt: skip
CONTENT = {"size": int, "mimeType": str}
PAIR = {"name": str, "value": str}
TIMINGS = {"send": _NUMBER, "wait": _NUMBER, "receive": _NUMBER}
MAY_BE = {
    "entry": {"pageref", "serverIPAddress", "connection", "comment"},
    "request": {"postData", "comment"},
    "response": {"comment"},
    "content": {"compression", "text", "encoding", "comment"},
    "timings": {"blocked", "dns", "connect", "ssl", "comment"},
    "postData": {"params", "text", "comment"},
}


def mistakes_of(har) -> list[str]:
    """What of a HAR breaks the rules, empty where nothing does."""
    log = har["log"]
    found = _fields("log", log, {"version": str, "creator": dict, "entries": list}, {"pages", "browser", "comment"})
    for number, entry in enumerate(log["entries"]):
        found += [f"entry {number}: {mistake}" for mistake in _entry(entry)]
    return found


def _entry(entry) -> list[str]:
    found = _fields("entry", entry, ENTRY, MAY_BE["entry"])
    found += _fields("request", entry["request"], REQUEST, MAY_BE["request"])
    found += _fields("response", entry["response"], RESPONSE, MAY_BE["response"])
    found += _fields("content", entry["response"]["content"], CONTENT, MAY_BE["content"])
    found += _fields("timings", entry["timings"], TIMINGS, MAY_BE["timings"])
    if "postData" in entry["request"]:
        found += _fields("postData", entry["request"]["postData"], {"mimeType": str}, MAY_BE["postData"])
    for part in ("request", "response"):
        for name in ("cookies", "headers", *(["queryString"] if part == "request" else [])):
            for pair in entry[part][name]:
                found += _fields(name, pair, PAIR, {"path", "domain", "expires", "httpOnly", "secure", "comment"})
    if not _DATE.fullmatch(entry["startedDateTime"]):
        found.append(f"startedDateTime {entry['startedDateTime']}")
    if entry["time"] < 0:
        found.append(f"time {entry['time']}")
    found += [f"timings.{name} {value}" for name, value in entry["timings"].items() if value < 0 and value != -1]
    if "serverIPAddress" in entry:
        ipaddress.ip_address(entry["serverIPAddress"])
    total = sum(value for name, value in entry["timings"].items() if value > 0 and name != "ssl")
    if abs(total - entry["time"]) > 0.01:
        found.append(f"time {entry['time']} is not the sum of its parts, {total}")
    return found


def _fields(what, value, wanted, may_be) -> list[str]:
    found = [f"{what} without {name}" for name in wanted if name not in value]
    found += [
        f"{what}.{name} is {value[name]!r}"
        for name, kind in wanted.items()
        if name in value and not isinstance(value[name], kind)
    ]
    found += [
        f"{what}.{name} is no field of HAR 1.2"
        for name in value
        if name not in wanted and name not in may_be and not name.startswith("_")
    ]
    return found
