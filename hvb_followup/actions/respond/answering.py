"""Entering a code, saving an answer, "Klar", and taking an answer back.

No errand here authorises by who somebody is: a code is a right to write, once. None writes an audit row, a log
line or a time (DESIGN §4.2), and none gives back an answer from an earlier sitting (§4.9).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from hvb_followup import periods, registry
from hvb_followup.actions.pacing import Gate, count_in_vain, refuse_too_fast
from hvb_followup.actions.respond import resuming
from hvb_followup.actions.respond.sitting import Sitting, new_mark
from hvb_followup.ballot.card import card_key, issuer, open_card
from hvb_followup.ballot.draft import Draft, draft_id, draft_key, draft_size, open_draft, seal_draft
from hvb_followup.ballot.envelope import Ballot, ballot_size, seal_envelope
from hvb_followup.ballot.own_words import room, seal_text
from hvb_followup.ballot.receipt import receipt, receipt_hash
from hvb_followup.catalogue import Catalogue
from hvb_followup.errors import Problem, Unsound
from hvb_followup.keys.web import WebKeys
from hvb_followup.pseudonyms import is_code, read_code
from hvb_followup.questionnaires import answers as answers_
from hvb_followup.questionnaires.model import Item, Questionnaire
from hvb_followup.questionnaires.routing import most, shown
from hvb_followup.store import ballots
from hvb_followup.store.ballots import Outcome
from hvb_followup.store.database import Database
from hvb_followup.throttling import CODES, RECEIPTS, Visitor


class BallotBox(msgspec.Struct, frozen=True, kw_only=True):
    """What the answering errands lean on."""

    database: Database
    catalogue: Catalogue
    keys: WebKeys
    receipt_words: Sequence[str]
    sizes: dict[tuple[str, int], Sizes]
    paths: dict[tuple[str, int, str, int, bool], tuple[Item, ...]] = {}

    def questionnaire(self, sitting: Sitting) -> Questionnaire:
        """The questionnaire of a sitting."""
        return self.catalogue.questionnaire(sitting.family, sitting.major)

    @property
    def asks_for_words(self) -> bool:
        """True where own words can be sealed to a desk: nobody is asked for them elsewhere (DESIGN §4.10)."""
        return self.keys.desk_key() is not None

    @property
    def gate(self) -> Gate:
        """Where tries in vain are counted."""
        return Gate(database=self.database, secret=self.keys.secret)


def make_box(
    database: Database, catalogue: Catalogue, keys: WebKeys, receipt_words: Sequence[str]
) -> BallotBox:
    """A ballot box; what every page needs of a questionnaire is worked out once."""
    sizes = {(one.id, one.major): sizes_of(one) for one in catalogue.questionnaires}
    return BallotBox(
        database=database, catalogue=catalogue, keys=keys, receipt_words=receipt_words, sizes=sizes
    )


class Finished(msgspec.Struct, frozen=True):
    """A "Klar" that was heard: taken now or before, or too late; and the receipt of the sitting."""

    outcome: Outcome
    receipt: tuple[str, ...]


async def enter(
    box: BallotBox, typed: str, *, language: str, now: dt.datetime, net: str = ""
) -> Sitting | None:
    """The sitting a code opens; None for a wrong, used or expired one, after the same statements.

    Raises TooMany before anything is looked up. Who gets in leaves no row; what cannot be a code is no try.
    """
    code, visitor = read_code(typed), Visitor(net=net)
    if not is_code(code):
        return None
    await refuse_too_fast(box.gate, CODES, visitor, now)
    sitting = await open_code(box, code, language=language, now=now)
    if sitting is None:
        await count_in_vain(box.gate, CODES, visitor, now)
    return sitting


async def open_code(box: BallotBox, code: str, *, language: str, now: dt.datetime) -> Sitting | None:
    """``enter``, past the door: for whoever has made the code and cannot guess at it.

    Only here, with the code in hand, is it seen whose it is; from now on her own cookie says so, and no row.
    """
    hashed = code_hash(box.keys.secret, code)
    found = await ballots.find_code(box.database, hashed)
    if found is None or found.used or not found.is_open:
        return None
    card = open_card(found.card, found.wave, card_key(box.keys.secret, code))
    if card is None or 0 < card.last_on < periods.local_day(now).toordinal():
        return None
    return Sitting(
        code_hash=hashed,
        draft_key=draft_key(box.keys.secret, code),
        wave=found.wave,
        half_year=found.half_year,
        family=found.family,
        major=found.major,
        placement=card.placement,
        issue=card.issue,
        age=card.age,
        language=language,
        edition="standard",
        mark=new_mark(),
        seen_at=int(now.timestamp()),
        moment=card.moment,
        starts_on=card.starts_on,
        last_on=card.last_on,
    )


def code_hash(web_secret: bytes, code: str) -> bytes:
    """What the database knows of a code."""
    return issuer(web_secret).hash(code)


async def draft_of(box: BallotBox, sitting: Sitting) -> Draft:
    """The draft of a sitting; empty before the first answer."""
    body = await ballots.read_draft(box.database, draft_id(sitting.draft_key))
    return open_draft(body, sitting.draft_key)


def items(box: BallotBox, sitting: Sitting, draft: Draft) -> tuple[Item, ...]:
    """The questions of the sitting, given its own answers so far; without conditions the path is always the same.

    Never an earlier sitting's: which questions come would tell what was answered in it (DESIGN §4.9).
    """
    key = (sitting.family, sitting.major, sitting.edition, sitting.age, box.asks_for_words)
    if key in box.paths:
        return box.paths[key]
    questionnaire = box.questionnaire(sitting)
    path = shown(
        questionnaire,
        edition=sitting.edition,
        age=sitting.age,
        moment=sitting.moment,
        answers=resuming.seen(sitting, draft),
        with_text=box.asks_for_words,
    )
    if not any(item.show_if for item in questionnaire.items):
        box.paths[key] = path
    return path


def most_questions(box: BallotBox, sitting: Sitting, draft: Draft) -> int:
    """How many questions the sitting can still come to, so that "3 av 20" never grows (R7 I5)."""
    key = (sitting.family, sitting.major, sitting.edition, sitting.age, box.asks_for_words)
    if key in box.paths:
        return len(box.paths[key])
    return most(
        box.questionnaire(sitting),
        edition=sitting.edition,
        age=sitting.age,
        moment=sitting.moment,
        answers=resuming.seen(sitting, draft),
        with_text=box.asks_for_words,
    )


def goes_on_at(box: BallotBox, sitting: Sitting, draft: Draft) -> int:
    """The number of the first question to be answered; the last one's where all have been."""
    path = items(box, sitting, draft)
    return resuming.first_open(box.questionnaire(sitting), sitting, draft, path) or len(path)


