"""A place's figures by who tells them: what young people answer is never mixed with what registers and staff say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hvb_followup.pages.blocks import Block
from hvb_followup.pages.folds import Fold, folds
from hvb_followup.pages.model import Source
from hvb_followup.pages.words import SWEDISH, Words


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one source under their heading; ``lead`` says where they come from.

    ``is_told`` where one of them shows a count, or its word where 5–9 answered.
    """

    id: Source
    title: str
    lead: str
    blocks: tuple[Block, ...]
    folds: tuple[Fold, ...]
    is_told: bool


def sections(blocks: Sequence[Block], young: str, say: Words = SWEDISH) -> tuple[Section, ...]:
    """The sources that there are figures of, in the order of R8 §4.4; a pair goes with its first indicator.

    ``young`` is what the answers of young people are called at this place.
    """
    found = []
    for source, (title, lead) in _headings(young, say).items():
        own = tuple(block for block in blocks if block.texts[0].source == source)
        if own:
            found.append(
                Section(
                    id=source,
                    title=title,
                    lead=lead,
                    blocks=own,
                    folds=folds(own, say, source),
                    is_told=any(row.is_told for block in own for row in block.rows),
                )
            )
    return tuple(found)


def section(found: Iterable[Section], source: Source) -> Section | None:
    """The section of one source, where there is one."""
    return next((one for one in found if one.id == source), None)


def _headings(young: str, say: Words) -> dict[Source, tuple[str, str]]:
    return {
        "known": (say("Så mycket vet vi"), ""),
        "young": (young, ""),
        "change": (
            say("Från start till avslut"),
            say("Svar om samma placering vid starten och vid avslutet. De visar en förändring, inte varför."),
        ),
        "placements": (
            say("Det här säger registret över placeringar"),
            say("Hem och kommuner lämnar uppgifterna. De är inga svar från unga."),
        ),
        "staff": (
            say("Det här säger registret över personal"),
            say("Hem lämnar uppgifterna: vilka som arbetar där, deras utbildning och schema."),
        ),
        "staff_answers": (
            say("Så svarar personalen"),
            say("Personalen svarar själv, med en egen kod."),
        ),
        "events": (
            say("Det här säger registret över händelser"),
            say(
                "Hem lämnar uppgifterna. Många händelser kan också betyda att hemmet är noga med att anteckna."
            ),
        ),
        "duty": (
            say("Återkoppling till de unga"),
            say("Uppgifterna är om vad hemmet har gjort, inte om vad någon har svarat."),
        ),
    }
