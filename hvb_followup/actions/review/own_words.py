"""Reading own words of closed waves: a purpose first, an audit row before anything is shown, and themes back.

The reader meets the texts of a question from every home in one order, which is that of their ciphertexts' marks, and
never learns from which home one comes. No text leaves the desk; which themes were found is sealed to its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hvb_followup.access import Permission
from hvb_followup.actions.review.cases import LONGEST_PURPOSE, Desk
from hvb_followup.ballot import sealed_found
from hvb_followup.ballot.own_words import slots
from hvb_followup.ballot.read_words import marks, open_pile
from hvb_followup.disclosure import word_themes as rules
from hvb_followup.errors import Conflict, Problem, Refused, Unsound, not_found
from hvb_followup.questionnaires.answers import own_words as asked_in_words
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.word_themes import WordTheme
from hvb_followup.store import own_words
from hvb_followup.store.own_words import Pool

AT_ONCE = 15  # texts on one page: a form of themes for more would be too large
MOST_THEMES = 4


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """One text with its mark and the themes that it has been given."""

    mark: str
    text: str
    themes: tuple[str, ...] = ()


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """An opened pool: some of its texts, how many there are in all and without themes, and how many did not open."""

    pool: Pool
    texts: tuple[Written, ...]
    n_texts: int
    n_left: int
    n_shut: int


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A pool, the question it answers, and the themes that enough texts have, in the order of the list.

    ``is_whole`` is false while a wave of it remains to be counted: then it cannot be opened.
    """

    pool: Pool
    question: str
    title: str
    themes: tuple[WordTheme, ...]

    @property
    def is_whole(self) -> bool:
        return self.pool.is_whole


async def list_pools(desk: Desk) -> list[Told]:
    """Every pool with what may be told of it; not how many wrote, and no home."""
    _require(desk)
    return [await _told(desk, pool) for pool in await own_words.pools(desk.context.database)]


async def find_pool(desk: Desk, pool_id: str) -> Told:
    """One pool before it is opened; NotFound where there is none."""
    _require(desk)
    return await _told(desk, await _pool(desk, pool_id))


async def open_pool(desk: Desk, pool_id: str, purpose: str, *, again: int = 0) -> Read:
    """Open some texts of a closed wave's question for a purpose; the audit row is on disk before.

    First those without themes; with ``again`` those that have them, from that page on, to be looked at once more.
    Refused without a purpose, or while a wave of the half-year remains: who reads a home's texts alone knows the home.
    """
    _require(desk)
    pool = await _pool(desk, pool_id)
    why = " ".join(purpose.split())[:LONGEST_PURPOSE]
    if not why:
        raise Refused(_problem("Skriv varför du läser texterna.", "Skriv inga namn."))
    if not pool.is_whole:
        raise Refused(
            _problem("Alla mätomgångar är inte räknade än.", "Vänta tills halvårets sista har stängt.")
        )
    database = desk.context.database
    async with database.transaction():
        await desk.context.note(Permission.WORDS_READ, f"läste {pool.id}: {why}")
    found, _ = await _found(desk, pool)
    texts, n_shut = await _texts(desk, pool, found)
    left = [one for one in texts if not one.themes]
    chosen = [one for one in texts if one.themes][(again - 1) * AT_ONCE :] if again else left
    return Read(pool=pool, texts=tuple(chosen[:AT_ONCE]), n_texts=len(texts), n_left=len(left), n_shut=n_shut)


async def give_themes(desk: Desk, pool_id: str, given: Mapping[str, Sequence[str]]) -> None:
    """Keep the themes that a reader gave some texts, by their marks; a text without any stays unread.

    Refused for what is no theme or no text of the pool; Conflict where somebody else has given themes meanwhile.
    """
    _require(desk)
    pool = await _pool(desk, pool_id)
    _refuse_odd(desk, given)
    found, version = await _found(desk, pool)
    homes = await _homes(desk, pool)
    if not given.keys() <= homes.keys():
        raise Refused(_problem("En text finns inte längre.", "Läs listan på nytt."))
    now = {mark: themes for mark, themes in {**found, **_tuples(given)}.items() if themes and mark in homes}
    body = sealed_found.seal_found(now, pool.id, await _room(desk, pool), desk.key)
    database = desk.context.database
    async with database.transaction():
        if not await own_words.put_found(database, pool.id, version, body):
            raise Conflict(_problem("Någon annan har gett teman samtidigt.", "Läs listan på nytt."))
        await desk.context.note(Permission.WORDS_READ, f"gav teman i {pool.id}")


