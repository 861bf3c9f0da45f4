"""The ballot box: sealing an answer so that only the counter can open it, and counting a wave (DESIGN §4.2–4.3).

It knows no database, clock or file, and never learns who holds which code.
"""
