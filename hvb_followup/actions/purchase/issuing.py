"""Issuing codes on placements: done by the placing municipality or the operator, never by the home (DESIGN §4.8).

No stored row says whose a code is. But who copies the database between two issuings sees which codes came together:
one person's alone, when hers is the only one of a municipality. Codes for a whole home at once tell nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hvb_followup import periods, pseudonyms
from hvb_followup.access import POLICY, Permission, Reach
from hvb_followup.actions.context import Context
from hvb_followup.ballot.card import Card, Issuer, issuer, seal_card
from hvb_followup.batches import batched
from hvb_followup.errors import Conflict, Problem, Refused
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.registry import Placement, Unit
from hvb_followup.store import ballots, homes, waves
from hvb_followup.store.ballots import CodeRow
from hvb_followup.store.waves import Wave
from hvb_followup.waves import cards, following

AT_ONCE = 50  # homes in one transaction: far below the 200 ms that a writer may hold the lock


class IssuedCode(msgspec.Struct, frozen=True):
    """A code in clear, once: it is stored nowhere.

    Where placements are followed, also the moment it asks about and the last day on which it opens.
    """

    placement: str
    code: str
    moment: str = ""
    last_on: dt.date | None = None


class Invited(msgspec.Struct, frozen=True, kw_only=True):
    """A placement that somebody is to answer about; ``moment`` and ``last_on`` where placements are followed."""

    placement: Placement
    age: int
    moment: str = ""
    last_on: dt.date | None = None

    @property
    def of(self) -> str:
        """What its codes in a wave share: the placement, and the moment where there are several."""
        return f"{self.placement.id} {self.moment}".rstrip()


async def issue_codes(
    context: Context, web_secret: bytes, unit_id: str, half_year: str, family: str, *, again: bool = False
) -> list[IssuedCode]:
    """Codes for those who live in the home and may answer, one each; ``again`` adds one for those who had one.

    In families that follow placements: for those whose start or end, or time since, is due to be asked about today.
    """
    lately = _lately(context, family) if _follows(context, family) else None
    unit = await context.unit(unit_id, Permission.CODES_ISSUE, since=lately)
    wave = await wave_of(unit, family, half_year)
    invited = [(wave, await invited_to(context, wave))]
    return (await _give(context, issuer(web_secret), invited, again=again))[wave.unit]


async def issue_everywhere(
    context: Context, web_secret: bytes, half_year: str, family: str
) -> dict[str, list[IssuedCode]]:
    """First codes in every home that is asked, by home: what ``issue_codes`` gives home by home, in fewer steps.

    For the operator's sealed letters; NotFound for anybody who reaches only some.
    """
    context.require(Permission.CODES_ISSUE)
    asked = await waves.asked(family, half_year)
    about = await _about(context, family, [wave.unit for wave in asked])
    issued: dict[str, list[IssuedCode]] = {}
    for some in batched(asked, AT_ONCE):
        invited = [(wave, _invited(context, wave, about.get(wave.unit, ()))) for wave in some]
        issued |= await _give(context, issuer(web_secret), invited, again=False)
    return issued


async def invited_to(context: Context, wave: Wave) -> list[Invited]:
    """Those of the person's own whom a wave asks today, whether or not they have a code."""
    return _invited(context, wave, (await _about(context, wave.family, [wave.unit])).get(wave.unit, ()))


async def _about(context: Context, family: str, units: Sequence[str]) -> Mapping[str, Sequence[Placement]]:
    """By home, the placements that a family may ask about today: who live there, or were there lately."""
    if _follows(context, family):
        return await homes.present(_lately(context, family), context.today, units)
    if len(units) == 1:
        return {units[0]: await homes.residents(units[0], context.today)}
    return await homes.all_residents(context.today)


def _lately(context: Context, family: str) -> dt.date:
    """The first day on which who left may still be asked about."""
    return following.first_end(context.catalogue.latest(family).instrument.moments, context.today)


def _follows(context: Context, family: str) -> bool:
    return context.catalogue.latest(family).publishing == "change"


def _invited(context: Context, wave: Wave, placements: Iterable[Placement]) -> list[Invited]:
    """Of the placements of the wave's home, the ones that somebody is to answer about now."""
    questionnaire = context.catalogue.questionnaire(wave.family, wave.major)
    if questionnaire.audience == "staff":
        raise Refused(_not_on_placements(wave.id))
    own = [placement for placement in placements if _is_own(context, placement)]
    if questionnaire.publishing == "change":
        return _to_follow(questionnaire, own, context.today)
    return [
        Invited(placement=placement, age=age_in(placement, wave.half_year))
        for placement in own
        if is_eligible(placement, questionnaire, wave.half_year)
    ]


def _to_follow(
    questionnaire: Questionnaire, placements: Iterable[Placement], today: dt.date
) -> list[Invited]:
    """The placements whose start, end or time since is due; who asks of whom is decided by the age at the start."""
    moments = questionnaire.instrument.moments
    found = [(placement, cards.due(placement, moments, today)) for placement in placements]
    return [
        Invited(
            placement=placement,
            age=following.age_at_start(placement),
            moment=due.name,
            last_on=due.answer_by,
        )
        for placement, due in found
        if due is not None and questionnaire.may_be_answered_at(following.age_at_start(placement))
    ]


async def _give(
    context: Context, by: Issuer, invited: Sequence[tuple[Wave, Sequence[Invited]]], *, again: bool
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
        for wave, asked in invited:
            numbered = [(one, had.get(by.holder(wave.id, one.of), 0) + 1) for one in asked]
            chosen = [(one, issue) for one, issue in numbered if again or issue == 1]
            codes = [
                IssuedCode(one.placement.id, pseudonyms.make_code(secrets.randbits), one.moment, one.last_on)
                for one, _ in chosen
            ]
            issued[wave.unit] = codes
            rows += [
                code_row(by, wave, code.code, one, issue)
                for (one, issue), code in zip(chosen, codes, strict=True)
            ]
        await ballots.put_codes(context.database, rows)
        await ballots.count_invited(context.database, *ids)
        # How many, and never which: the row stands beside the codes in the same transaction.
        where = ids[0] if len(ids) == 1 else f"{ids[0]} och {len(ids) - 1} till"
        await context.note(Permission.CODES_ISSUE, f"{where} {len(rows)}")
    return issued


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


def code_row(by: Issuer, wave: Wave, code: str, one: Invited, issue: int) -> CodeRow:
    """A code as it is stored: whose it is stands in its card alone."""
    card = Card(
        placement=one.placement.id,
        issue=issue,
        age=one.age,
        moment=one.moment,
        last_on=one.last_on.toordinal() if one.last_on else 0,
        starts_on=one.placement.starts_on.toordinal() if one.moment else 0,
    )
    return CodeRow(
        hash=by.hash(code),
        wave=wave.id,
        holder=by.holder(wave.id, one.of),
        issue=issue,
        card=seal_card(card, wave.id, by.card_key(code)),
    )


def is_eligible(placement: Placement, questionnaire: Questionnaire, half_year: str) -> bool:
    """True when the young person's age is within the questionnaire's."""
    return questionnaire.may_be_answered_at(age_in(placement, half_year))


def age_in(placement: Placement, half_year: str) -> int:
    """The age reached in the half-year's year; no finer birth date is kept."""
    return periods.first_day(half_year).year - placement.birth_year


def _is_own(context: Context, placement: Placement) -> bool:
    reach = POLICY[context.person.role].get(Permission.CODES_ISSUE)
    return reach is Reach.ALL or placement.municipality == context.person.scope
