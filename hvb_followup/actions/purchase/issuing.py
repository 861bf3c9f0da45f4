"""Issuing codes on placements: done by the placing municipality or the operator, never by the home (DESIGN §4.8).

No stored row says whose a code is. But who copies the database between two issuings sees which codes came together:
one person's alone, when hers is the only one of a municipality. Codes for a whole home at once tell nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hvb_followup import periods, pseudonyms
from hvb_followup.access import POLICY, Permission, Reach
from hvb_followup.actions.context import Context
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.ballot.card import Card, card_key, holder, seal_card
from hvb_followup.errors import Conflict, Problem, Refused
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.registry import Placement, Unit
from hvb_followup.store import ballots, homes, waves
from hvb_followup.store.ballots import CodeRow
from hvb_followup.store.waves import Wave

AT_ONCE = 50  # homes in one transaction: far below the 200 ms that a writer may hold the lock


class IssuedCode(msgspec.Struct, frozen=True):
    """A code in clear, once: it is stored nowhere."""

    placement: str
    code: str


async def issue_codes(
    context: Context, web_secret: bytes, unit_id: str, half_year: str, family: str, *, again: bool = False
) -> list[IssuedCode]:
    """Codes for those who live in the home and may answer, one each; ``again`` adds one for those who had one."""
    unit = await context.unit(unit_id, Permission.CODES_ISSUE)
    wave = await wave_of(unit, family, half_year)
    invited = _invited(context, wave, await homes.residents(unit.id, context.today))
    return (await _give(context, web_secret, [(wave, invited)], again=again))[wave.unit]


async def issue_everywhere(
    context: Context, web_secret: bytes, half_year: str, family: str
) -> dict[str, list[IssuedCode]]:
    """First codes in every home that is asked, by home: what ``issue_codes`` gives home by home, in fewer steps.

    For the operator's sealed letters; NotFound for anybody who reaches only some.
    """
    context.require(Permission.CODES_ISSUE)
    asked = await waves.asked(family, half_year)
    residents = await homes.all_residents(context.today)
    issued: dict[str, list[IssuedCode]] = {}
    for some in batched(asked, AT_ONCE):
        invited = [(wave, _invited(context, wave, residents.get(wave.unit, ()))) for wave in some]
        issued |= await _give(context, web_secret, invited, again=False)
    return issued


Invited = Sequence[tuple[Wave, Sequence[Placement]]]


def _invited(context: Context, wave: Wave, residents: Iterable[Placement]) -> list[Placement]:
    """Of those who live in the wave's home, the ones who may answer."""
    questionnaire = context.catalogue.questionnaire(wave.family, wave.major)
    if questionnaire.audience == "staff":
        raise Refused(_not_on_placements(wave.id))
    return [
        placement
        for placement in residents
        if is_eligible(placement, questionnaire, wave.half_year) and _is_own(context, placement)
    ]


async def _give(
    context: Context, web_secret: bytes, invited: Invited, *, again: bool
) -> dict[str, list[IssuedCode]]:
    """A code each, by home, in one transaction."""
    ids = [wave.id for wave, _ in invited]
    async with context.database.transaction():
        # Held until commit: two who issue at once give one code each, and none is given in a wave that closes.
        if not await ballots.hold_open(context.database, *ids):
            raise not_open(", ".join(ids))
        had = await ballots.last_issues(context.database, *ids)
        issued: dict[str, list[IssuedCode]] = {}
        rows: list[CodeRow] = []
        for wave, placements in invited:
            numbered = [(one, had.get(holder(web_secret, wave.id, one.id), 0) + 1) for one in placements]
            chosen = [(one, issue) for one, issue in numbered if again or issue == 1]
            codes = [IssuedCode(one.id, pseudonyms.make_code(secrets.randbits)) for one, _ in chosen]
            issued[wave.unit] = codes
            rows += [
                _row(web_secret, wave, code.code, placement, issue)
                for (placement, issue), code in zip(chosen, codes, strict=True)
            ]
        await ballots.put_codes(context.database, rows)
        await ballots.count_invited(context.database, *ids)
        # How many, and never which: the row stands beside the codes in the same transaction.
        where = ids[0] if len(ids) == 1 else f"{ids[0]} och {len(ids) - 1} till"
        await context.note(Permission.CODES_ISSUE, f"{where} {len(rows)}")
    return issued


def batched(every: Sequence[Wave], size: int) -> Iterator[Sequence[Wave]]:
    """The waves in their order, so many at a time."""
    return (every[first : first + size] for first in range(0, len(every), size))


async def wave_of(unit: Unit, family: str, half_year: str) -> Wave:
    """The wave of a home; Conflict when it was never opened."""
    wave_id = waves.wave_id(unit.id, family, half_year)
    wave = await waves.wave(wave_id)
    if wave is None:
        raise not_open(wave_id)
    return wave


def not_open(wave_id: str) -> Conflict:
    """The wave takes no codes, not yet or no longer."""
    return Conflict(
        Problem(
            code="wave-not-open",
            where=wave_id,
            says="Mätomgången är inte öppen.",
            mend="Öppna den med `hvb tick` när tiden är inne.",
        )
    )


def _not_on_placements(wave_id: str) -> Problem:
    return Problem(
        code="codes-of-staff",
        where=wave_id,
        says="Personalens koder hör inte till någon placering.",
        mend="Ge ut dem som ett antal kort till skyddsombudet: --count.",
    )


def _row(web_secret: bytes, wave: Wave, code: str, placement: Placement, issue: int) -> CodeRow:
    """A code as it is stored: whose it is stands in its card alone."""
    card = Card(placement=placement.id, issue=issue, age=age_in(placement, wave.half_year))
    return CodeRow(
        hash=code_hash(web_secret, code),
        wave=wave.id,
        holder=holder(web_secret, wave.id, placement.id),
        issue=issue,
        card=seal_card(card, wave.id, card_key(web_secret, code)),
    )


def is_eligible(placement: Placement, questionnaire: Questionnaire, half_year: str) -> bool:
    """True when the young person's age is within the questionnaire's."""
    low, high = questionnaire.ages or (0, 200)
    return low <= age_in(placement, half_year) <= high


def age_in(placement: Placement, half_year: str) -> int:
    """The age reached in the half-year's year; no finer birth date is kept."""
    return periods.first_day(half_year).year - placement.birth_year


def _is_own(context: Context, placement: Placement) -> bool:
    reach = POLICY[context.person.role].get(Permission.CODES_ISSUE)
    return reach is Reach.ALL or placement.municipality == context.person.scope
