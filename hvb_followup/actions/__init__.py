"""Errands: authorise, read, decide, write, audit. Doors call them; they know no setting and no clock."""
