"""The rules that depend on time and on earlier calls, as state machines that take the time as an argument.

Rules of this package:
1. No clock, no asyncio, no sockets: every method takes ``now_ms`` (monotonic milliseconds, int or float) and returns
   what must happen as values.
2. ``slots``, ``lifecycle`` and ``deadlines`` know nothing of each other; ``app``
   joins them for one mini-program on one device; ``devices`` keeps the apps.
3. After every method of ``App`` its ``next_deadline_ms()`` tells when to call ``due``.
"""
