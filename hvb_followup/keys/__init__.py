"""Key files: the web's in one folder, the counter's in another, never both in one process.

A backup never contains a key (DESIGN §4.3).
"""
