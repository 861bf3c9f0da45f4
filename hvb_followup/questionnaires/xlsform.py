"""A questionnaire as an XLSForm: three tables that other survey tools read (xlsform.org).

One edition is one form, with every language in it. Own words are left out as the player leaves them out, and so are
the tool's own questions about who, where and when: nothing here asks for more than our own pages do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hvb_followup.questionnaires.answers import options
from hvb_followup.questionnaires.model import (
    NOT_REACHED,
    NOT_SHOWN,
    REFUSE,
    REFUSED,
    SKIPPED,
    Condition,
    Item,
    Questionnaire,
    openable,
)
from hvb_followup.questionnaires.player import PlayerWords

MOMENT, AGE = "moment", "age_at_start"  # what the routing knows of a sitting, asked first where it is needed
# In a language without its own words the base language's are shown.
_ASKED_FIRST = {
    MOMENT: {"sv": "När sker detta?", "en": "When is this?"},
    AGE: {"sv": "Ålder när placeringen började", "en": "Age when the placement began"},
    "start": {"sv": "Vid starten", "en": "At the start"},
    "follow_up": {"sv": "Under tiden", "en": "Along the way"},
    "exit": {"sv": "Vid avslutet", "en": "At the end"},
    "after": {"sv": "Efteråt", "en": "Afterwards"},
}
_EMPTY = frozenset((SKIPPED, NOT_SHOWN, NOT_REACHED))  # what a question without an answer is in other tools
Row = dict[str, str]
Texts = Mapping[str, str]  # a text by language


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The three sheets of an XLSForm; a row's columns by their names, those that are missing empty."""

    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: tuple[Row, ...]

    def tables(self) -> dict[str, tuple[list[str], list[list[str]]]]:
        """Each sheet's headings and rows, in the columns' order of appearance."""
        sheets = {"survey": self.survey, "choices": self.choices, "settings": self.settings}
        return {name: _table(rows) for name, rows in sheets.items()}


def _table(rows: Sequence[Row]) -> tuple[list[str], list[list[str]]]:
    headings = list(dict.fromkeys(column for row in rows for column in row))
    return headings, [[row.get(heading, "") for heading in headings] for row in rows]


def xlsform(questionnaire: Questionnaire, edition: str, words: Mapping[str, PlayerWords]) -> Form:
    """The form of an edition, in every language that the questionnaire and the player have ``words`` in."""
    made = _Maker(questionnaire, edition, words)
    asked = tuple(made.asked())
    return Form(
        survey=(*made.first(), *(made.question(item) for item in asked)),
        choices=tuple(made.choices(asked)),
        settings=(made.settings(),),
    )


