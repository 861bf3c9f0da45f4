"""Finding homes: what filters keep, in which order, what is said when nothing fits; and what a comparison refuses."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from invented_release import ALMEN, ANGEN, OSTER, SAY, TEXTS, WAITING, content, home, release

from hvb_followup.errors import NotFound
from hvb_followup.pages import Release, compare, counties, indicator, provider, search
from hvb_followup.pages.facts import Capacity, Facts, HomeFacts
from hvb_followup.pages.finding import FILTERS, PAGE
from hvb_followup.pages.homes import facts_of
from hvb_followup.pages.model import with_facts

HOSTILE = "H0ST1LE"


def found(asked: list[tuple[str, str]], made: Release | None = None) -> list[str]:
    homes: Any = search(made or release(), asked)["homes"]
    return [line.id for line in homes]


def many(count: int) -> Release:
    units = [home(f"H{number:05d}", f"Hem {number:05d}") for number in range(count)]
    return release(units=units, figures=[])


@pytest.mark.parametrize(
    ("asked", "homes"),
    [
        ([], [HOSTILE, ALMEN, WAITING, ANGEN, OSTER]),
        ([("lan", "Skåne")], [HOSTILE, ALMEN, WAITING]),
        ([("lan", "Skåne"), ("lan", "Gävleborg")], [HOSTILE, ALMEN, WAITING, OSTER]),
        ([("typ", "stodboende")], [OSTER]),
        ([("regi", "private"), ("lan", "Gävleborg")], []),
        ([("hos", "PB1B2C3")], [ANGEN]),
        ([("platser", "8")], [HOSTILE, ALMEN, WAITING, ANGEN, OSTER]),
        ([("platser", "9")], []),
        ([("svar", "15")], [ALMEN]),
        ([("svar", "14")], [ALMEN, ANGEN]),
        ([("svar", "abc")], [HOSTILE, ALMEN, WAITING, ANGEN, OSTER]),
        ([("lan", "Atlantis")], []),
    ],
)
def test_filters_keep_the_homes_that_fit_all_of_them_in_alphabetical_order(
    asked: list[tuple[str, str]], homes: list[str]
) -> None:
    assert found(asked) == homes


@pytest.mark.parametrize("name", ["ordna", "sort", "sortera", "order", "by", "rang"])
def test_there_is_no_order_to_be_had_but_the_alphabet(name: str) -> None:
    assert found([(name, "U01")]) == found([])


def test_a_filter_over_facts_is_offered_once_a_home_has_them() -> None:
    def offered(made: Release) -> set[str]:
        fields: Any = search(made, [])["fields"]
        return {field.id for field in fields}

    assert {one.id for one in FILTERS} - offered(release()) == {"alder", "pris", "ledig"}
    facts = {"age_from": 13, "age_to": 17, "price": 590_000}
    units = [{**unit, "facts": facts} if unit["id"] == ALMEN else unit for unit in content()["units"]]
    told = release(units=units)
    assert offered(told) == {one.id for one in FILTERS} - {"ledig"}
    for asked, homes in (
        ([("alder", "15")], [ALMEN]),
        ([("alder", "18")], []),
        ([("pris", "5900")], [ALMEN]),
        ([("pris", "5899")], []),
    ):
        assert found(asked, told) == homes, asked


def test_a_free_place_is_found_only_while_it_is_known() -> None:
    """R8 §7.4: 21 days after it was said nobody knows any more."""
    stated = dt.date(2026, 11, 20)
    homes = {
        ALMEN: Capacity(from_on=stated, places=8, free=2),
        ANGEN: Capacity(from_on=stated, places=8, free=0),
        OSTER: Capacity(from_on=dt.date(2026, 1, 1), places=8, is_free_old=True),
        WAITING: Capacity(from_on=stated, places=8),
    }
    facts = Facts(homes={unit: HomeFacts(capacity=one) for unit, one in homes.items()})
    whole = with_facts(release(), "facts-1", facts)
    assert found([("ledig", "ja")], whole) == [ALMEN]
    said = {unit: dict(facts_of(whole.homes[unit]))["Platser"].replace("\u00a0", " ") for unit in homes}
    assert said == {
        ALMEN: "8, varav 2 lediga (uppgift från 20 november 2026)",
        ANGEN: "8, varav 0 lediga (uppgift från 20 november 2026)",
        OSTER: "8, okänt antal lediga",
        WAITING: "8",
    }
    field = next(one for one in search(whole, [])["fields"] if one.id == "ledig")  # type: ignore[attr-defined]
    assert [(option.words, option.n) for option in field.options] == [("ja", "1")]


def test_in_vain_each_filter_says_how_many_homes_there_are_without_it() -> None:
    page: Any = search(release(), [("lan", "Skåne"), ("typ", "stodboende"), ("ou", ALMEN)], SAY)
    assert page["n_found"] == 0
    said = {one.words: (one.n, one.without) for one in page["criteria"]}
    assert said == {
        "Län: Skåne": (1, f"/hitta?typ=stodboende&ou={ALMEN}"),
        "Typ av hem: Stödboende": (3, f"/hitta?lan=Sk%C3%A5ne&ou={ALMEN}"),
    }


def test_what_is_no_number_is_told_beside_its_field_and_kept_there() -> None:
    fields: Any = search(release(), [("platser", "många")])["fields"]
    (field,) = [one for one in fields if one.id == "platser"]
    assert (field.value, field.problem) == ("många", "Skriv ett helt tal, till exempel 6.")


def test_a_long_list_comes_in_pages_and_the_ticked_homes_come_along() -> None:
    made = many(2 * PAGE + 1)
    last: Any = search(made, [("sida", "3"), ("ou", "H00000"), ("ou", "H00200")])
    assert [line.id for line in last["homes"]] == ["H00200"]
    assert last["homes"][0].is_chosen
    assert [line.id for line in last["carried"]] == ["H00000"]
    assert set(last["pages_around"]) == {"before"}
    beyond: Any = search(made, [("sida", "99")])
    assert beyond["page"] == 3


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ([], 200, []),
        ([("ou", ALMEN)], 400, ["Du har valt en. Välj minst en till."]),
        ([("ou", f"{ALMEN},{ANGEN}")], 200, []),
        ([("ou", ALMEN), ("ou", ANGEN)], 200, []),
        ([("ou", f"{ALMEN},{ALMEN}")], 400, ["Du har valt en. Välj minst en till."]),
        ([("ou", f"{ALMEN},H000000")], 404, ["Det finns ingen med id H000000 i den här publiceringen."]),
        ([("ou", f"{ALMEN},{ANGEN}"), ("kpi", "X99")], 404, ["Det finns inget nyckeltal som heter X99."]),
        ([("utforare", "PA1B2C3,PB1B2C3")], 200, []),
        ([("utforare", "PA1B2C3")], 400, ["Du har valt en. Välj minst en till."]),
    ],
)
def test_a_comparison_takes_two_to_six_that_are_there(
    asked: list[tuple[str, str]], status: int, says: list[str]
) -> None:
    page, answered = compare(release(), asked, TEXTS)
    assert (answered, page["problems"]) == (status, says)
    assert (page["grid"] is not None) == (status == 200 and bool(asked))


def test_seven_are_too_many_and_six_are_not() -> None:
    made = many(7)
    ids = [unit.id for unit in made.units]
    assert compare(made, [("ou", ",".join(ids[:6]))], TEXTS)[1] == 200
    page, status = compare(made, [("ou", ",".join(ids))], TEXTS)
    assert status == 400
    assert page["problems"] == ["Du har valt 7. Välj högst 6, så att de får plats bredvid varandra."]


def test_a_comparison_has_a_column_for_each_home_and_the_nation_and_keeps_pairs_together() -> None:
    page: Any = compare(release(), [("ou", f"{ANGEN},{ALMEN}"), ("kpi", "U01x")], TEXTS)[0]
    assert [column.title for column in page["grid"].columns] == [
        "Ängens behandlingshem",
        "Almens HVB",
        "Hela landet",
    ]
    (domain,) = page["grid"].domains
    assert [row.id for row in domain.rows] == ["U01", "U01x"]
    assert [cell.count.replace("\u00a0", " ") for cell in domain.rows[0].cells] == [
        "",
        "17–18 av 20",
        "912 av 1 210",
    ]
    assert domain.rows[0].cells[0].state.words == "väntar på fler"


def test_a_permalink_names_homes_indicators_and_release() -> None:
    page: Any = compare(release(), [("ou", f"{ALMEN},{ANGEN}"), ("kpi", "U01")], TEXTS)[0]
    assert page["permalink"] == f"/jamfor?ou={ALMEN},{ANGEN}&kpi=U01&r=2026H2.1"


def test_bars_beside_each_other_of_which_no_two_are_compared_are_said_to_be_untested() -> None:
    """One of the two has words of its own and the other waits: nothing is said of them as a pair."""
    page: Any = compare(release(), [("ou", f"{ALMEN},{ANGEN}"), ("kpi", "U02")], TEXTS)[0]
    (row,) = page["grid"].domains[0].rows
    assert sum(cell.bar is not None for cell in row.cells) > 1
    assert (row.is_untested, row.finding, row.pairs, row.others) == (True, "", (), ())


def test_the_way_back_keeps_the_search_and_the_ticks() -> None:
    page: Any = compare(release(), [("lan", "Skåne"), ("platser", ""), ("ou", f"{ALMEN},{WAITING}")], TEXTS)[
        0
    ]
    assert page["back"] == f"/hitta?lan=Sk%C3%A5ne&ou={ALMEN},{WAITING}"


def test_a_lan_shows_its_figure_or_why_there_is_none_or_that_there_is_no_home() -> None:
    tiles: Any = counties(release(), [], TEXTS)["tiles"]
    assert len(tiles) == 21
    said = {tile.name: tile for tile in tiles}
    assert said["Skåne"].rows[0].interval.replace("\u00a0", " ") == "56–92 %"
    assert said["Gävleborg"].rows[0].state.words == "väntar på fler"
    assert (said["Dalarna"].rows, said["Dalarna"].href) == ((), "")
    assert [tile.name for tile in tiles][-2:] == ["Örebro", "Östergötland"]


def test_what_is_not_there_is_not_found() -> None:
    for ask in (
        lambda: provider(release(), "PX", TEXTS),
        lambda: indicator(release(), "X99", TEXTS),
        lambda: counties(release(), [("kpi", "X99")], TEXTS),
    ):
        with pytest.raises(NotFound):
            ask()


def test_an_indicator_page_lists_every_place_by_name_and_says_its_pair_beside() -> None:
    tables: Any = indicator(release(), "U01", TEXTS)["tables"]
    said = {
        table.id: [(row.name, row.row.count.replace("\u00a0", " ")) for row in table.rows] for table in tables
    }
    assert said == {
        "niva-group": [("Kommunens egen regi", ""), ("Köpt vård", "300 av 400")],
        "niva-lan": [("Gävleborg", ""), ("Skåne", "25–28 av 34")],
        "niva-provider": [("Påhittade Hem AB", "30–33 av 40"), ("Ängens stiftelse", "28–32 av 50")],
        "niva-unit": [("Almens HVB", "17–18 av 20"), ("Zetterlunds hus", "")],
    }
    almen = tables[-1].rows[0]
    assert almen.pair.count.replace("\u00a0", " ") == "högst 1 av 20"
