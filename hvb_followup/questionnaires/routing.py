"""Which questions are shown, given the answers so far: plain conditions only, decided anew at each step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from hvb_followup.questionnaires.model import AND, Condition, Edition, Item, Questionnaire


def shown(
    questionnaire: Questionnaire,
    *,
    edition: str,
    age: int | None,
    moment: str,
    answers: Mapping[str, str],
    with_text: bool = False,
) -> tuple[Item, ...]:
    """The items of this path, in order. ``answers`` are codes and statuses by item id.

    Own words are left out unless ``with_text``: where no reviewer's desk can be sealed to, nobody may be
    asked for them (DESIGN §4.10). An answer to an item that is now hidden decides nothing.
    """
    path: list[Item] = []
    counted: dict[str, str] = {}
    for item in _askable(questionnaire, edition, age, moment, with_text):
        if all(_answer_holds(condition, counted.get(condition.item)) for condition in item.show_if):
            path.append(item)
            if item.id in answers:
                counted[item.id] = answers[item.id]
    return tuple(path)


def most(
    questionnaire: Questionnaire,
    *,
    edition: str,
    age: int | None,
    moment: str,
    answers: Mapping[str, str],
    with_text: bool = False,
) -> int:
    """How many questions the path can still come to, so that "Fråga 3 av 20" never grows (R7 I5)."""
    possible: dict[str, Item] = {}
    for item in _askable(questionnaire, edition, age, moment, with_text):
        if all(_may_hold(condition, possible, answers) for condition in item.show_if):
            possible[item.id] = item
    unchosen = [item for item in possible.values() if item.type == "goals" and item.id not in answers]
    return len(possible) - sum(_too_many(goals, possible) for goals in unchosen)


def hanging_on(
    questionnaire: Questionnaire, *, edition: str, age: int | None, moment: str
) -> dict[str, tuple[str, ...]]:
    """Every question that may be asked, in order, and those before it whose answers decide whether it is."""
    asked = _askable(questionnaire, edition, age, moment, with_text=False)
    return {item.id: tuple(one.item for one in item.show_if if one.item) for item in asked}


def suggested_edition(age: int) -> Edition:
    """Easy for those under 15, standard from then on; anyone may choose the other (R7 §4.6)."""
    return "easy" if age < 15 else "standard"


def _askable(
    questionnaire: Questionnaire, edition: str, age: int | None, moment: str, with_text: bool
) -> Iterator[Item]:
    """Items that edition, kind, age and moment allow, whatever has been answered."""
    for item in questionnaire.items:
        asked = (item.easy or edition != "easy") and (with_text or item.type != "text")
        if asked and all(_fits(condition, age, moment) for condition in item.show_if):
            yield item


def _fits(condition: Condition, age: int | None, moment: str) -> bool:
    old_enough = condition.age_min is None or (age is not None and age >= condition.age_min)
    young_enough = condition.age_max is None or (age is not None and age <= condition.age_max)
    return old_enough and young_enough and (not condition.moment or moment in condition.moment)


def _answer_holds(condition: Condition, answer: str | None) -> bool:
    """What is not yet answered is not one of ``in``, and is none of ``not_in`` either; any goal chosen counts."""
    said = set() if answer is None else set(answer.split(AND))
    if condition.in_ and said.isdisjoint(condition.in_):
        return False
    return said.isdisjoint(condition.not_in)


def _may_hold(condition: Condition, possible: Collection[str], answers: Mapping[str, str]) -> bool:
    if condition.item in possible and condition.item not in answers:
        return True
    answer = answers.get(condition.item) if condition.item in possible else None
    return _answer_holds(condition, answer)


def _too_many(goals: Item, possible: Mapping[str, Item]) -> int:
    """How many of the questions about single goals cannot come, since only some goals may be chosen."""
    about = [
        item for item in possible.values() if any(one.item == goals.id and one.in_ for one in item.show_if)
    ]
    return max(0, len(about) - goals.max)
