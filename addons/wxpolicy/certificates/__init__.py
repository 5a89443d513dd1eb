"""Judges certificates and TLS as each platform would: bytes and time in, findings out.

In memory, bounded in time, no network, no files, no clock; the cryptography
package checks single signatures and nothing else. A reader can follow a
judgement through ``der`` and ``parse`` (facts of one certificate), ``path``
(from the leaf to a root), ``platforms`` (one file each: which path, which
rules, from which source), ``verdict`` (the best path), ``merging`` (what
platforms have in common) and ``judge``.
"""
