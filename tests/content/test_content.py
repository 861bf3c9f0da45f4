from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.errors import NotFound, Refused, Unsound
from hvb_followup.indicators import model as indicators
from hvb_followup.questionnaires import model, readability

TODAY = dt.date(2026, 11, 22)
HOUSE = content.root()
SURVEY = "surveys/ung-upplevelse/v1"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    for part in ("surveys", "dashboards"):
        shutil.copytree(HOUSE / part, tmp_path / part)
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(folder: Path, today: dt.date = TODAY) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in content.check(folder, today)]


def test_the_projects_own_content_is_without_fault():
    assert content.check(None, TODAY) == ()


def test_the_catalogue_answers_for_families_majors_and_indicators():
    catalogue = content.read()
    questionnaire = catalogue.latest("ung-upplevelse")
    assert (questionnaire.id, questionnaire.major, questionnaire.publishing) == ("ung-upplevelse", 1, "level")
    assert catalogue.questionnaire("ung-upplevelse", 1) == questionnaire
    assert catalogue.indicator("U01").paired_with == "U01w"
    of_experience = [one.id for one in catalogue.indicators_of("ung-upplevelse")]
    assert of_experience[:4] == ["D01", "D01w", "D02", "D02w"]
    assert set(of_experience) >= {"Q01", "T01", "U01", "U01w", "U05w"}
    assert {one.kind for one in catalogue.indicators_of("ung-utfall")} == {"pair"}
    assert set(catalogue.words) == {"sv", "en", "ar"}
    for missing in (
        lambda: catalogue.latest("okänd"),
        lambda: catalogue.questionnaire("ung-upplevelse", 2),
        lambda: catalogue.indicator("U99"),
    ):
        with pytest.raises(NotFound):
            missing()


def test_the_latest_of_several_majors_is_the_highest(house):
    shutil.copytree(house / SURVEY, house / "surveys/ung-upplevelse/v10")
    shutil.copytree(house / SURVEY, house / "surveys/ung-upplevelse/v2")
    for major in (2, 10):
        file = house / f"surveys/ung-upplevelse/v{major}/instrument.toml"
        change(file, 'version = "1.0.0"', f'version = "{major}.0.0"')
    assert content.read(house).latest("ung-upplevelse").major == 10


def test_a_folder_without_content_is_not_fit_to_run(tmp_path):
    with pytest.raises(Unsound):
        content.read(tmp_path)


