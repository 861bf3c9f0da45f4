"""``python -m hvb_followup``."""

from __future__ import annotations

from hvb_followup.cli import main

main()
