"""Reading the rule files: all that ship hold together, and every fault of a bad one is told at once."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from hvb_followup import rulebooks
from hvb_followup.errors import NotFound, Refused, Unsound
from hvb_followup.qualifications import examples
from hvb_followup.qualifications.model import Example, RuleSet
from tests.qualifications.people import day, member, rulebook

LAW = "sof-2025-468.2025-07-01.toml"
EXAMPLES = [(rule_set, example) for rule_set in rulebook().rule_sets for example in rule_set.example]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rule files, to be spoilt."""
    copy = tmp_path / "rulebook"
    shutil.copytree(rulebooks.FOLDER, copy)
    return copy


def spoil(folder: Path, old: str, new: str, file: str = LAW) -> list[tuple[str, str]]:
    """What is said, and where, when a text in a file is another."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        rulebooks.read(folder)
    return [(problem.code, problem.where) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("rule_set", "example"),
    [pytest.param(*pair, id=f"{pair[0].id} {pair[0].version}: {pair[1].says}") for pair in EXAMPLES],
)
def test_an_example_finds_what_it_says(rule_set: RuleSet, example: Example) -> None:
    found = examples.found(example, rule_set)
    assert {rule: found[rule] for rule in example.finds} == example.finds


def test_uncertain_law_is_marked_in_the_data() -> None:
    certainties = {
        rule.id: (rule.confidence.text, rule.confidence.transition)
        for rule_set in rulebook().rule_sets
        for rule in rule_set.rule
    }
    assert certainties["STF-2025-EDU"] == ("primary", "press")
    assert certainties["REG-CHECK"] == ("press", "primary")
    assert {certainties[rule][0] for rule in ("FST-2003", "FST-2016", "STF-2016")} == {"secondary"}
    assert {certainties[rule][0] for rule in ("P-2366-FST", "P-2366-STF")} == {"seed"}


@pytest.mark.parametrize(
    ("on", "sources"),
    [
        ("2016-10-31", {"lag-2007-171", "sosfs-2003-20"}),
        ("2016-11-01", {"lag-2007-171", "sof-2001-937", "hslf-fs-2016-55"}),
        ("2025-06-30", {"lag-2007-171", "sof-2001-937", "hslf-fs-2016-55"}),
        ("2025-07-01", {"lag-2007-171", "sof-2025-468"}),
    ],
)
def test_what_holds_on_a_day(on: str, sources: set[str]) -> None:
    assert {one.id for one in rulebook().in_force(day(on))} == sources


def test_a_source_is_found_by_id_and_version() -> None:
    assert rulebook().rule_set("lag-2007-171").version == "2026-03-01"
    assert rulebook().rule_set("lag-2007-171", "2016-01-01").valid_to == dt.date(2024, 3, 31)
    assert [one.id for one in rulebook().proposed()] == ["sou-2023-66"]
    with pytest.raises(NotFound):
        rulebook().rule_set("sou-2025-84")


def test_a_wrong_example_is_told_by_its_place(folder: Path) -> None:
    problems = spoil(folder, 'STF-2025-EDU = "in_transition"', 'STF-2025-EDU = "not_met"')
    assert problems == [("rulebook-example", f"{LAW}: $.example[6]")]


def test_a_changed_rule_breaks_its_examples(folder: Path) -> None:
    problems = spoil(folder, "until = 2031-06-30", "until = 2031-06-29")
    assert problems == [("rulebook-example", f"{LAW}: $.example[6]")]


def test_every_fault_of_every_file_is_told_at_once(folder: Path) -> None:
    (folder / "broken.toml").write_text("id = ", encoding="utf-8")
    text = (folder / LAW).read_text(encoding="utf-8")
    text = text.replace('level_min = "higher_education"', 'level_min = "university"')
    text = text.replace("years_min = 2", "years = 2").replace("reviewed_on = 2026-11-22\n", "")
    (folder / LAW).write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        rulebooks.read(folder)
    assert [(one.code, one.where) for one in refused.value.problems] == [
        ("rulebook-unreadable", "broken.toml"),
        ("rulebook-shape", f"{LAW}: $.rule[0]"),
        ("rulebook-shape", f"{LAW}: $.rule[1]"),
        ("rulebook-shape", f"{LAW}: $.rule[5]"),
        ("rulebook-shape", LAW),
    ]


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("valid_from = 2025-07-01\n", "", "$.valid_from"),
        ("valid_from = 2025-07-01\n", "valid_from = 2025-07-01\nvalid_to = 2025-06-30\n", "$.valid_to"),
        ('status = "in_force"', 'status = "proposed"', "$.status"),
        ('status = "in_force"', 'status = "repealed"', "$.valid_to"),
        ("next_review_on = 2027-07-01", "next_review_on = 2026-11-22", "$.next_review_on"),
        ('id = "STF-2025-SUIT"', 'id = "FST-2025"', "$.rule"),
        ('paragraph = "SoF (2025:468) 5 kap. 4 §"', 'paragraph = ""', "$.rule[1].paragraph"),
        ("until = 2031-06-30", "until = 2025-06-30", "$.rule[1].transition"),
        (
            'assessments = ["personal_suitability"]\n\n[[rule]]\nid = "SB-FST',
            '\n[[rule]]\nid = "SB-FST',
            "$.rule[2]",
        ),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(folder: Path, old: str, new: str, place: str) -> None:
    assert ("rulebook", f"{LAW}: {place}") in spoil(folder, old, new)


def test_two_versions_may_not_hold_on_the_same_day(folder: Path) -> None:
    file = "lag-2007-171.2025-07-01.toml"
    problems = spoil(folder, "valid_to = 2026-02-28", "valid_to = 2026-03-01", file)
    assert problems == [("rulebook", "lag-2007-171 2025-07-01, lag-2007-171 2026-03-01")]


def test_a_file_is_named_by_its_source_and_version(folder: Path) -> None:
    (folder / LAW).rename(folder / "sof.toml")
    with pytest.raises(Refused) as refused:
        rulebooks.read(folder)
    assert [problem.where for problem in refused.value.problems] == ["sof.toml"]


def test_an_empty_folder_is_not_an_empty_rulebook(tmp_path: Path) -> None:
    with pytest.raises(Unsound):
        rulebooks.read(tmp_path)


def test_a_late_review_is_a_warning() -> None:
    assert rulebooks.check(None, dt.date(2026, 11, 22)) == ()
    late = rulebooks.check(None, dt.date(2027, 7, 2))
    assert {problem.code for problem in late} == {"review-overdue"}
    assert {problem.where.split(":")[0] for problem in late} == {
        LAW,
        "lag-2007-171.2026-03-01.toml",
        "sou-2023-66.2023-10.toml",
    }


def test_the_readme_shows_how_a_rule_is_added(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```toml\n")[1].split("```")[0]
    (folder / "exempel-2031.2031.toml").write_text(shown, encoding="utf-8")
    assert "exempel-2031" in {one.id for one in rulebooks.read(folder).proposed()}


def test_the_register_check_is_decided_by_the_wording_of_the_first_day_and_all_else_by_todays() -> None:
    """Whoever began before the newest wording was once told of by nobody: of fourteen homes of 607."""
    long_engaged = member(engaged_from_on=day("2019-03-01"))
    decisive = rulebook().decisive(long_engaged, day("2026-06-30"))
    assert {(one.id, one.version) for one in decisive} == {
        ("lag-2007-171", "2016-01-01"),
        ("sof-2025-468", "2025-07-01"),
    }
    assert not [
        one for one in rulebook().decisive(long_engaged, day("2026-06-30")) if one.status == "proposed"
    ]
