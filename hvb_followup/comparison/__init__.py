"""Between units: intervals and the words that are fair to use of a figure (DESIGN §5).

The room takes counts as they may be shown, coarse ones as intervals, and never sees exact answers. It
knows no disclosure control, no indicator definition and no database.
"""
