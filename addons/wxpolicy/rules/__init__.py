"""The rules, one a file, all of one shape: a docstring with what passes and what fails, ``STAGE``, ``check(...)``.

A rule yields codes with data; ``wxpolicy/catalogue`` has the texts. Files are
found by their names: a new rule is a new file, which runs after those that
``wxpolicy/rules/order.py`` names. A file without ``STAGE`` is not a rule but is used by several.
"""
