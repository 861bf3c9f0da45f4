"""Reference cases against the methods of ``comparison`` and ``outcomes``: ``hvb verify DIR``.

A case is a folder with ``case.json`` (inputs, expected values, tolerances) and tables. The code that
computes is handed the inputs and the *questions* of what is expected (which rows, at which times), never a
number that is expected of it.
"""
