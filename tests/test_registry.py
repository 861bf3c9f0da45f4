"""Ids that find their own mistypings, age bands, dated owners and Swedish order."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup import registry
from hvb_followup.pseudonyms import is_code, keyed, link, make_code, read_code, written
from hvb_followup.registry import (
    CROCKFORD,
    OperatingForm,
    Term,
    Unit,
    age_band,
    check_symbol,
    has_right_check,
)

BODIES = st.text(CROCKFORD, min_size=5, max_size=10)


@given(BODIES, st.data())
def test_one_wrong_symbol_is_always_found(body: str, data: st.DataObject) -> None:
    right = body + check_symbol(body)
    place = data.draw(st.integers(0, len(right) - 1))
    other = data.draw(st.sampled_from([symbol for symbol in CROCKFORD if symbol != right[place]]))
    assert has_right_check(right)
    assert not has_right_check(right[:place] + other + right[place + 1 :])


def test_two_neighbours_that_changed_places_are_found_but_for_the_first_and_last_symbol() -> None:
    body = "K7MQ29TRXD"
    missed = []
    for one in CROCKFORD:
        for other in CROCKFORD:
            swapped = body[:4] + other + one + body[6:]
            if one != other and check_symbol(body[:4] + one + other + body[6:]) == check_symbol(swapped):
                missed.append({one, other})
    assert [pair for pair in missed if pair != {"0", "Z"}] == []


@given(st.integers(0, 2**50 - 1))
def test_a_code_survives_being_written_and_read(bits: int) -> None:
    code = make_code(lambda _: bits)
    assert is_code(code)
    assert read_code(written(code)) == read_code(f" {written(code).lower()} ") == code
    assert read_code(code.replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize(
    "typed", ["", "0", "K7MQ29TRXD", "K7MQ2-9TRXD-00", "Ä" * 11, "\0" * 11, "²" * 11, "A" * 10_000]
)
def test_what_is_no_code_is_no_code_and_never_an_error(typed: str) -> None:
    folded = read_code(typed)
    assert len(folded) <= 128
    assert not is_code(folded)


def test_two_purposes_and_two_secrets_never_share_a_hash() -> None:
    made = {
        keyed(secret, purpose, "x")
        for secret in (b"a" * 32, b"b" * 32)
        for purpose in ("code", "draft", "link")
    }
    assert len(made) == 6
    assert link(b"a" * 32, "L-1") != link(b"b" * 32, "L-1")


@pytest.mark.parametrize(
    ("age", "band"),
    [(0, "0–6"), (6, "0–6"), (7, "7–12"), (12, "7–12"), (13, "13–14"), (14, "13–14"), (15, "15–17"),
     (17, "15–17"), (18, "18–20"), (20, "18–20"), (21, ""), (-1, "")],
)  # fmt: skip
def test_age_bands_are_those_of_the_law_and_meet_without_a_gap(age: int, band: str) -> None:
    assert age_band(age) == band


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("HN0RTH7", True), ("HN0RTH8", False), ("PN0RTH7", False), ("H", False), ("hn0rth7", False)],
)
def test_a_unit_id_is_checked(text: str, is_one: bool) -> None:
    assert registry.is_unit_id(text) is is_one


def test_swedish_order_puts_the_three_letters_last() -> None:
    names = ["Öst", "Zeta", "Äng", "Ås", "ask", "Éden", "Berg"]
    assert sorted(names, key=registry.swedish_sort_key) == ["ask", "Berg", "Éden", "Zeta", "Ås", "Äng", "Öst"]


def term(provider: str, first: str, last: str | None = None) -> Term:
    return Term(
        provider=provider,
        unit_type="hvb",
        operating_form=OperatingForm.PRIVATE,
        from_on=dt.date.fromisoformat(first),
        to_on=dt.date.fromisoformat(last) if last else None,
    )


@pytest.mark.parametrize(
    ("first", "last", "owner"),
    [
        ("2025-01-01", "2025-06-30", "PA"),
        ("2025-07-01", "2025-12-31", None),  # sold on 1 October
        ("2026-01-01", "2026-06-30", "PB"),
        ("2024-01-01", "2024-06-30", None),  # before it was there
    ],
)
def test_a_home_that_changed_hands_has_no_one_owner_over_those_days(
    first: str, last: str, owner: str | None
) -> None:
    terms = (term("PA", "2025-01-01", "2025-09-30"), term("PB", "2025-10-01"))
    unit = Unit(id="H1", name="Hem", lan="Skåne", places=8, terms=terms)
    assert registry.unit_owner(unit, dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == owner
