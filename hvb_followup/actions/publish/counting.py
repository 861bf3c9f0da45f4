"""Closing and counting a wave: two steps, each of which may be killed and done again (DESIGN §6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence, Set
from itertools import groupby

import msgspec

from hvb_followup import periods
from hvb_followup.ballot.count import (
    Counted,
    Record,
    linked,
    open_envelope,
    open_record,
    record_size,
    seal_record,
    unlinked,
    wanted,
    with_link,
)
from hvb_followup.ballot.envelope import Ballot
from hvb_followup.ballot.own_words import seal_pile
from hvb_followup.batches import batched
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure.freeze import Given, keep
from hvb_followup.errors import HvbError, Problem, Unsound
from hvb_followup.keys.counter import CounterKeys
from hvb_followup.questionnaires.answers import longest, own_words
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.patterns import Answered, unmeant
from hvb_followup.store import counting, homes, waves
from hvb_followup.store import own_words as own_words_kept
from hvb_followup.store.database import Database
from hvb_followup.store.waves import Wave
from hvb_followup.waves import following

Piles = dict[str, bytes]
AT_ONCE = 20  # waves in one transaction: far below the 200 ms that a writer may hold the lock
WORDS_LAST = dt.timedelta(days=365)  # own words are thrown a year after their wave closed


async def close_and_count(
    database: Database,
    catalogue: Catalogue,
    keys: CounterKeys,
    now: dt.datetime,
    desk_key: bytes | None = None,
) -> int:
    """Close every wave whose time is over and count every closed one, the oldest first; how many were counted.

    ``desk_key`` is the public half of the desk's: own words are sealed to it, and a wave's once more together.

    Unsound, after the others, with the problem of each wave that could not be.

    No audit row tells who answered: what is written is that a wave was counted, by its state.
    """
    await waves.close_due(database, now)
    counted, faults = 0, list[Problem]()
    for some in _together(await waves.in_state("closed")):
        n, wrong = await count(database, catalogue, keys, some, desk_key)
        counted, faults = counted + n, faults + wrong
    await counting.sweep(database)
    await own_words_kept.sweep(database, now - WORDS_LAST)
    if faults:
        raise Unsound(*faults)
    return counted


def _together(closed: Sequence[Wave]) -> Iterator[Sequence[Wave]]:
    """The waves in their order, so many at a time, and those of one half-year only: a wave asks of the one before."""
    for _, group in groupby(closed, key=lambda wave: wave.half_year):
        yield from batched(list(group), AT_ONCE)


async def count(
    database: Database,
    catalogue: Catalogue,
    keys: CounterKeys,
    some: Sequence[Wave],
    desk_key: bytes | None = None,
) -> tuple[int, list[Problem]]:
    """Count closed waves of one half-year in one transaction; how many, and what is wrong with each of the others.

    Who finds a wave counted already does not count it again. One wave that cannot be counted stays as it is, and
    does not keep the others waiting.
    """
    withdrawn = await counting.withdrawals(database)
    records, faults = list[tuple[Wave, bytes, Piles]](), list[Problem]()
    for wave in some:
        try:
            record, piles = await _sealed(database, catalogue, keys, wave, withdrawn, desk_key)
            records.append((wave, record, piles))
        except HvbError as fault:
            faults += fault.problems
    async with database.transaction():
        return sum([await counting.seal(database, *one) for one in records]), faults


async def _sealed(
    database: Database,
    catalogue: Catalogue,
    keys: CounterKeys,
    wave: Wave,
    withdrawn: Set[bytes],
    desk_key: bytes | None,
) -> tuple[bytes, Piles]:
    """A closed wave's sealed record: open, drop, link, shuffle, seal; and beside it its own words, unopened."""
    private = keys.counting_key(wave.half_year)
    opened = [open_envelope(body, wave.id, private) for body in await counting.envelopes(database, wave.id)]
    if opened and not any(opened):
        raise Unsound(_wrong_key(wave))
    ballots = [ballot for ballot in opened if ballot is not None]
    valid = linked(ballots, withdrawn, keys.link)
    questionnaire = catalogue.questionnaire(wave.family, wave.major)
    is_anonymous = questionnaire.instrument.identity == "anonymous"
    if is_anonymous:
        valid = unlinked(valid)
    valid = _marked(questionnaire, valid)
    is_level = questionnaire.publishing == "level" and not is_anonymous
    before = await _kept_before(database, keys, wave) if is_level else frozenset[str]()
    kept = _kept(valid, before, is_level=is_level)
    # Who answered half a year ago has responded all the same; who was helped by staff has not.
    responded = _kept(valid, frozenset(), is_level=is_level)
    record = Record(
        counted=tuple(kept),
        n_valid=len(responded),
        n_invited=wave.invited,
        n_ended=await _ended(wave, questionnaire) if questionnaire.publishing == "change" else 0,
    )
    invited = max(wave.invited, len(opened))
    size = record_size(longest(questionnaire), invited)
    spoken = _responding(questionnaire, wanted(ballots, withdrawn), keys.link)
    piles = _piles(questionnaire, wave, spoken, invited, desk_key)
    return seal_record(record, wave.id, keys.storage, size), piles


