"""Chains that are served oddly: incomplete, out of order, cross-signed, or too long."""

from datetime import datetime
from datetime import timedelta

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import intermediate
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root

_SIGN = ext.usage("key_cert_sign", "crl_sign")


@case("intermediate: missing")
def _missing(now):
    above = root(now=now)
    return [leaf(intermediate(above, now=now), now=now)], [above]


@case("intermediate: wrong one of the same name")
def _wrong(now):
    above = root(now=now)
    right, wrong = intermediate(above, now=now), intermediate(above, now=now, key_kind="p256:wrong")
    return [leaf(right, now=now), wrong], [above]


@case("intermediate: expired one of the same key first")
def _twice(now):
    above = root(now=now)
    old = intermediate(above, now=now, until=now - timedelta(days=1))
    new = intermediate(above, now=now)
    return [leaf(new, now=now), old, new], [above]


@case("intermediate: itself trusted, its root not")
def _partial(now):
    issuing = intermediate(root("Unknown", now=now), now=now)
    return [leaf(issuing, now=now), issuing], [issuing]


@case("intermediate: itself trusted, expired")
def _partial_expired(now):
    issuing = intermediate(root("Unknown", now=now), now=now, until=now - timedelta(days=1))
    return [leaf(issuing, now=now), issuing], [issuing]


@case("intermediate: trusted and not served")
def _cached(now):
    above = root(now=now)
    issuing = intermediate(above, now=now)
    return [leaf(issuing, now=now)], [above, issuing]


@case("path length 0 above another CA")
def _too_long(now):
    above = root(now=now)
    upper = intermediate(above, "Upper", now=now, key_kind="p256:upper", extensions=[ext.basic(True, 0), _SIGN])
    lower = intermediate(upper, "Lower", now=now, key_kind="p256:lower")
    return [leaf(lower, now=now), lower, upper], [above]


@case("path length 0 of the root above a CA")
def _too_long_below_root(now):
    above = root(extensions=[ext.basic(True, 0), _SIGN], now=now)
    issuing = intermediate(above, now=now)
    return [leaf(issuing, now=now), issuing], [above]


@case("path length 1 above two CAs of which one is self-issued")
def _rollover_counted(now):
    above = root(extensions=[ext.basic(True, 1), _SIGN], now=now)
    again = intermediate(above, above.subject, now=now, key_kind="p256:again")
    issuing = intermediate(again, now=now)
    return [leaf(issuing, now=now), issuing, again], [above]


@case("self-issued intermediate")
def _rollover(now):
    above = root(now=now)
    again = intermediate(above, above.subject, now=now, key_kind="p256:again")
    return [leaf(again, now=now), again], [above]


@case("served in any order")
def _unordered(now):
    above = root(now=now)
    upper = intermediate(above, "Upper", now=now, key_kind="p256:upper")
    lower = intermediate(upper, "Lower", now=now, key_kind="p256:lower")
    return [leaf(lower, now=now), above, upper, lower], [above]


@case("cross-signed by an expired root")
def _cross(now):
    new = root("New", now=now)
    old = root("Old", now=now, key_kind="p256:old", until=now - timedelta(days=1))
    cross = intermediate(old, "New", now=now, key_kind="p256:root")
    return [leaf(new, now=now), cross], [new, old]


@case("cross-signed, the new root not trusted")
def _cross_needed(now):
    new = root("New", now=now)
    old = root("Old", now=now, key_kind="p256:old")
    cross = intermediate(old, "New", now=now, key_kind="p256:root")
    return [leaf(new, now=now), cross], [old]


for _count in (5, 10, 15, 17, 18, 19, 20, 22):

    @case(f"{_count} intermediates")
    def _many(now: datetime, count=_count):
        above = root(now=now)
        chain = [above]
        for number in range(count):
            chain.append(intermediate(chain[-1], f"CA {number}", now=now, key_kind=f"p256:line{number}"))
        return [leaf(chain[-1], now=now), *reversed(chain[1:])], [above]
