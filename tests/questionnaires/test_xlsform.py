"""XLSForm out: every questionnaire and edition is read by pyxform as it stands, and says what our pages say."""

from __future__ import annotations

import itertools
import random
import re
from io import BytesIO
from xml.etree import ElementTree

import openpyxl
import pytest
from pyxform.xls2xform import convert

from hvb_followup import content
from hvb_followup.questionnaires import answers, routing
from hvb_followup.questionnaires.model import Condition, Questionnaire
from hvb_followup.questionnaires.xlsform import AGE, MOMENT, list_of, relevance, xlsform
from hvb_followup.sheets.tables import tables
from tests.walks import states, walk

CATALOGUE = content.read()
FORMS = [
    pytest.param(one, edition, id=f"{one.id}-{edition}")
    for one in CATALOGUE.questionnaires
    for edition in one.editions
]
every = pytest.mark.parametrize(("questionnaire", "edition"), FORMS)
NAMES = {"h": "http://www.w3.org/1999/xhtml", "x": "http://www.w3.org/2002/xforms"}
TELLING_TYPES = re.compile(
    r"start$|end$|today|device|phone|user|sim|subscriber|email|geo|audit|barcode|image"
)


def workbook(questionnaire: Questionnaire, edition: str) -> bytes:
    return tables(xlsform(questionnaire, edition, CATALOGUE.words).tables())


def rows(questionnaire: Questionnaire, edition: str, sheet: str) -> list[dict[str, str]]:
    """A sheet as another program reads it."""
    lines = openpyxl.load_workbook(BytesIO(workbook(questionnaire, edition)))[sheet].iter_rows(
        values_only=True
    )
    headings = next(lines)
    return [{name: value or "" for name, value in zip(headings, line, strict=True)} for line in lines]


def asked(questionnaire: Questionnaire, edition: str) -> list[str]:
    return [
        item.id for item in questionnaire.items if item.type != "text" and (item.easy or edition != "easy")
    ]


@every
def test_pyxform_takes_it_without_a_warning_and_every_item_stands_in_it(questionnaire, edition):
    warnings: list[str] = []
    made = convert(workbook(questionnaire, edition), warnings=warnings, file_type=".xlsx")
    assert warnings == []
    form = ElementTree.fromstring(made.xform)
    root = f"/{questionnaire.id}_{edition}/"
    bound = {one.get("nodeset", "").rpartition("/")[2]: one for one in form.iterfind(".//x:bind", NAMES)}
    shown = {one.get("ref", "").removeprefix("/data/"): one for one in form.iterfind(".//h:body/*", NAMES)}
    assert set(asked(questionnaire, edition)) <= set(shown) <= set(bound)
    for item_id in asked(questionnaire, edition):
        item = questionnaire.item(item_id)
        tag = shown[item_id].tag.rpartition("}")[2]
        assert tag == ("select" if item.type == "goals" else "select1"), root
        wanted = " and ".join(relevance(questionnaire, one) for one in item.show_if)
        told = re.sub(r"\s*/data/(\w+)\s*", r"${\1}", bound[item_id].get("relevant", ""))
        assert told.replace(" ", "") == wanted.replace(" ", "")


@every
def test_every_choice_stands_in_its_list_with_a_label_in_each_language(questionnaire, edition):
    form = ElementTree.fromstring(convert(workbook(questionnaire, edition), file_type=".xlsx").xform)
    told = {
        language.get("lang", ""): {
            text.get("id", ""): "".join(text.itertext()) for text in language.iterfind("x:text", NAMES)
        }
        for language in form.iterfind(".//x:translation", NAMES)
    }
    names = {
        language: f"{CATALOGUE.words[language].name} ({language})" for language in questionnaire.languages
    }
    assert set(told) == set(names.values())
    for item_id in asked(questionnaire, edition):
        item = questionnaire.item(item_id)
        listed = form.findall(f".//x:instance[@id='{list_of(item)}']/x:root/x:item", NAMES)
        codes = [one.findtext("x:name", "", NAMES) for one in listed]
        offered = answers.options(questionnaire, item, edition)
        assert codes == [answers.REFUSED if code == "refuse" else code for code in offered]
        for language, name in names.items():
            question = questionnaire.question(item, language, edition)
            assert question in told[name][f"/data/{item_id}:label"]
            hint = questionnaire.hint(item, language)
            assert hint in told[name].get(f"/data/{item_id}:hint", "")
            labels = [told[name][one.findtext("x:itextId", "", NAMES)].strip() for one in listed]
            assert all(labels)
            assert len(set(labels)) == len(labels)


