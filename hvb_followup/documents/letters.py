"""Letters: one A4 page each, in the order given, with a strip for the sender at the top."""

from __future__ import annotations

from collections.abc import Sequence

from hvb_followup.documents.slips import Paper, Slip, told
from hvb_followup.documents.typesetting import typeset


def letters_pdf(paper: Paper, slips: Sequence[Slip]) -> bytes:
    """One page per slip. Blocks; call it from a thread."""
    return typeset("letters", told(paper, slips))
