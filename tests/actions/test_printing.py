"""Codes on paper by the errand: everything wrong is told before a code is issued, and paper is the register in order."""

from __future__ import annotations

import msgspec
import pytest

from hvb_followup.access import Person, Role
from hvb_followup.actions.purchase.printing import Layout, Order, print_codes
from hvb_followup.errors import NotFound, Refused
from hvb_followup.settings import from_environment
from tests.documents.reading import pages
from tests.world import DEPLOYMENT, FAMILY, HALF_YEAR, LILLBY, NORTH, World

ORDER = Order(layout=Layout.LETTERS, answer_at="https://svara.invalid/svara", helplines=DEPLOYMENT.helpline)


async def test_every_fault_of_an_order_is_told_at_once_and_nothing_is_issued(world: World) -> None:
    await world.open()
    order = msgspec.structs.replace(ORDER, answer_at="", language="xx")
    with pytest.raises(Refused) as refused:
        await print_codes(
            world.context(), world.web_keys.secret, NORTH, HALF_YEAR, "personal", order, count=3
        )
    assert [one.code for one in refused.value.problems] == [
        "letters-of-adults",
        "paper-language",
        "paper-address",
    ]
    assert await world.database.run("SELECT 1 FROM code") == []


async def test_the_operators_letters_are_the_whole_home_in_the_registers_order(world: World) -> None:
    """Sealed letters for everybody in a home at once: of their codes none can be told from another (DESIGN §4.8)."""
    await world.placements(NORTH, 5)
    await world.open()
    made = await print_codes(world.context(), world.web_keys.secret, NORTH, HALF_YEAR, FAMILY, ORDER)
    assert made.count == 5
    found = pages(made.file)
    assert [f"{NORTH}-{number}" in page for number, page in enumerate(found, 1)] == [True] * 5
    nothing = await print_codes(world.context(), world.web_keys.secret, NORTH, HALF_YEAR, FAMILY, ORDER)
    assert (nothing.count, nothing.file) == (0, b"")


async def test_staff_get_cards_on_nobody_in_particular(world: World) -> None:
    await world.open()
    order = msgspec.structs.replace(ORDER, layout=Layout.CARDS)
    context, secret = world.context(), world.web_keys.secret
    made = await print_codes(context, secret, NORTH, HALF_YEAR, "personal", order, count=9)
    assert (made.count, len(pages(made.file))) == (9, 2)
    assert "klipp av" not in " ".join(pages(made.file))


async def test_who_may_not_issue_may_not_print(world: World) -> None:
    await world.placements(NORTH, 2)
    await world.open()
    for person in (
        Person(name="m", role=Role.UNIT_MANAGER, scope=NORTH),
        Person(name="s", role=Role.CASE_WORKER, scope="9999"),
        Person(name="p", role=Role.PROCURER, scope=LILLBY),
    ):
        with pytest.raises(NotFound):
            await print_codes(world.context(person), world.web_keys.secret, NORTH, HALF_YEAR, FAMILY, ORDER)
    assert await world.database.run("SELECT 1 FROM code") == []


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ({"HVB_ANSWER_URL": "https://svara.invalid/"}, "https://svara.invalid/svara"),
        ({"HVB_DEMO": "1", "HVB_PORT": "8123"}, "http://127.0.0.1:8123/svara"),
        ({}, ""),
    ],
)
def test_a_deployment_without_a_respondents_address_has_none_to_print(
    given: dict[str, str], address: str
) -> None:
    assert from_environment(given).answer_at == address
