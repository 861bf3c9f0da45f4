"""An envelope opens for the counter, for its own wave, and for nobody else; it has one length."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.actions.respond.answering import sizes_of
from hvb_followup.ballot.count import open_envelope
from hvb_followup.ballot.envelope import seal_envelope
from hvb_followup.catalogue import Catalogue
from tests.ballot.examples import OTHER_WAVE, WAVE, ballot, fullest, shortest

PRIVATE = X25519PrivateKey.generate()
PUBLIC = PRIVATE.public_key().public_bytes_raw()
SIZE = 600


def test_the_counter_reads_what_was_sealed() -> None:
    assert open_envelope(seal_envelope(ballot(), WAVE, PUBLIC, SIZE), WAVE, PRIVATE) == ballot()


def test_another_key_opens_nothing() -> None:
    assert (
        open_envelope(seal_envelope(ballot(), WAVE, PUBLIC, SIZE), WAVE, X25519PrivateKey.generate()) is None
    )


def test_an_envelope_moved_to_another_wave_does_not_open() -> None:
    assert open_envelope(seal_envelope(ballot(), WAVE, PUBLIC, SIZE), OTHER_WAVE, PRIVATE) is None


@pytest.mark.parametrize("place", [0, 31, 32, 200, -1])
def test_an_envelope_with_one_byte_changed_does_not_open(place: int) -> None:
    body = bytearray(seal_envelope(ballot(), WAVE, PUBLIC, SIZE))
    body[place] ^= 1
    assert open_envelope(bytes(body), WAVE, PRIVATE) is None


@pytest.mark.parametrize("body", [b"", b"\0", b"\0" * 31, b"\0" * 48, b"\xff" * 700])
def test_rubbish_in_the_box_is_no_ballot_and_no_fault(body: bytes) -> None:
    assert open_envelope(body, WAVE, PRIVATE) is None


def test_whoever_seals_cannot_find_the_ballot_in_the_envelope() -> None:
    first, second = (seal_envelope(ballot(), WAVE, PUBLIC, SIZE) for _ in range(2))
    assert first != second
    assert all(word not in first for word in (b"CANARY", b"safe_here", b"very", b"r" * 16))


def test_emptiest_and_fullest_envelopes_of_every_questionnaire_have_one_length(catalogue: Catalogue) -> None:
    for questionnaire in catalogue.questionnaires:
        size = sizes_of(questionnaire).ballot
        ballots = [
            ballot({}, placement="", age_band="", receipt=b""),
            ballot(shortest(questionnaire)),
            ballot(
                fullest(questionnaire),
                placement="å" * 24,
                issue=2**31 - 1,
                moment="follow_up",
                edition="standard",
                mode="interviewer",
                flagged=True,
            ),
        ]
        assert len({len(seal_envelope(one, WAVE, PUBLIC, size)) for one in ballots}) == 1


def test_a_ballot_that_does_not_fit_is_an_error_and_never_a_longer_envelope() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        seal_envelope(ballot({"safe_here": "x" * SIZE}), WAVE, PUBLIC, SIZE)
