"""Within persons: what changed, how stays went and ended, and whether a register's stream has shifted.

A change before and after, with nothing to compare with, is "förändring under placeringen" and never an
effect of the home (DESIGN §5). The room knows arrays of numbers, no person, no database, no clock.
"""