def test_faults_of_all_files_are_told_at_once_with_file_and_path(house):
    change(house / SURVEY / "instrument.toml", 'domain = "overall"', 'domian = "overall"')
    change(house / SURVEY / "instrument.toml", "need = 2", 'need = "två"')
    change(house / "dashboards/indicators/U01.toml", 'kind = "share"', 'kind = "andel"')
    change(house / "surveys/player/en.toml", 'next = "Next"', "")
    (house / "surveys/player/sv.toml").write_text("language = ", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        content.read(house)
    where = {problem.where for problem in refused.value.problems}
    assert where >= {
        f"{SURVEY}/instrument.toml: $.item[0].domian",
        f"{SURVEY}/instrument.toml: $.item[0].domain",
        f"{SURVEY}/instrument.toml: $.score[1].need",
        "dashboards/indicators/U01.toml: $.kind",
        "surveys/player/en.toml: $.question.next",
        "surveys/player/sv.toml",
    }


def test_a_changed_structure_under_a_published_major_is_an_error(house):
    change(
        house / SURVEY / "instrument.toml",
        'options = ["yes", "unsure", "no"]',
        'options = ["no", "unsure", "yes"]',
    )
    assert ("published-changed", f"{SURVEY}/instrument.toml") in found(house)


def test_a_published_major_that_is_gone_is_an_error(house):
    shutil.rmtree(house / SURVEY)
    assert ("published-gone", f"{SURVEY}/instrument.toml") in found(house)


def test_a_mended_wording_needs_a_new_revision_and_its_own_hash(house):
    file = house / SURVEY / "sv.toml"
    change(file, "Hur trivs du där du bor?", "Hur trivs du här?")
    assert found(house) == [("published-words", f"{SURVEY}/sv.toml")]
    change(file, "revision = 1", "revision = 2")
    problem = content.check(house, TODAY)[0]
    assert problem.says == "Revisionen är inte inskriven."
    line = problem.mend.split("published.toml: ")[1]
    change(
        house / "surveys/published.toml",
        "[ung-upplevelse.v1.words.sv]",
        f"[ung-upplevelse.v1.words.sv]\n{line}",
    )
    assert found(house) == []


def test_raising_the_status_needs_no_new_revision(house):
    change(house / SURVEY / "sv.toml", 'status = "draft"', 'status = "reviewed"')
    assert found(house) == []


def test_words_that_are_hard_to_read_stop_the_check_and_not_the_service(house):
    change(house / SURVEY / "instrument.toml", 'waive = [{ lint = "and-or"', '# waive = [{ lint = "and-or"')
    assert found(house) == [("lint-and-or", f"{SURVEY}/sv.toml: $.item.say")]
    content.read(house)


HARDER = "Verksamhetens förutsättningar dokumenteras kontinuerligt av ansvariga myndigheter. "


@pytest.mark.parametrize(
    ("file", "words", "where"),
    [
        ("player/sv.toml", "Du kan hoppa över frågor.", "$.promise.you_decide.text"),
        ("player/sv.toml", "Koden står på ditt kort.", "$.code.hint"),
        ("player/sv.toml", "Du kan be att någon hör av sig.", "$.asking.lead"),
        ("player/sv.toml", "Dina svar är sparade. Ingen som jobbar", "$.done.saved"),
        ("player/sv.toml", "Minst {smallest} måste ha svarat. {operator}", "$.promise.who_sees.text"),
        ("player/sv.toml", "Du kan ringa och prata med någon. {lines}", "$.promise.help.text"),
        ("messages/sv.toml", "Nya frågor till dig", "$.subject"),
        ("messages/sv.toml", "Det tar 5 minuter.", "$.first"),
        ("messages/sv.toml", "Du kan fortfarande svara, om du vill.", "$.reminder"),
        ("ung-utfall/v1/sv.toml", "0 är sämst.", "$.item.life"),
        ("ung-upplevelse/v1/sv.toml", "Får du vara med", "$.item.say"),
    ],
)
def test_a_text_made_harder_is_found_wherever_a_young_person_meets_it(house, file, words, where):
    """G9: start, help, end and messages at most LIX 25, and each text of a screen readable by itself."""
    change(house / "surveys" / file, words, HARDER * 4 + words)
    place = f"surveys/{file}: {where}"
    kinds = ("lint-lix", "message-lix", "lint-hint", "lint-words")
    assert {(kind, place) for kind in kinds} & set(found(house))


@pytest.mark.parametrize(("edition", "limit"), [("standard", 25), ("easy", 20)])
def test_each_edition_for_young_people_has_its_limit(edition, limit):
    for questionnaire in content.read().questionnaires:
        if questionnaire.audience == "youth":
            assert 0 < readability.lix(readability.all_text(questionnaire, "sv", edition)) <= limit


def test_a_late_review_is_a_warning(house):
    late = found(house, dt.date(2027, 11, 23))
    assert {code for code, _ in late} == {"review-overdue"}
    assert len(late) == len(content.read().indicators) + len(content.codelists())
    content.read(house)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('source = "ung-upplevelse"', 'source = "ung"', "$.source"),
        ("majors = [1]", "majors = [1, 2]", "$.source"),
        ('paired_with = "U01w"', 'paired_with = "U09w"', "$.paired_with"),
        ('paired_with = "U01w"', 'paired_with = "Q01"', "$.paired_with"),
        ("in ('very', 'quite', 'not_very', 'not')", "in ('very', 'quite', 'not_vary')", "$.denominator"),
        ("safe_here = 'very' or", "safe_heer = 'very' or", "$.numerator"),
        ("n = 4\nx = 2", "n = 4\nx = 3", "$.example[0]"),
        ('{ safe_here = "skipped" }', '{ safe_here = "glömd" }', "$.example[0]"),
        ('{ safe_here = "skipped" }', '{ safe_heer = "skipped" }', "$.example[0]"),
        ("smallest_n = 10", "smallest_n = 5", "$.smallest_n"),
    ],
)
def test_an_indicator_that_points_nowhere_or_counts_wrong_is_found(house, old, new, where):
    change(house / "dashboards/indicators/U01.toml", old, new)
    assert ("dashboards/indicators/U01.toml", where) in {
        tuple(place.split(": ")) for _, place in found(house)
    }


