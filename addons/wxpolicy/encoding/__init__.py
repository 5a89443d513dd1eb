"""What the bytes of an answer are: declared, detected, and what the mini-program's conversion makes of them.

A reader can follow a body in this order: ``content_coding`` (gzip, deflate, br
and zstd undone), ``blocks`` (cut anew, so that chunk borders cannot matter),
``boms``, ``binary`` and ``declared`` (what the beginning says), ``utf8`` and
``race`` (what every byte allows), ``detect`` (what it most likely is),
``ledger`` (all of it put together), ``transform`` (the converted stream).
"""
