"""Errands of those who report: import of registers."""
