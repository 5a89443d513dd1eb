"""Authority key identifiers that name another key or serial number than the issuer has."""

from testenv.pki import extension_values as ext
from testenv.pki.cases import case
from testenv.pki.certificates import HOST
from testenv.pki.certificates import identifier
from testenv.pki.certificates import intermediate
from testenv.pki.certificates import key
from testenv.pki.certificates import leaf
from testenv.pki.certificates import root

_OWN = identifier(key("p256:issuing"))
_CA, _SIGN, _KEY_ID = ext.basic(True), ext.usage("key_cert_sign", "crl_sign"), ext.key_id(_OWN)


@case("key ids: the server's names another key")
def _wrong_key_id(now):
    above = root(now=now)
    issuing = intermediate(above, now=now)
    aki = ext.authority_key_id(b"another key")
    return [leaf(issuing, now=now, extensions=_server(aki)), issuing], [above]


@case("key ids: the intermediate's names another key")
def _wrong_key_id_above(now):
    above = root(now=now)
    issuing = intermediate(above, now=now, extensions=[_CA, _SIGN, _KEY_ID, ext.authority_key_id(b"another key")])
    return [leaf(issuing, now=now), issuing], [above]


@case("key ids: right serial number of the issuer")
def _right_serial(now):
    above = root(now=now)
    issuing = intermediate(above, now=now)
    aki = ext.authority_serial(above.subject, issuing.serial)
    return [leaf(issuing, now=now, extensions=_server(aki)), issuing], [above]


@case("key ids: wrong serial number of the issuer")
def _wrong_serial(now):
    above = root(now=now)
    issuing = intermediate(above, now=now)
    aki = ext.authority_serial(above.subject, 77)
    return [leaf(issuing, now=now, extensions=_server(aki)), issuing], [above]


@case("key ids: the server's names another key, right below the root")
def _wrong_root_id(now):
    above = root(now=now)
    return [leaf(above, now=now, extensions=_server(ext.authority_key_id(b"another key")))], [above]


@case("key ids: wrong serial number of the root")
def _wrong_root_serial(now):
    above = root(now=now)
    return [leaf(above, now=now, extensions=_server(ext.authority_serial(above.subject, 77)))], [above]


@case("key ids: wrong serial number of a root of version 1")
def _wrong_old_serial(now):
    above = root(version=1, extensions=None, now=now)
    return [leaf(above, now=now, extensions=_server(ext.authority_serial(above.subject, 77)))], [above]


@case("key ids: wrong serial number of the root, and its key id")
def _wrong_serial_right_key(now):
    above = root(now=now)
    both = ext.authority_both(above.key_id or b"", above.subject, 77)
    return [leaf(above, now=now, extensions=_server(both))], [above]


def _server(aki):
    return [ext.basic(False), ext.usage("digital_signature"), ext.purposes("server"), aki, ext.san(HOST)]
