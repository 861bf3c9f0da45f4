"""Codes for staff: a number of cards for the safety representative to hand out, on nobody in particular (DESIGN §4.8).

The operator issues them and nobody else does, least of all the home. A card's holder is a serial of the wave: it
says that a card was issued, never to whom it was given.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from hvb_followup import pseudonyms
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.purchase.issuing import AT_ONCE, IssuedCode, not_open, wave_of
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.ballot.card import Card, card_key, holder, seal_card
from hvb_followup.batches import batched
from hvb_followup.errors import Problem, Refused
from hvb_followup.store import ballots, waves
from hvb_followup.store.ballots import CodeRow
from hvb_followup.store.waves import Wave

MOST = 500
_NO_AGE = -1  # in no age band


async def issue_staff_codes(
    context: Context, web_secret: bytes, unit_id: str, half_year: str, family: str, count: int
) -> list[IssuedCode]:
    """So many new codes for the home's staff wave; asked again, so many more. ``placement`` is empty in each."""
    context.require(Permission.CODES_ISSUE)
    unit = await context.unit(unit_id, Permission.CODES_ISSUE)
    wave = await wave_of(unit, family, half_year)
    return (await _give(context, web_secret, [(wave, count)]))[unit.id]


async def issue_staff_codes_everywhere(
    context: Context, web_secret: bytes, half_year: str, family: str, counts: Mapping[str, int]
) -> dict[str, list[IssuedCode]]:
    """So many new codes in each of these homes, by home: what ``issue_staff_codes`` gives home by home."""
    context.require(Permission.CODES_ISSUE)
    asked = [wave for wave in await waves.asked(family, half_year) if wave.unit in counts]
    issued: dict[str, list[IssuedCode]] = {}
    for some in batched(asked, AT_ONCE):
        issued |= await _give(context, web_secret, [(wave, counts[wave.unit]) for wave in some])
    return issued


async def _give(
    context: Context, web_secret: bytes, wanted: Sequence[tuple[Wave, int]]
) -> dict[str, list[IssuedCode]]:
    """So many codes in each wave, by home, in one transaction."""
    for wave, count in wanted:
        questionnaire = context.catalogue.questionnaire(wave.family, wave.major)
        if questionnaire.audience != "staff" or not 1 <= count <= MOST:
            raise Refused(_not_for_staff(wave.id))
    ids = [wave.id for wave, _ in wanted]
    async with context.database.transaction():
        if not await ballots.hold_open(context.database, *ids):
            raise not_open(", ".join(ids))
        had = await ballots.n_holders(context.database, *ids)
        issued = {
            wave.unit: [IssuedCode("", pseudonyms.make_code(secrets.randbits)) for _ in range(count)]
            for wave, count in wanted
        }
        rows = [
            _row(web_secret, wave, serial, one.code)
            for wave, _ in wanted
            for serial, one in enumerate(issued[wave.unit], had.get(wave.id, 0) + 1)
        ]
        await ballots.put_codes(context.database, rows)
        await ballots.count_invited(context.database, *ids)
        where = ids[0] if len(ids) == 1 else f"{ids[0]} och {len(ids) - 1} till"
        await context.note(Permission.CODES_ISSUE, f"{where} {len(rows)}")
    return issued


def _row(web_secret: bytes, wave: Wave, serial: int, code: str) -> CodeRow:
    """A code as it is stored. What its card calls the holder is drawn anew: it joins nothing to anything."""
    card = Card(placement=f"staff-{secrets.token_hex(8)}", issue=1, age=_NO_AGE)
    return CodeRow(
        hash=code_hash(web_secret, code),
        wave=wave.id,
        holder=holder(web_secret, wave.id, f"staff-{serial}"),
        issue=1,
        card=seal_card(card, wave.id, card_key(web_secret, code)),
    )


def _not_for_staff(wave_id: str) -> Problem:
    return Problem(
        code="codes-of-staff",
        where=wave_id,
        says=f"Ett antal kort, 1–{MOST}, ges bara ut i en mätomgång för personal.",
        mend="Ungas koder ges ut på placeringar: utan --count.",
    )