async def save(box: BallotBox, sitting: Sitting, draft: Draft, item: Item, answer: str) -> bool:
    """Save one answer in the draft; False when the wave is over.

    A question that is only asked again, since its answer is never shown, keeps that answer when it is skipped.
    Where the answer spares her questions the draft is written once more for each of them: a log of writes must
    not tell what she answered, and so everybody who comes to the end has written equally often (DESIGN §4.2).
    """
    changed = _changed(box, sitting, draft, item, answer)
    size, key = box.sizes[sitting.family, sitting.major].draft, draft_id(sitting.draft_key)
    spared = most_questions(box, sitting, draft) - most_questions(box, sitting, changed)
    for _ in range(1 + max(0, spared)):
        body = seal_draft(changed, sitting.draft_key, size)
        if not await ballots.save_draft(box.database, key, sitting.wave, body):
            return False
    return True


def _changed(box: BallotBox, sitting: Sitting, draft: Draft, item: Item, answer: str) -> Draft:
    is_passed = answer == answers_.SKIPPED and resuming.is_asked_again(
        box.questionnaire(sitting), sitting, draft, item.id
    )
    if is_passed:
        return draft.passing_over(item.id, sitting.mark)
    return draft.with_answer(item.id, answer, sitting.mark, sitting.edition)


