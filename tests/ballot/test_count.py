"""Counting: what was taken back is out, the order says nothing, and the sealed wave has one length."""

from __future__ import annotations

from collections import Counter

import pytest
from cryptography.exceptions import InvalidTag

from hvb_followup.ballot.count import Record, linked, open_record, record_size, seal_record, with_link
from hvb_followup.catalogue import Catalogue
from hvb_followup.pseudonyms import link
from hvb_followup.questionnaires.answers import longest
from tests.ballot.examples import OTHER_WAVE, WAVE, ballot, fullest, shortest

STORAGE, LINK = b"s" * 32, b"l" * 32


def record(*counted: object, n_valid: int = 0, n_invited: int = 12) -> Record:
    return Record(counted=counted, n_valid=n_valid, n_invited=n_invited)  # type: ignore[arg-type]


def test_a_withdrawn_answer_is_out_and_no_other() -> None:
    ballots = [ballot(placement=f"L-{number}", receipt=bytes([number]) * 16) for number in range(5)]
    left = linked(ballots, {bytes([3]) * 16, b"matches nothing!"}, LINK)
    assert {one.receipt for one in left} == {bytes([number]) * 16 for number in (0, 1, 2, 4)}


def test_the_placement_ends_in_the_counter() -> None:
    counted = with_link(ballot(), LINK)
    assert counted.link == link(LINK, "L-CANARY-17")
    assert "L-CANARY-17" not in str(counted)


def test_every_order_of_a_wave_is_as_likely_as_another() -> None:
    """Four answers, 2 400 counts: each answer stands about 600 times in each place (five standard errors)."""
    ballots = [ballot(placement=f"L-{number}", receipt=bytes([number]) * 16) for number in range(4)]
    places = Counter(
        (one.receipt[0], place) for _ in range(2400) for place, one in enumerate(linked(ballots, (), LINK))
    )
    assert len(places) == 16
    assert all(abs(times - 600) < 5 * (2400 * 0.25 * 0.75) ** 0.5 for times in places.values())


def test_a_record_opens_for_its_own_wave_with_the_storage_key() -> None:
    whole = record(with_link(ballot(), LINK), n_valid=1)
    assert open_record(seal_record(whole, WAVE, STORAGE, 2000), WAVE, STORAGE) == whole


@pytest.mark.parametrize(("wave", "key"), [(OTHER_WAVE, STORAGE), (WAVE, b"t" * 32)])
def test_a_record_moved_to_another_wave_or_met_by_another_key_is_refused(wave: str, key: bytes) -> None:
    body = seal_record(record(), WAVE, STORAGE, 2000)
    with pytest.raises(InvalidTag):
        open_record(body, wave, key)


def test_a_wave_of_nobody_and_of_everybody_have_one_length(catalogue: Catalogue) -> None:
    for questionnaire in catalogue.questionnaires:
        size = record_size(longest(questionnaire), 12)
        counted = [
            with_link(ballot(said, issue=2**31 - 1, moment="follow_up", flagged=True), LINK)
            for said in [shortest(questionnaire)] + [fullest(questionnaire)] * 11
        ]
        records = [record(), record(counted[0], n_valid=1), record(*counted, n_valid=12)]
        assert len({len(seal_record(one, WAVE, STORAGE, size)) for one in records}) == 1