@every
def test_nothing_asks_who_or_where_and_nothing_is_written_in_own_words(questionnaire, edition):
    survey = rows(questionnaire, edition, "survey")
    assert {row["type"].split()[0] for row in survey} <= {"select_one", "select_multiple", "note"}
    assert not [row for row in survey if TELLING_TYPES.match(row["type"])]
    assert {row["name"] for row in survey} == {
        *asked(questionnaire, edition),
        *([MOMENT] if questionnaire.instrument.moments else []),
        *(["safeguarding"] if questionnaire.audience != "youth" else []),
    }
    (settings,) = rows(questionnaire, edition, "settings")
    assert settings["form_id"] == f"{questionnaire.id}_{edition}"
    assert settings["default_language"] == "Svenska (sv)"
    assert "(utkast: sv, en" in settings["form_title"]


def holds(expression: str, said: dict[str, str]) -> bool:
    """XPath as far as our conditions go, worked out in Python: the oracle of what a tool would show."""
    python = re.sub(
        r"selected\(\$\{(\w+)\}, '(\w+)'\)", r"('\2' in said.get('\1', '').split('+'))", expression
    )
    python = re.sub(r"\$\{(\w+)\} = ''", r"(said.get('\1', '') == '')", python)
    return bool(eval(python, {"said": said})) if python else True


@every
def test_what_is_relevant_there_is_what_we_would_show(questionnaire, edition):
    """Along random paths: a tool that follows the form shows exactly our questions."""
    dice, survey = random.Random(edition), rows(questionnaire, edition, "survey")
    compared = 0
    for _, moment, age in itertools.islice(
        (one for one in states(questionnaire) if one[0] == edition), 0, None, 5
    ):
        given = walk(dice, questionnaire, edition, moment, age)
        known = {key: "" if code == answers.SKIPPED else code for key, code in given.items()} | {
            MOMENT: moment
        }
        there: list[str] = []
        for row in survey:
            if row["name"] in (MOMENT, "safeguarding"):
                continue
            if holds(row.get("relevant", ""), {key: known[key] for key in (*there, MOMENT)}):
                there.append(row["name"])
                known.setdefault(row["name"], "")
        path = routing.shown(questionnaire, edition=edition, age=age, moment=moment, answers=given)
        assert there == [item.id for item in path]
        compared += len(there)
    assert compared > 0


def test_goals_are_bounded_and_the_way_out_stands_alone():
    outcome = CATALOGUE.latest("ung-utfall")
    (goal,) = [row for row in rows(outcome, "standard", "survey") if row["name"] == "goal"]
    assert goal["type"] == "select_multiple goals_for_goal"
    assert goal["constraint"] == (
        "count-selected(.) <= 3 and not(selected(., 'not_relevant') and count-selected(.) > 1)"
    )
    assert goal["constraint_message::Svenska (sv)"].startswith("Välj högst 3")


@pytest.mark.parametrize(
    ("condition", "xpath"),
    [
        (Condition(item="a", in_=("x",)), "selected(${a}, 'x')"),
        (Condition(item="a", in_=("x", "y")), "(selected(${a}, 'x') or selected(${a}, 'y'))"),
        (Condition(item="a", not_in=("x", "y")), "not(selected(${a}, 'x')) and not(selected(${a}, 'y'))"),
        (Condition(item="a", not_in=("skipped",)), "not(${a} = '')"),
        (Condition(item="a", in_=("refused",)), "selected(${a}, 'refused')"),
        (Condition(age_min=15, age_max=17), f"${{{AGE}}} >= 15 and ${{{AGE}}} <= 17"),
        (
            Condition(item="a", in_=("x",), moment=("exit",)),
            "selected(${a}, 'x') and selected(${moment}, 'exit')",
        ),
    ],
)
def test_a_condition_becomes_xpath(small, condition, xpath):
    assert relevance(small, condition) == xpath


def test_a_small_form_with_ages_and_ways_out_is_taken_too(small):
    made = tables(xlsform(small, "standard", CATALOGUE.words).tables())
    warnings: list[str] = []
    form = convert(made, warnings=warnings, file_type=".xlsx").xform
    assert warnings == []
    assert f"/data/{AGE}  &gt;= 15" in form
    assert "Hur då?" not in form
    assert "Vill inte svara" in form
    easy = xlsform(small, "easy", CATALOGUE.words)
    assert [row["name"] for row in easy.survey] == [MOMENT, AGE, "calm", "life"]
