"""Errands from sealed waves to a signed release."""
