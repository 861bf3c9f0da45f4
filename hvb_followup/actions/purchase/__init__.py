"""Errands of the placing municipality: issuing codes on its placements."""
