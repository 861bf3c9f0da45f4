"""Errands of the operator: opening waves, accounts, keys, and what is due at a tick."""
