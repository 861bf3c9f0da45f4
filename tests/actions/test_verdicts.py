"""From staff rows to verdicts: what a sheet says is what the rules are asked about."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from hvb_followup import content, rulebooks
from hvb_followup.actions.publish import reported
from hvb_followup.actions.report.importing import import_register
from hvb_followup.actions.report.staffing import staff_of
from hvb_followup.actions.report.verdicts import findings, history_of, judge_file, records_of
from hvb_followup.cli import main
from hvb_followup.errors import NotFound
from hvb_followup.qualifications.versions import Rulebook, verdicts
from hvb_followup.registers import Codelists
from hvb_followup.registry import OperatingForm, Term, Unit, by_id
from hvb_followup.store import homes, registers
from tests.world import ALFA, NORTH, World

ON = dt.date(2026, 11, 22)
BASE = {
    "Personalnyckel": "P-1",
    "Roll": "omsorgspersonal",
    "Anställningsform": "anställning",
    "Anställd från": "2025-08-01",
    "Arbetsuppgifter": "vård och omsorg",
    "Lämplighet bedömd": "2025-07-20",
}
CHECKED = {
    "Registerkontroll avser": "båda",
    "Utdraget daterat": "2025-05-01",
    "Utdraget lämnat": "2025-07-10",
    "Registerkontroll datum": "2025-07-11",
}
SOCIAL = {
    "Utbildning 1 nivå": "yh",
    "Utbildning 1 inriktning": "socialpedagogik",
    "Utbildning 1 klar": "2015",
}
LONG = {**SOCIAL, "Utbildning 1 YH-poäng": "400", "Utbildning 1 bevis": "bifogad"}
REASONS = {
    "Särskilda skäl regel": "STF-2025-EDU",
    "Särskilda skäl beslut": "2025-08-01",
    "Särskilda skäl till": "2026-11-22",
}
MANAGER = {
    "Roll": "föreståndare",
    "Arbetsuppgifter": "",
    "Utbildning 1 nivå": "socionom",
    "Utbildning 1 inriktning": "socialt arbete",
    "Utbildning 1 klar": "2010",
    "Utbildning 1 bevis": "kontrollerad",
    "Erfarenhet från": "2012",
    "Erfarenhet bevis": "bifogad",
    "Samlad kompetens bedömd": "2025-07-20",
}


@pytest.fixture(scope="module")
def lists() -> Codelists:
    return content.codelists()


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return rulebooks.read()


def as_file(*rows: Mapping[str, str]) -> bytes:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    lines = [
        ";".join(headings),
        *(";".join(f'"{row.get(heading, "")}"' for heading in headings) for row in rows),
    ]
    return "\n".join(lines).encode()


# what the sheet says beside the rest · rule · state
CASES = [
    (LONG, "STF-2025-EDU", "met"),
    ({**LONG, "Utbildning 1 YH-poäng": "399"}, "STF-2025-EDU", "in_transition"),
    (
        {**LONG, "Utbildning 1 YH-poäng": "399", "Utbildning 1 likvärdig": "2025-09-01"},
        "STF-2025-EDU",
        "met_by_equivalence",
    ),
    ({**LONG, "Utbildning 1 bevis": "egen uppgift"}, "STF-2025-EDU", "unverified_evidence"),
    ({**LONG, "Utbildning 1 bevis": ""}, "STF-2025-EDU", "unverified_evidence"),
    ({}, "STF-2025-EDU", "not_assessed"),
    ({"Utbildning 1 nivå": "undersköterska"}, "STF-2025-EDU", "in_transition"),
    ({"Utbildning 1 nivå": "gymnasium", **REASONS}, "STF-2025-EDU", "special_reasons"),
    (
        {"Utbildning 1 nivå": "gymnasium", **REASONS, "Särskilda skäl till": "2026-11-21"},
        "STF-2025-EDU",
        "in_transition",
    ),
    ({**LONG, "Utbildning 1 klar": ""}, "STF-2025-EDU", "not_assessed"),
    (
        {**LONG, "Utbildning 1 klar": "", "Utbildning 2 nivå": "gymnasium", "Utbildning 2 klar": "2005"},
        "STF-2025-EDU",
        "not_assessed",
    ),
    ({"Arbetsuppgifter": "kök"}, "STF-2025-EDU", ""),
    ({}, "STF-2025-SUIT", "met"),
    ({"Lämplig": "nej"}, "STF-2025-SUIT", "not_met"),
    ({"Lämplighet bedömd": ""}, "STF-2025-SUIT", "not_assessed"),
    (CHECKED, "REG-CHECK", "met"),
    ({}, "REG-CHECK", "not_assessed"),
    ({**CHECKED, "Registerkontroll avser": "belastning"}, "REG-CHECK", "not_assessed"),
    ({**CHECKED, "Registerkontroll datum": "2025-08-02"}, "REG-CHECK", "not_met"),
    ({**CHECKED, "Utdraget daterat": "2025-01-10"}, "REG-CHECK", "met"),
    ({**CHECKED, "Utdraget daterat": "2025-01-09"}, "REG-CHECK", "not_met"),
    ({**CHECKED, "Utdraget lämnat": "", "Hämtat av arbetsgivaren": "ja"}, "REG-CHECK", "met"),
    (
        {
            "Erbjuden": "2025-07-01",
            "Förra anställningen slutade": "2025-01-01",
            "Förra arbetsgivaren": "samma",
        },
        "REG-CHECK",
        "met_by_exemption",
    ),
    (
        {
            "Erbjuden": "2025-07-02",
            "Förra anställningen slutade": "2025-01-01",
            "Förra arbetsgivaren": "samma",
        },
        "REG-CHECK",
        "not_assessed",
    ),
    (MANAGER, "FST-2025", "met"),
    ({**MANAGER, "Samlad kompetens bedömd": ""}, "FST-2025", "not_assessed"),
    ({**MANAGER, "Utbildning 1 nivå": "yh"}, "FST-2025", "not_met"),
]


@pytest.mark.parametrize(("said", "rule", "state"), CASES)
def test_what_the_sheet_says_decides_the_verdict(
    lists: Codelists, rulebook: Rulebook, said: dict[str, str], rule: str, state: str
) -> None:
    judged = judge_file(as_file({**BASE, **said}), lists, rulebook, "", ON)
    assert judged.reading.problems == ()
    assert {one.rule: one.state for one in judged.verdicts}.get(rule, "") == state


def test_a_rule_is_asked_about_by_itself_also_when_it_is_only_proposed(
    lists: Codelists, rulebook: Rulebook
) -> None:
    data = as_file({**BASE, **LONG})
    assert {one.rule for one in judge_file(data, lists, rulebook, "", ON, rules="STF-2025-EDU").verdicts} == {
        "STF-2025-EDU"
    }
    asked = judge_file(data, lists, rulebook, "", ON, rules="P-2366-STF").verdicts
    assert [(one.rule, one.state, one.rule_set) for one in asked] == [("P-2366-STF", "met", "sou-2023-66")]
    with pytest.raises(NotFound):
        judge_file(data, lists, rulebook, "", ON, rules="finns-inte")


ALWAYS = dt.date(2023, 1, 1)


@pytest.mark.parametrize(
    ("told", "began", "receives"),
    [
        ({}, "2025-08-01", True),
        ({"2023-01-01": None}, "2025-08-01", True),
        ({"2023-01-01": 18}, "2025-08-01", False),
        ({"2023-01-01": 17}, "2025-08-01", True),
        ({"2023-01-01": 16, "2025-08-02": 18}, "2025-08-01", True),
        ({"2023-01-01": 16, "2025-08-01": 18}, "2025-08-01", False),
        ({"2023-01-01": 18, "2025-08-01": 16}, "2025-08-01", True),
        ({"2023-01-01": 18, "2025-08-01": 16}, "2025-07-31", False),
        ({"2023-01-01": 18, "2025-08-01": None}, "2025-08-01", True),
        # What is said first is taken to have held before, also before the home is known.
        ({"2026-01-01": 18}, "2025-08-01", False),
        ({"2026-01-01": 18}, "2019-02-01", False),
        ({"2026-01-01": 18, "2026-02-01": 16}, "2019-02-01", False),
    ],
)
def test_a_home_that_takes_nobody_under_eighteen_needs_no_register_check(
    rulebook: Rulebook, told: dict[str, int | None], began: str, receives: bool
) -> None:
    """Lag (2007:171) 1 § is of homes that receive children; who has not said whom it takes is one of them."""
    term = Term(provider=ALFA, unit_type="stodboende", operating_form=OperatingForm.PRIVATE, from_on=ALWAYS)
    unit = Unit(id=NORTH, name="Norr", lan="Skåne", places=8, terms=(term,))
    offered = [{"from_on": day, "takes_from": age} for day, age in told.items()]
    rows = [{"staff": "P-1", "unit": NORTH, "role": "care_staff", "engagement": "employment"}]
    (anna,) = records_of([{**rows[0], "engaged_from_on": began}], {NORTH: unit}, ON)
    found = {one.rule for one in verdicts(anna, rulebook, history_of(unit, offered), ON)}
    assert ("REG-CHECK" in found) is receives


async def test_the_ages_a_home_has_told_decide_what_its_page_and_the_figures_ask(world: World) -> None:
    unit = await homes.unit(NORTH)
    assert unit is not None
    data = as_file({**BASE, "Anställd från": "2025-08-01"})
    await import_register(world.context(), "staff", data, unit=NORTH, dry_run=False)
    bound = []
    for youngest in (None, 18):
        body = {"unit": NORTH, "from_on": "2020-01-01", "places": 8, "takes_from": youngest, "takes_to": 20}
        entry = registers.Entry(NORTH, "2020-01-01", {key: said for key, said in body.items() if said})
        await registers.put(world.database, "capacity", [entry], unit=NORTH, made_at=world.now, made_by="x")
        on_page = await staff_of(world.context(), unit, ON)
        figures = await reported.staff(world.database, world.catalogue, await homes.units(), "2026H2")
        (asked,) = figures.findings.filter(rule="REG-CHECK")["state"]
        of_page = {one.rule for _, own in on_page.findings(world.catalogue.rulebook) for one in own}
        bound.append(("REG-CHECK" in of_page, asked))
    assert bound == [(True, "not_assessed"), (False, "not_applicable")]


async def test_findings_of_what_is_stored_are_those_of_the_file(
    world: World, lists: Codelists, rulebook: Rulebook
) -> None:
    data = as_file({**BASE, **LONG, **CHECKED}, {**BASE, **MANAGER, "Personalnyckel": "P-2"})
    await import_register(world.context(), "staff", data, unit=NORTH, dry_run=False)
    rows = await registers.rows(world.database, "staff")
    frame = findings(rows, by_id(await homes.units()), rulebook, ON)
    of_file = judge_file(data, lists, rulebook, NORTH, ON).verdicts
    assert frame.select("staff", "rule", "state", "evidence").rows() == [
        (one.staff, one.rule, one.state, one.evidence) for one in of_file
    ]
    met = dict(zip(frame["rule"] + frame["staff"], frame["met"], strict=True))
    assert (met["STF-2025-EDUP-1"], met["REG-CHECKP-2"]) == (1, 0)
    assert findings(rows, by_id(await homes.units()), rulebook, dt.date(2025, 7, 31)).is_empty(), (
        "not engaged yet"
    )


def test_the_command_prints_one_object_for_each_person_and_rule_from_a_file_alone(tmp_path: Path) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(
        as_file({**BASE, **LONG, **CHECKED}, {**BASE, "Roll": "kapten", "Personalnyckel": "P-2"})
    )
    result = CliRunner().invoke(
        main, ["import", "staff", str(file), "--dry-run", "--json", "--as-of", str(ON)]
    )
    assert (result.exit_code, "rad 3, cell B3, Roll" in result.stderr) == (1, True)
    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(one["staff"], one["rule"], one["state"]) for one in told] == [
        ("P-1", "REG-CHECK", "met"),
        ("P-1", "STF-2025-EDU", "met"),
        ("P-1", "STF-2025-SUIT", "met"),
    ]
    wanted = {
        "staff",
        "unit",
        "rule",
        "state",
        "reason",
        "says",
        "paragraph",
        "evidence",
        "rule_set",
        "version",
        "as_of",
    }
    assert all(set(one) == wanted and one["paragraph"] for one in told)


def test_the_command_asks_of_another_sort_of_home_and_another_day(tmp_path: Path) -> None:
    file = tmp_path / "personal.csv"
    file.write_bytes(as_file({**BASE, "Anställd från": "2024-01-01", "Lämplighet bedömd": "2023-12-01"}))
    asked = ["import", "staff", str(file), "--dry-run", "--json"]

    def rules(*more: str) -> set[str]:
        result = CliRunner().invoke(main, [*asked, *more])
        assert result.exit_code == 0, result.output
        return {json.loads(line)["rule"] for line in result.stdout.splitlines()}

    assert "STF-2025-EDU" in rules("--as-of", "2025-07-01")
    assert "STF-2025-EDU" not in rules("--as-of", "2025-06-30")
    assert "SB-STF-2025" in rules("--as-of", "2025-07-01", "--unit-type", "stodboende")
