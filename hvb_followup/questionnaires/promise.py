"""The privacy text of the start page, made from the deployment's facts and never typed (DESIGN §4.11).

A missing fact keeps the wave shut. The text promises what the machinery keeps, and so never "helt anonymt".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import msgspec

from hvb_followup.errors import Problem, Refused
from hvb_followup.questionnaires.help_lines import PANELS, HelpLine, for_her
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.player import PlayerWords, PromiseParagraph, PromiseWords
from hvb_followup.questionnaires.routing import most

SMALLEST_GROUP = 5
FRESH_DAYS = 365  # a help line checked longer ago than this keeps the wave shut (R7 H3)
SECONDS_A_QUESTION = 15
OF_AGE = 18


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the text is made from. ``feedback`` says by language where the results can be read.

    ``withdraw_until`` is the wave's last day when nothing else is said.
    """

    operator: str = ""
    smallest_group: int = SMALLEST_GROUP
    closes_on: dt.date | None = None
    results_by: dt.date | None = None
    withdraw_until: dt.date | None = None
    helplines: tuple[HelpLine, ...] = ()
    feedback: Mapping[str, str] = {}


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """A heading and its text, ready to be shown."""

    heading: str
    text: str


def start_text(
    questionnaire: Questionnaire,
    facts: Facts,
    language: str,
    edition: str,
    words: PlayerWords,
    *,
    moment: str = "",
    starts_on: dt.date | None = None,
    age: int | None = None,
    last_on: dt.date | None = None,
    with_text: bool = False,
) -> list[Paragraph]:
    """The start page in one language and edition; Refused with every missing fact.

    Adults are told what holds for adults and what they must do who suspect harm; who answers about a placement,
    by its first day which one, and never anything that anybody has answered. ``age`` is the one she reaches this year:
    who surely is of age is told that she decides. ``last_on`` is the last day on which her code opens, where that is
    before the wave's; ``with_text``, where own words are asked for, tells who reads them.
    """
    if gaps := missing(facts, languages=(language,)):
        raise Refused(*gaps)
    values = {
        **_about(questionnaire, language, edition, moment, with_text=with_text),
        **_from_facts(facts, language, words.promise, age),
        "help": words.help.short,
        "starts_on": written_day(starts_on, words.promise),
        "closes_on": written_day(min(filter(None, (facts.closes_on, last_on))), words.promise),
    }
    is_young = questionnaire.instrument.audience == "youth"
    is_change = questionnaire.publishing == "change"
    parts = _parts(words.promise, moment, is_change) if is_young else _adult_parts(words, moment, is_change)
    if with_text and _asks_for_words(questionnaire, edition):
        after = parts.index(words.promise.nobody_comes if is_young else words.adult.who_sees) + 1
        parts = (*parts[:after], _own_words(words, is_young=is_young), *parts[after:])
    told = [Paragraph(heading=part.heading, text=_text(part, edition).format_map(values)) for part in parts]
    if is_young and age is not None and age > OF_AGE:
        told[1] = Paragraph(heading=told[1].heading, text=f"{told[1].text} {words.promise.of_age}")
    box = questionnaire.safeguarding(language)
    return told if box is None else [*told, Paragraph(heading=box.heading, text=box.text)]


def who_reads(questionnaire: Questionnaire, words: PlayerWords) -> str:
    """Who reads own words, and that names should not be written."""
    own = _own_words(words, is_young=questionnaire.instrument.audience == "youth")
    return own.text.format_map({"help": words.help.short})


def _own_words(words: PlayerWords, *, is_young: bool) -> PromiseParagraph:
    return words.promise.own_words if is_young else words.adult.own_words


def _asks_for_words(questionnaire: Questionnaire, edition: str) -> bool:
    return any(item.type == "text" and (item.easy or edition != "easy") for item in questionnaire.items)


def missing(
    facts: Facts, *, languages: tuple[str, ...] = ("sv",), today: dt.date | None = None
) -> tuple[Problem, ...]:
    """Every fact that the text needs and the deployment lacks; with ``today`` also help lines gone stale."""
    found = [*_gaps(facts), *_contradictions(facts), *_help_gaps(facts, today)]
    found += [
        (f"feedback.{language}", "Det saknas hur resultatet berättas.")
        for language in languages
        if not facts.feedback.get(language)
    ]
    return tuple(
        Problem(code="fact-missing", where=where, says=says, mend="Fyll i den i deployment.toml.")
        for where, says in found
    )