def _responding(questionnaire: Questionnaire, ballots: list[Ballot], link_key: bytes) -> list[Ballot]:
    """The ballots whose own words are read: the latest of each person and moment, and none that staff helped with."""
    valid = [with_link(ballot, link_key) for ballot in ballots]
    if questionnaire.instrument.identity == "anonymous":
        valid = unlinked(valid)
    given = _given(_marked(questionnaire, valid))
    return [ballots[place] for place in keep(given, frozenset(), is_level=False)]


def _piles(
    questionnaire: Questionnaire, wave: Wave, ballots: list[Ballot], invited: int, desk_key: bytes | None
) -> Piles:
    """The own words of a wave by question: shuffled for themselves, so that nothing joins them to an answer set.

    Unsound where there are texts and no key to seal them together with.
    """
    if desk_key is None and any(ballot.texts for ballot in ballots):
        raise Unsound(_no_desk(wave))
    if desk_key is None:
        return {}
    texts = {
        item: [one.texts[item] for one in ballots if item in one.texts] for item in own_words(questionnaire)
    }
    return {
        item: seal_pile(texts[item], invited, wave.id, item, most, desk_key)
        for item, most in own_words(questionnaire).items()
    }


def _no_desk(wave: Wave) -> Problem:
    return Problem(
        code="desk-key",
        where=wave.id,
        says="Det finns egna ord men ingen nyckel till disken.",
        mend="Lägg tillbaka desk.pub bland de öppna nycklarna; kuverten ligger kvar.",
    )


async def _ended(wave: Wave, questionnaire: Questionnaire) -> int:
    """How many placements of the home ended during the wave and were to be followed up, as is known at its close."""
    first, last = periods.local_day(wave.opens_at), periods.local_day(wave.closes_at) - dt.timedelta(days=1)
    there = (await homes.present(first, last, [wave.unit])).get(wave.unit, [])
    return sum(
        following.is_to_be_followed(one, first, last)
        and questionnaire.may_be_answered_at(following.age_at_start(one))
        for one in there
    )


def _marked(questionnaire: Questionnaire, valid: list[Counted]) -> list[Counted]:
    """The answer sets, those flagged that nobody can have meant."""
    places = unmeant(questionnaire, [Answered(one.edition, one.answers) for one in valid])
    return [
        msgspec.structs.replace(one, flagged=True) if place in places else one
        for place, one in enumerate(valid)
    ]


def _wrong_key(wave: Wave) -> Problem:
    """Not one envelope opens: sealing the wave now would delete every answer in it."""
    return Problem(
        code="counting-key",
        where=wave.id,
        says=f"Nyckeln för {wave.half_year} öppnar inget kuvert.",
        mend="Återställ räknarens nycklar; kuverten ligger kvar.",
    )


def _kept(valid: list[Counted], before: frozenset[str], *, is_level: bool) -> list[Counted]:
    """What freezing keeps of the answers, in the order the shuffle gave them."""
    return [valid[place] for place in keep(_given(valid), before, is_level=is_level)]


def _given(valid: list[Counted]) -> list[Given]:
    return [Given(one.link, one.moment, one.issue, one.answers.get("alone"), one.flagged) for one in valid]


async def _kept_before(database: Database, keys: CounterKeys, wave: Wave) -> frozenset[str]:
    """The links kept in this home and family in the half-year before."""
    earlier = await counting.sealed_wave(database, wave.unit, wave.family, periods.shift(wave.half_year, -1))
    if earlier is None:
        return frozenset()
    record = open_record(earlier.record, earlier.wave, keys.storage)
    return frozenset(one.link for one in record.counted)
