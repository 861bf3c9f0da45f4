"""Errands of the placing municipality: its placements, its word on those of homes, and the codes issued on them."""
