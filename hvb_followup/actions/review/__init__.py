"""Errands of the desk: a named reviewer reads and moves on help cases. Only ``desk`` may import this room."""
