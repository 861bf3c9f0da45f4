"""A card is opened by its code and the web's secret together, in its wave, and is as long as everybody's."""

from __future__ import annotations

import pytest

from hvb_followup.actions.respond.sitting import Sitting, open_sitting, seal_sitting
from hvb_followup.ballot.card import Card, card_key, holder, open_card, seal_card
from tests.ballot.examples import OTHER_WAVE, WAVE
from tests.world import HALF_YEAR, NORTH, World

SECRET = b"w" * 32
CODE = "K7MQ29TRXDA"
KEY = card_key(SECRET, CODE)
CARD = Card(placement="L-CANARY-17", issue=1, age=16)


def test_a_card_opens_with_its_code_and_the_webs_secret() -> None:
    assert open_card(seal_card(CARD, WAVE, KEY), WAVE, KEY) == CARD


@pytest.mark.parametrize(
    ("wave", "key"),
    [
        (WAVE, card_key(SECRET, "K7MQ29TRXDB")),
        (WAVE, card_key(b"v" * 32, CODE)),
        (WAVE, SECRET),
        (OTHER_WAVE, KEY),
    ],
    ids=["another code", "another secret", "the secret alone", "another wave"],
)
def test_nothing_else_opens_it(wave: str, key: bytes) -> None:
    assert open_card(seal_card(CARD, WAVE, KEY), wave, key) is None


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_a_card_with_one_byte_changed_does_not_open(place: int) -> None:
    body = bytearray(seal_card(CARD, WAVE, KEY))
    body[place] ^= 1
    assert open_card(bytes(body), WAVE, KEY) is None


@pytest.mark.parametrize("body", [b"", b"\0" * 11, b"\0" * 200])
def test_what_is_no_card_opens_nothing(body: bytes) -> None:
    assert open_card(body, WAVE, KEY) is None


def test_every_card_has_one_length_and_none_looks_like_another() -> None:
    cards = [
        Card(placement="", issue=1, age=0),
        CARD,
        CARD,
        Card(placement="L" * 24, issue=70_000, age=130),
        Card(placement="\N{OLD HUNGARIAN CAPITAL LETTER A}" * 24, issue=2**31 - 1, age=20),
    ]
    sealed = [seal_card(card, WAVE, KEY) for card in cards]
    assert len({len(body) for body in sealed}) == 1
    assert len(set(sealed)) == len(sealed)
    assert [open_card(body, WAVE, KEY) for body in sealed] == cards


def test_a_holder_is_the_same_in_one_wave_and_another_in_every_other() -> None:
    given = [
        holder(SECRET, WAVE, "L1"),
        holder(SECRET, OTHER_WAVE, "L1"),
        holder(SECRET, WAVE, "L2"),
        holder(b"v" * 32, WAVE, "L1"),
    ]
    assert holder(SECRET, WAVE, "L1") == given[0]
    assert len(set(given)) == len(given)
    assert {len(one) for one in given} == {16}


async def test_the_cookie_is_as_long_whoever_sits(world: World) -> None:
    """Its length goes over the wire at every page: placement, age, edition and panels must not show in it."""
    await world.placements(NORTH, 1)
    await world.placements(NORTH, 1, first=10**15, birth_year=2012)
    await world.open()
    lengths = set()
    for issued in await world.codes(NORTH):
        sitting = await world.enter(issued.code)
        assert sitting.placement == issued.placement
        for edition, panels in (("standard", ()), ("easy", ("a" * 20, "b" * 20))):
            cookie = sealed(world, sitting, edition, panels)
            lengths.add(len(cookie))
            opened = open_sitting(cookie, world.web_keys.secret, world.now)
            assert opened is not None
            assert (opened.placement, opened.edition, opened.half_year) == (
                issued.placement,
                edition,
                HALF_YEAR,
            )
    assert len(lengths) == 1


def sealed(world: World, sitting: Sitting, edition: str, panels: tuple[str, ...]) -> str:
    """The cookie of a sitting in this edition that has seen these panels."""
    fields = {name: getattr(sitting, name) for name in Sitting.__struct_fields__}
    return seal_sitting(Sitting(**{**fields, "edition": edition, "panels": panels}), world.web_keys.secret)