class _Maker:
    """What every row leans on: a questionnaire in one edition, and its languages by their own names."""

    def __init__(self, questionnaire: Questionnaire, edition: str, words: Mapping[str, PlayerWords]) -> None:
        self.questionnaire, self.edition, self.words = questionnaire, edition, words
        self.languages = [one for one in questionnaire.languages if one in words]
        self.base = questionnaire.instrument.base

    def asked(self) -> Iterator[Item]:
        """The items of the edition; one that waits for an answer nobody can give is never shown, and left out."""
        there: set[str] = set()
        for item in self.questionnaire.items:
            waits = any(one.in_ and one.item not in there for one in item.show_if)
            if item.type != "text" and (item.easy or self.edition != "easy") and not waits:
                there.add(item.id)
                yield item

    def first(self) -> Iterator[Row]:
        """What is shown or asked before the questions: what adults must do, the moment, the age."""
        if self.questionnaire.audience != "youth":
            boxes = {one: self.questionnaire.safeguarding(one) for one in self.languages}
            heading = {one: box.heading for one, box in boxes.items() if box}
            text = {one: box.text for one, box in boxes.items() if box}
            yield (
                {"type": "note", "name": "safeguarding"} | self._in("label", heading) | self._in("hint", text)
            )
        if self.questionnaire.instrument.moments:
            asked = {"type": f"select_one {MOMENT}", "name": MOMENT, "required": "yes"}
            yield asked | self._in("label", _ASKED_FIRST[MOMENT])
        if any(one.age_min or one.age_max for item in self.questionnaire.items for one in item.show_if):
            yield {"type": "integer", "name": AGE, "required": "yes"} | self._in("label", _ASKED_FIRST[AGE])

    def question(self, item: Item) -> Row:
        """The row of an item."""
        questionnaire = self.questionnaire
        kind = "select_multiple" if item.type == "goals" else "select_one"
        row = {"type": f"{kind} {list_of(item)}", "name": item.id}
        row |= self._in(
            "label", {one: questionnaire.question(item, one, self.edition) for one in self.languages}
        )
        row |= self._in("hint", {one: questionnaire.hint(item, one) for one in self.languages})
        there = {one.id for one in self.asked()}
        conditions = [relevance(questionnaire, one) for one in item.show_if if one.item in {"", *there}]
        row["relevant"] = " and ".join(conditions)
        return row | (self._bounds(item) if item.type == "goals" else {})

    def _bounds(self, item: Item) -> Row:
        """Some goals and no more, or the way out by itself."""
        alone = [code for code in self._codes(item) if code not in self.questionnaire.scale_of(item).options]
        parts = [f"count-selected(.) <= {item.max}"]
        parts += [f"not(selected(., '{code}') and count-selected(.) > 1)" for code in alone]
        told = {one: self.words[one].question.choose_some.format(most=item.max) for one in self.languages}
        return {"constraint": " and ".join(parts)} | self._in("constraint_message", told)

    def choices(self, asked: Sequence[Item]) -> Iterator[Row]:
        """Every list once; the options that are an item's own make it a list of its own."""
        for moment in self.questionnaire.instrument.moments:
            yield {"list_name": MOMENT, "name": moment} | self._in("label", _ASKED_FIRST[moment])
        lists: dict[str, Item] = {}
        for item in asked:
            lists.setdefault(list_of(item), item)
        for name, item in lists.items():
            for code in self._codes(item):
                told = {one: self._label(item, code, one) for one in self.languages}
                yield {"list_name": name, "name": code} | self._in("label", told)

    def _codes(self, item: Item) -> list[str]:
        """What is stored for each option, in the order they are shown."""
        offered = options(self.questionnaire, item, self.edition)
        return [REFUSED if code == REFUSE else code for code in offered]

    def _label(self, item: Item, code: str, language: str) -> str:
        page, scale = self.words[language].question, self.questionnaire.scale_of(item)
        own = {REFUSED: page.refuse, "dont_know": page.dont_know}
        if scale.type == "number" and code in (ends := {str(scale.min): "min", str(scale.max): "max"}):
            end = self.questionnaire.end_label(item, "min" if ends[code] == "min" else "max", language)
            return f"{code}: {end}"
        return own.get(code) or self.questionnaire.label(item, code, language, self.edition)

    def settings(self) -> Row:
        """The form's name, version and first language; words that nobody has reviewed are told in its title."""
        questionnaire = self.questionnaire
        unread = [one for one in self.languages if not openable(questionnaire, one, demo=False)]
        title = questionnaire.title(self.base) + (f" (utkast: {', '.join(unread)})" if unread else "")
        return {
            "form_title": title,
            "form_id": f"{questionnaire.id}_{self.edition}",
            "version": questionnaire.version,
            "default_language": self._name(self.base),
        }

    def _name(self, language: str) -> str:
        return f"{self.words[language].name} ({language})"

    def _in(self, column: str, texts: Texts) -> Row:
        return {
            f"{column}::{self._name(language)}": texts.get(language, texts.get(self.base, ""))
            for language in self.languages
        }


def list_of(item: Item) -> str:
    """The name of an item's list of choices."""
    return f"{item.scale}_for_{item.id}" if item.not_relevant else item.scale


def relevance(questionnaire: Questionnaire, condition: Condition) -> str:
    """The condition as XPath; everything said in it must hold."""
    parts = [_any_of(condition.item, condition.in_)] if condition.in_ else []
    parts += [f"not({_is(condition.item, code)})" for code in condition.not_in]
    if condition.age_min is not None:
        parts.append(f"${{{AGE}}} >= {condition.age_min}")
    if condition.age_max is not None:
        parts.append(f"${{{AGE}}} <= {condition.age_max}")
    if condition.moment:
        parts.append(_any_of(MOMENT, condition.moment))
    return " and ".join(parts)


def _any_of(item: str, codes: Sequence[str]) -> str:
    said = " or ".join(_is(item, code) for code in codes)
    return f"({said})" if len(codes) > 1 else said


def _is(item: str, code: str) -> str:
    return f"${{{item}}} = ''" if code in _EMPTY else f"selected(${{{item}}}, '{code}')"