def test_a_response_example_is_run_too(house):
    change(house / "dashboards/indicators/Q01.toml", "share = 0.75", "share = 0.8")
    assert found(house) == [("catalogue", "dashboards/indicators/Q01.toml: $.example[0]")]


def test_every_survey_share_stands_beside_its_worst_answer_and_harm_beside_nothing(house):
    """R7 U2: Paired indicators always together (DESIGN §5); harm is sensitive and never shown for one home (§4.5)."""
    catalogue = content.read(house)
    shares = {one.id: one for one in catalogue.indicators if one.is_of_answers}
    harm = shares.pop("T01")
    assert (harm.sensitivity, harm.smallest_n, harm.lowest_level, harm.paired_with) == (2, 21, "provider", "")
    for one in shares.values():
        pair = shares[one.paired_with]
        assert {one.id, pair.id} == {one.id.removesuffix("w"), one.id.removesuffix("w") + "w"}
        assert (one.denominator, one.sensitivity) == (pair.denominator, pair.sensitivity)
        assert {one.direction, pair.direction} == {"high", "low"}


def test_the_same_thing_counted_of_two_choices_is_found(house):
    """What is told of everybody and of some tells of the others (DESIGN §4.7)."""
    shutil.copy(house / "dashboards/indicators/S04.toml", house / "dashboards/indicators/S14.toml")
    change(house / "dashboards/indicators/S14.toml", 'id = "S04"', 'id = "S14"')
    change(
        house / "dashboards/indicators/S14.toml",
        'where = "is_acute is null or not is_acute"',
        'where = "is_acute"',
    )
    assert ("catalogue", "dashboards/indicators/S14.toml: $.where") in found(house)


def test_an_id_belongs_to_one_file(house):
    shutil.copy(house / "dashboards/indicators/U01.toml", house / "dashboards/indicators/U02.toml")
    assert {("catalogue", "U01"), ("indicator", "dashboards/indicators/U02.toml")} <= set(found(house))


def test_a_folder_is_named_after_its_questionnaire(house):
    (house / SURVEY).rename(house / "surveys/ung-upplevelse/v3")
    assert ("questionnaire", "surveys/ung-upplevelse/v3/instrument.toml") in found(house)


def test_a_language_without_its_file_or_the_players_words_is_found(house):
    change(
        house / SURVEY / "instrument.toml",
        'languages = ["sv", "en", "ar"]',
        'languages = ["sv", "en", "ar", "fi"]',
    )
    codes = found(house)
    assert ("questionnaire-words", f"{SURVEY}/fi.toml") in codes
    assert ("catalogue", "ung-upplevelse v1") in codes


def test_a_language_file_that_is_not_listed_is_found(house):
    shutil.copy(house / SURVEY / "en.toml", house / SURVEY / "de.toml")
    assert found(house) == [("questionnaire", f"{SURVEY}/de.toml")]


def test_a_language_that_cannot_be_read_is_not_called_missing_too(house):
    (house / SURVEY / "en.toml").write_text("language = ", encoding="utf-8")
    assert found(house) == [("content-unreadable", f"{SURVEY}/en.toml")]


TABLES = {
    "surveys/README.md": {
        "`[instrument]`": model.Instrument,
        "`[scale.<name>]`": model.Scale,
        "`[[item]]`": model.Item,
        "`show_if`": model.Condition,
        "`[[score]]`": model.Score,
        "language file": model.LanguageFile,
    },
    "dashboards/README.md": {"indicator": indicators.Indicator, "`[[example]]`": indicators.Example},
}


@pytest.mark.parametrize(
    ("file", "heading", "struct"),
    [(file, heading, struct) for file, tables in TABLES.items() for heading, struct in tables.items()],
)
def test_the_readme_lists_exactly_the_fields_there_are(file, heading, struct):
    section = (HOUSE / file).read_text(encoding="utf-8").split(f"### {heading}\n")[1].split("\n#")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)
    assert sorted(listed) == sorted(field.encode_name for field in msgspec.structs.fields(struct))
