"""Codes on paper: issued and set as letters or cards in one go, for a code in clear exists only then (DESIGN §4.8).

All that can be wrong with what is asked for is told before a single code is issued. The order on paper is the
register's; nothing here knows which codes were used.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.staff_codes import issue_staff_codes
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_codes
from hvb_followup.documents.cards import cards_pdf
from hvb_followup.documents.letters import letters_pdf
from hvb_followup.documents.slips import Paper, Slip
from hvb_followup.errors import Problem, Refused
from hvb_followup.periods import local_day
from hvb_followup.questionnaires.help_lines import HelpLine, for_her, written_out
from hvb_followup.questionnaires.printed import untelling
from hvb_followup.questionnaires.promise import written_day
from hvb_followup.questionnaires.telling import TELLING
from hvb_followup.waves.schedule import window


class Layout(StrEnum):
    """How codes stand on paper: a letter to each young person, or cards, eight to a sheet."""

    LETTERS = "letters"
    CARDS = "cards"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be printed. ``answer_at`` is the respondents' address, "" where the deployment has none."""

    layout: Layout
    answer_at: str
    helplines: Sequence[HelpLine] = ()
    language: str = "sv"


class Printed(msgspec.Struct, frozen=True):
    """How many codes were issued, and the file with them: b"" for none."""

    count: int
    file: bytes


async def print_codes(
    context: Context,
    web_secret: bytes,
    unit_id: str,
    half_year: str,
    family: str,
    order: Order,
    *,
    again: bool = False,
    count: int = 0,
) -> Printed:
    """What ``issue_codes`` gives a home, or with ``count`` ``issue_staff_codes``, on paper.

    Refused before anything is issued when it cannot be printed so.
    """
    paper = paper_for(context, family, order)
    if count:
        issued = await issue_staff_codes(context, web_secret, unit_id, half_year, family, count)
    else:
        issued = await issue_codes(context, web_secret, unit_id, half_year, family, again=again)
    return await printed(context, paper, order.layout, half_year, issued)


async def printed(
    context: Context, paper: Paper, layout: Layout, half_year: str, issued: Sequence[IssuedCode]
) -> Printed:
    """Issued codes on paper, in the order given."""
    if not issued:
        return Printed(0, b"")
    made = letters_pdf if layout is Layout.LETTERS else cards_pdf
    slips = slips_for(context, paper.language, half_year, issued)
    return Printed(len(slips), await asyncio.to_thread(made, paper, slips))


def slips_for(context: Context, language: str, half_year: str, issued: Sequence[IssuedCode]) -> list[Slip]:
    """What stands on each letter or card, in the order given."""
    words = context.catalogue.words[language].promise
    return [
        Slip(reference=one.placement, code=one.code, last_day=written_day(last_day(one, half_year), words))
        for one in issued
    ]


def last_day(one: IssuedCode, half_year: str) -> dt.date:
    """The last day on which a code opens."""
    last = local_day(window(half_year).last_moment)
    return min(one.last_on or last, last)


def paper_for(context: Context, family: str, order: Order) -> Paper:
    """What all letters or cards share; Refused with everything that is wrong with the order."""
    if problems := list(_problems(context, family, order)):
        raise Refused(*problems)
    words, lines = context.catalogue.words[order.language], for_her(order.helplines, order.language)
    return Paper(
        language=order.language,
        direction=words.direction,
        words=context.catalogue.messages[order.language].printed,
        answer_at=order.answer_at,
        helplines=[written_out(one, order.language, words.help) for one in untelling(lines)],
    )


def _problems(context: Context, family: str, order: Order) -> Iterator[Problem]:
    catalogue = context.catalogue
    if order.layout is Layout.LETTERS and catalogue.latest(family).audience != "youth":
        says = "Brev finns bara till unga."
        yield Problem(code="letters-of-adults", where=family, says=says, mend="Välj kort.")
    if order.language not in catalogue.messages.keys() & catalogue.words.keys():
        says = "Språket finns inte för brev och kort."
        yield Problem(code="paper-language", where=order.language[:8], says=says, mend="Välj sv eller en.")
    if not order.answer_at:
        says = "Det saknas en adress att skriva ut."
        yield Problem(
            code="paper-address", where="HVB_ANSWER_URL", says=says, mend="Ange den i inställningarna."
        )
    elif found := TELLING.search(order.answer_at):
        says = f"Adressen säger ”{found[0]}”, och därmed var hon bor eller vem som frågar."
        yield Problem(code="paper-address", where="HVB_ANSWER_URL", says=says, mend="Välj ett neutralt namn.")