async def save_words(box: BallotBox, sitting: Sitting, draft: Draft, item: Item, text: str | None) -> bool:
    """Save own words, sealed to the desk before they reach the draft; False when the wave is over.

    None takes back what was written; "" leaves it, since nobody can be shown it again. Either way it is one write of
    the draft's one length, and among the answers the question stands as skipped.
    """
    if text != "":
        draft = draft.with_text(item.id, None if text is None else _sealed(box, sitting, item, text))
    return await save(box, sitting, draft, item, answers_.SKIPPED)


async def finish(box: BallotBox, sitting: Sitting) -> Finished:
    """ "Klar": seal the draft to the counter and forget it; said again, it changes nothing."""
    words = receipt(sitting.draft_key, box.receipt_words)
    found = await ballots.find_for_klar(box.database, sitting.code_hash, draft_id(sitting.draft_key))
    if found is None or found.used or not found.is_open:
        return Finished(Outcome.REPEATED if found and found.used else Outcome.OVER, words)
    draft = open_draft(found.draft, sitting.draft_key)
    return Finished(await _seal(box, sitting, draft, words), words)


async def hand_in(box: BallotBox, sitting: Sitting, answers: Mapping[str, str]) -> Finished:
    """ "Klar" of answers that come all at once, without a draft under way: sealed as any others are."""
    words = receipt(sitting.draft_key, box.receipt_words)
    return Finished(await _seal(box, sitting, Draft(answers=dict(answers)), words), words)


async def _seal(box: BallotBox, sitting: Sitting, draft: Draft, words: tuple[str, ...]) -> Outcome:
    """Seal the answers to the counter, for the code that then is used."""
    ballot = _ballot(box, sitting, draft, words)
    size = box.sizes[sitting.family, sitting.major].ballot
    envelope = seal_envelope(ballot, sitting.wave, box.keys.counting_key(sitting.half_year), size)
    key = draft_id(sitting.draft_key)
    return await ballots.finish(box.database, sitting.code_hash, key, sitting.wave, envelope)


def _ballot(box: BallotBox, sitting: Sitting, draft: Draft, words: tuple[str, ...]) -> Ballot:
    return Ballot(
        placement=sitting.placement,
        issue=sitting.issue,
        age_band=registry.age_band(sitting.age),
        moment=sitting.moment,
        language=sitting.language,
        edition=sitting.edition,
        mode=sitting.mode,
        sound=sitting.sound,
        pictures=sitting.shows_pictures,
        answers=answers_.complete(
            box.questionnaire(sitting),
            edition=sitting.edition,
            age=sitting.age,
            moment=sitting.moment,
            answers=draft.answers,
        ),
        receipt=receipt_hash(box.keys.secret, words),
        texts=draft.texts,
    )


def _sealed(box: BallotBox, sitting: Sitting, item: Item, text: str) -> bytes:
    key = box.keys.desk_key()
    if key is None:
        raise Unsound(Problem(code="desk-key", where="", says="Det finns ingen disk."))
    return seal_text(text, sitting.wave, item.id, item.max_chars, key)


async def take_back(box: BallotBox, words: Sequence[str], *, now: dt.datetime, net: str = "") -> None:
    """``withdraw``, from the door: every try is counted, since nobody knows yet which are right. Raises TooMany."""
    visitor = Visitor(net=net)
    await refuse_too_fast(box.gate, RECEIPTS, visitor, now)
    await count_in_vain(box.gate, RECEIPTS, visitor, now)
    await withdraw(box, words)


async def withdraw(box: BallotBox, words: Sequence[str]) -> None:
    """Ask for an answer to be taken back at close; answered alike whether the words match or not."""
    await ballots.withdraw(box.database, receipt_hash(box.keys.secret, words))


class Sizes(msgspec.Struct, frozen=True):
    """The one length of a questionnaire's drafts, and of its ballots."""

    draft: int
    ballot: int


def sizes_of(questionnaire: Questionnaire) -> Sizes:
    """The sizes of a questionnaire."""
    longest, texts = answers_.longest(questionnaire), room(answers_.own_words(questionnaire))
    return Sizes(draft_size(longest, len(questionnaire.items), texts), ballot_size(longest, texts))