async def _told(desk: Desk, pool: Pool) -> Told:
    questionnaire = _questionnaire(desk, pool)
    found, _ = await _found(desk, pool)
    homes = await _homes(desk, pool) if found else {}
    themes = desk.context.catalogue.word_themes.theme
    enough = rules.told(
        [rules.Themed(homes[mark], given) for mark, given in found.items() if mark in homes],
        {one.id for one in themes if one.sensitivity == 2},
        {one.id for one in themes if not one.shown},
    )
    return Told(
        pool=pool,
        question=questionnaire.question(questionnaire.item(pool.item), "sv", "standard"),
        title=questionnaire.title("sv"),
        themes=tuple(one for one in themes if one.id in enough),
    )


async def _texts(desk: Desk, pool: Pool, found: sealed_found.Found) -> tuple[list[Written], int]:
    """Every text of a pool in the order of the marks, and how many did not open."""
    texts, n_shut = list[Written](), 0
    for one in await own_words.piles(desk.context.database, pool):
        for mark, text in open_pile(one.pile, one.wave, pool.item, _most(desk, pool), desk.key):
            n_shut += text is None
            if text is not None:
                texts.append(Written(mark=mark, text=text, themes=found.get(mark, ())))
    return sorted(texts, key=lambda one: one.mark), n_shut


async def _homes(desk: Desk, pool: Pool) -> dict[str, str]:
    """In which home each text of a pool was written, by its mark; never shown to anybody."""
    return {
        mark: one.unit
        for one in await own_words.piles(desk.context.database, pool)
        for mark in marks(one.pile, one.wave, pool.item, _most(desk, pool), desk.key)
    }


async def _room(desk: Desk, pool: Pool) -> int:
    """How many texts there could be: as many as were invited."""
    return sum(
        slots(one.pile, _most(desk, pool)) for one in await own_words.piles(desk.context.database, pool)
    )


async def _found(desk: Desk, pool: Pool) -> tuple[sealed_found.Found, int]:
    version, body = await own_words.found(desk.context.database, pool.id)
    if not body:
        return {}, version
    found = sealed_found.open_found(body, pool.id, desk.key)
    if found is None:
        raise Unsound(_problem("Temana går inte att öppna: någon har ändrat dem.", "Säg till driften."))
    return found, version


async def _pool(desk: Desk, pool_id: str) -> Pool:
    for one in await own_words.pools(desk.context.database):
        if one.id == pool_id:
            return one
    raise not_found(pool_id[:80])


def _questionnaire(desk: Desk, pool: Pool) -> Questionnaire:
    return desk.context.catalogue.questionnaire(pool.family, pool.major)


def _most(desk: Desk, pool: Pool) -> int:
    return asked_in_words(_questionnaire(desk, pool))[pool.item]


def _refuse_odd(desk: Desk, given: Mapping[str, Iterable[str]]) -> None:
    known = {one.id for one in desk.context.catalogue.word_themes.theme}
    for themes in given.values():
        if not set(themes) <= known:
            raise Refused(_problem("Temat finns inte.", "Läs listan på nytt."))
        if len(set(themes)) > MOST_THEMES:
            raise Refused(_problem(f"En text kan ha högst {MOST_THEMES} teman.", "Välj de viktigaste."))


def _tuples(given: Mapping[str, Sequence[str]]) -> sealed_found.Found:
    return {mark: tuple(dict.fromkeys(themes)) for mark, themes in given.items()}


def _require(desk: Desk) -> None:
    """Go on only as a reviewer who is one of the recipients; for others there is no desk."""
    desk.require()
    desk.context.require(Permission.WORDS_READ)


def _problem(says: str, mend: str) -> Problem:
    return Problem(code="own-words", where="", says=says, mend=mend)
