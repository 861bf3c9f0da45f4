"""A draft is read with the card's key and no other, in its own place and no other, and has one length."""

from __future__ import annotations

import pytest

from hvb_followup.actions.respond.answering import sizes_of
from hvb_followup.actions.respond.sitting import new_mark
from hvb_followup.ballot.draft import Draft, draft_id, draft_key, open_draft, seal_draft
from hvb_followup.catalogue import Catalogue
from tests.ballot.examples import draft, fullest, shortest

SECRET = b"w" * 32
KEY = draft_key(SECRET, "K7MQ29TRXDA")
SIZE = 400
SAID = {"safe_here": "very", "alone": "alone"}


def test_a_draft_opens_with_its_own_key() -> None:
    assert open_draft(seal_draft(draft(SAID), KEY, SIZE), KEY) == draft(SAID)


@pytest.mark.parametrize("wrong", [draft_key(SECRET, "K7MQ29TRXDB"), draft_key(b"v" * 32, "K7MQ29TRXDA")])
def test_another_card_or_another_secret_reads_nothing(wrong: bytes) -> None:
    assert open_draft(seal_draft(draft(SAID), KEY, SIZE), wrong) == Draft()


def test_a_draft_moved_to_another_draft_id_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    body = seal_draft(draft(SAID), KEY, SIZE)
    monkeypatch.setattr("hvb_followup.ballot.draft.draft_id", lambda key: b"another's place!")
    assert open_draft(body, KEY) == Draft()


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_a_draft_with_one_byte_changed_does_not_open(place: int) -> None:
    body = bytearray(seal_draft(draft(SAID), KEY, SIZE))
    body[place] ^= 1
    assert open_draft(bytes(body), KEY) == Draft()


@pytest.mark.parametrize("body", [None, b""])
def test_no_draft_is_an_empty_one(body: bytes | None) -> None:
    assert open_draft(body, KEY) == Draft()


def test_empty_and_fullest_drafts_of_every_questionnaire_have_one_length(catalogue: Catalogue) -> None:
    for questionnaire in catalogue.questionnaires:
        size, mark = sizes_of(questionnaire).draft, new_mark()
        drafts = [
            Draft(),
            draft(shortest(questionnaire), mark),
            draft(fullest(questionnaire), mark),
        ]
        assert len({len(seal_draft(one, KEY, size)) for one in drafts}) == 1


def test_the_same_draft_sealed_twice_looks_different() -> None:
    assert seal_draft(draft(SAID), KEY, SIZE) != seal_draft(draft(SAID), KEY, SIZE)


def test_a_draft_that_does_not_fit_is_an_error_and_never_a_longer_one() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        seal_draft(draft({"safe_here": "x" * SIZE}), KEY, SIZE)


def test_where_a_draft_lies_tells_neither_key_nor_code() -> None:
    assert len(draft_id(KEY)) == 16
    assert draft_id(KEY) not in KEY
    assert draft_id(KEY) != draft_id(draft_key(SECRET, "K7MQ29TRXDB"))


def test_another_sitting_sees_nothing_of_this_one() -> None:
    written = Draft().with_answer("safe_here", "very", "first").with_answer("alone", "alone", "second")
    assert written.seen_in("first") == {"safe_here": "very"}
    assert written.seen_in("third") == {}
    assert written.with_answer("safe_here", "not", "second").seen_in("first") == {}
