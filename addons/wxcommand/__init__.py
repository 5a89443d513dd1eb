"""The commands: one module per command. ``scripts/`` and the console command ``miniprogram-proxy`` both start these.

A command is a module with ``parser(lang, prog)`` and ``main(words, prog, enter)``. ``enter`` is called after the
options are parsed: scripts/ switch to their virtual environment there. So a command imports only the standard library
at its top, and everything that needs a third-party library after ``enter()``.
"""
