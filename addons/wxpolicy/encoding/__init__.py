"""The encoding of a response body: declared, detected, and the result of the mini-program's conversion.

A body passes the modules in this order: ``content_coding`` (gzip, deflate, br and zstd decoded), ``blocks``
(re-chunked, so that chunk borders do not matter), ``boms``, ``binary`` and ``declared`` (what its beginning tells),
``utf8`` and ``race`` (which charsets fit every byte), ``detect`` (what it most likely is), ``ledger`` (all of it put
together), ``transform`` (the converted stream).
"""
