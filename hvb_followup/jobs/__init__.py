"""Ticks: the scheduler only wakes us; what is due stands in the database (DESIGN §6)."""
