"""Certificates and TLS, judged as each platform would: bytes and time in, findings out.

In memory, bounded in time, no network, no files, no clock. OpenSSL is called
through pyOpenSSL and cryptography for arithmetic and as a backstop; both work
on bytes alone. A reader can follow a judgement through ``facts`` (what was
served), ``parse``, ``path`` (from the leaf to a root), the checks (one file
each), ``openssl`` (the backstop), ``platforms`` (who minds) and ``judge``.
"""
