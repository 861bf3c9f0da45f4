"""What one letter or card is made of: whose it is to whoever sends it, the code, and the last day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hvb_followup.pseudonyms import written
from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.questionnaires.printed import PrintedWords


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A code in clear with its last day in words; ``reference`` is the sender's own, "" where it is nobody's."""

    reference: str
    code: str
    last_day: str


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """What all letters and cards of a file share. ``answer_at`` is the address that a code is put behind."""

    language: str
    direction: str
    words: PrintedWords
    answer_at: str
    helplines: Sequence[HelpLine] = ()

    @property
    def address(self) -> str:
        """The address as one types it."""
        return self.answer_at.removeprefix("https://").removeprefix("http://")


def told(paper: Paper, slips: Sequence[Slip]) -> dict[str, Any]:
    """Everything that a template shows, as plain data. The code stands in the address's fragment (DESIGN §4.8)."""
    words = paper.words
    every = {
        "language": paper.language,
        "direction": paper.direction,
        "address": paper.address,
        "words": {**msgspec.to_builtins(words), "more_help": words.more_help.format(address=paper.address)},
        "helplines": [msgspec.to_builtins(one) for one in paper.helplines],
    }
    return {**every, "slips": [_slip(one, paper) for one in slips]}


def _slip(one: Slip, paper: Paper) -> dict[str, str]:
    words, has_owner = paper.words, bool(one.reference)
    return {
        "url": f"{paper.answer_at}#{one.code}",
        "code": written(one.code),
        "last_day": one.last_day,
        "strip": words.strip.format(reference=one.reference) if has_owner else "",
        "stub": words.stub.format(reference=one.reference) if has_owner else "",
    }
