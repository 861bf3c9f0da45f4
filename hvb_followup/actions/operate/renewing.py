"""A fresh code for a message whose wave closed while it waited: the moment goes on into the next wave.

Waves that follow placements lie end to end, so a moment that nears the close of one must not be lost between them.
"""

from __future__ import annotations

import secrets

import msgspec

from hvb_followup import pseudonyms
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.letters import Letter, LetterPart, sealed
from hvb_followup.actions.purchase.issuing import Invited, code_row
from hvb_followup.keys.mailing import MailingKeys
from hvb_followup.registry import Placement
from hvb_followup.store import ballots, outbox, waves
from hvb_followup.store.outbox import Waiting
from hvb_followup.store.waves import Wave, wave_id
from hvb_followup.waves.following import age_at_start
from hvb_followup.waves.schedule import followed_half_year


async def renewed(
    context: Context, keys: MailingKeys, waiting: Waiting, letter: Letter, placement: Placement
) -> Letter:
    """The letter with codes of the open wave where its own closed unused; the same letter where none did."""
    parts = [await _renewed(context, keys, letter, part, placement) for part in letter.parts]
    if all(wave is None for _, wave in parts):
        return letter
    fresh = msgspec.structs.replace(letter, parts=tuple(part for part, _ in parts))
    await _store(context, keys, waiting, fresh, placement, [(p, wave) for p, wave in parts if wave])
    return fresh


async def _renewed(
    context: Context, keys: MailingKeys, letter: Letter, part: LetterPart, placement: Placement
) -> tuple[LetterPart, Wave | None]:
    """The part with a code of the open wave, and that wave; the part as it is, where it needs none."""
    found = await ballots.find_code(context.database, keys.issuer.hash(part.code))
    if not part.moment or found is None or found.is_open or found.used or context.today > letter.last_on:
        return part, None
    now = wave_id(placement.unit, found.family, followed_half_year(context.now))
    wave = next(iter(await waves.open_among(context.database, [now])), None)
    if wave is None:
        return part, None
    code = pseudonyms.make_code(secrets.randbits)
    return LetterPart(wave=wave.id, code=code, moment=part.moment), wave


async def _store(
    context: Context,
    keys: MailingKeys,
    waiting: Waiting,
    letter: Letter,
    placement: Placement,
    fresh: list[tuple[LetterPart, Wave]],
) -> None:
    ids = [wave.id for _, wave in fresh]
    async with context.database.transaction():
        if not await ballots.hold_open(context.database, *ids):
            return
        had = await ballots.last_issues(context.database, *ids)
        rows = []
        for part, wave in fresh:
            invited = Invited(
                placement=placement,
                age=age_at_start(placement),
                moment=part.moment,
                last_on=letter.last_on,
            )
            issue = had.get(keys.issuer.holder(wave.id, invited.of), 0) + 1
            rows.append(code_row(keys.issuer, wave, part.code, invited, issue))
        await ballots.put_codes(context.database, rows)
        await ballots.count_invited(context.database, *ids)
        await outbox.reseal(context.database, waiting.id, sealed(letter, keys.outbox, waiting.id))
