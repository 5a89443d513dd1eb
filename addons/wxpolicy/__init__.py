"""The mini-program network policy as pure functions: facts in, findings out.

Nothing here uses mitmproxy, sockets, files or clocks. A reader can follow a
call through the modules in this order: ``policy`` (what is allowed), ``call``
(its facts and its judgement), ``rules`` (one rule a file), ``judge`` (all rules), ``verdict``
(what release and debug builds would do), ``catalogue`` (what each code means).
"""
