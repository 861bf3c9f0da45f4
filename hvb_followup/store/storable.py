"""Text that both databases can keep: PostgreSQL takes no NUL, neither takes half a character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hvb_followup.errors import Problem, Refused

HALF = re.compile("[\ud800-\udfff]")


def refuse_unstorable(values: Iterable[Any]) -> None:
    """Raises Refused for a text that one of the engines would not take, so that both refuse it alike."""
    for value in values:
        if isinstance(value, str) and not is_storable(value):
            raise Refused(
                Problem(
                    code="text-unfit",
                    where="",
                    says="Texten innehåller ett tecken som inte kan sparas.",
                    mend="Skriv om texten och försök igen.",
                )
            )


def is_storable(text: str) -> bool:
    """True for text without NUL and without half a surrogate pair."""
    return "\0" not in text and (text.isascii() or HALF.search(text) is None)
