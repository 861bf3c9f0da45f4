"""Cards: sheets of eight, each of a business card's size with a stub for the sender below it."""

from __future__ import annotations

from collections.abc import Sequence

from hvb_followup.documents.slips import Paper, Slip, told
from hvb_followup.documents.typesetting import typeset

A_SHEET = 8


def cards_pdf(paper: Paper, slips: Sequence[Slip]) -> bytes:
    """Eight slips a page, row by row. Blocks; call it from a thread."""
    return typeset("cards", told(paper, slips))
