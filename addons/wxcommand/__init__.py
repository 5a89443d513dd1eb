"""What a user types: one module a command. ``scripts/`` and the console command ``miniprogram-proxy`` both start these.

A command is a module with ``parser(lang, prog)`` and ``main(words, prog, enter)``.
``enter`` is called once the options are read: scripts/ goes on in its virtual
environment there. So a command imports the standard library alone at its top,
and everything that needs a third-party library after ``enter()``.
"""