def _gaps(facts: Facts) -> Iterator[tuple[str, str]]:
    if not facts.operator.strip():
        yield "operator", "Det saknas vem som har hand om svaren."
    if facts.closes_on is None:
        yield "closes_on", "Det saknas när mätomgången stänger."
    if facts.results_by is None:
        yield "results_by", "Det saknas när resultatet senast berättas."


def _contradictions(facts: Facts) -> Iterator[tuple[str, str]]:
    if facts.smallest_group < SMALLEST_GROUP:
        yield "smallest_group", f"Den minsta gruppen får inte vara under {SMALLEST_GROUP}."
    if facts.closes_on is None:
        return
    if facts.withdraw_until is not None and facts.withdraw_until > facts.closes_on:
        yield "withdraw_until", "Svar kan bara tas bort tills mätomgången stänger."
    if facts.results_by is not None and facts.results_by < facts.closes_on:
        yield "results_by", "Resultatet kan inte berättas innan mätomgången stänger."


def _help_gaps(facts: Facts, today: dt.date | None) -> Iterator[tuple[str, str]]:
    if not facts.helplines:
        yield "helplines", "Det saknas någonstans att vända sig."
    for number, line in enumerate(facts.helplines):
        if not line.name or not line.phone:
            yield f"helplines[{number}]", "Hjälplinjen saknar namn eller nummer."
        if unknown := sorted(set(line.panels) - PANELS):
            yield f"helplines[{number}].panels", f"Det finns ingen hjälpsida som heter {', '.join(unknown)}."
        if 0 < line.oldest < line.youngest:
            yield f"helplines[{number}].oldest", "Den äldsta är yngre än den yngsta."
        if line.verified_on is None:
            yield f"helplines[{number}].verified_on", "Det saknas när numret senast prövades."
        elif today is not None and (today - line.verified_on).days > FRESH_DAYS:
            yield f"helplines[{number}].verified_on", "Numret prövades för mer än ett år sedan."


def _parts(words: PromiseWords, moment: str, is_change: bool) -> tuple[PromiseParagraph, ...]:
    # A change is told of no home by itself and on no day: it waits for its pair, and for others (DESIGN §4.4).
    change = words.once_gone if moment in {"exit", "after"} else words.while_there
    return (
        words.about,
        words.you_decide,
        words.who_sees,
        words.nobody_comes,
        words.help,
        words.unfinished,
        words.withdraw,
        change if is_change else words.afterwards,
    )


def _adult_parts(words: PlayerWords, moment: str, is_change: bool) -> tuple[PromiseParagraph, ...]:
    adult = words.adult
    about_whom = {"start": (adult.at_start,), "exit": (adult.at_exit,)}.get(moment, ())
    return (
        adult.about,
        *about_whom,
        adult.you_decide,
        adult.who_sees,
        words.promise.unfinished,
        words.promise.withdraw,
        adult.as_change if is_change else adult.afterwards,
    )


def _text(part: PromiseParagraph, edition: str) -> str:
    return part.easy if edition == "easy" and part.easy else part.text


def _about(
    questionnaire: Questionnaire, language: str, edition: str, moment: str, *, with_text: bool
) -> dict[str, object]:
    """How many questions the longest path has, and about how many minutes they take."""
    oldest = questionnaire.ages[1] if questionnaire.ages else None
    count = most(questionnaire, edition=edition, age=oldest, moment=moment, answers={}, with_text=with_text)
    minutes = max(1, round(count * SECONDS_A_QUESTION / 60))
    return {"questions": count, "minutes": minutes, "title": questionnaire.title(language)}


def _from_facts(facts: Facts, language: str, words: PromiseWords, age: int | None) -> dict[str, object]:
    for_whom = for_her(facts.helplines, language, age=age)
    lines = " ".join(words.line.format(name=line.name, phone=line.phone) for line in for_whom)
    return {
        "operator": facts.operator,
        "smallest": facts.smallest_group,
        "withdraw_until": written_day(facts.withdraw_until or facts.closes_on, words),
        "results_by": written_day(facts.results_by, words),
        "feedback": facts.feedback[language],
        "lines": lines,
    }


def written_day(day: dt.date | None, words: PromiseWords) -> str:
    """A day in words, as "15 januari 2027"; "" for none."""
    return words.date.format(day=day.day, month=words.months[day.month - 1], year=day.year) if day else ""
