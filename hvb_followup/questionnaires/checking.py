"""What is wrong with a questionnaire: parts that point nowhere, words that are missing.

Every fault is found before anything is refused; each names its place in the file as a path.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from hvb_followup.errors import Problem
from hvb_followup.frames import ANSWERS
from hvb_followup.questionnaires.model import (
    REFUSE,
    STATUSES,
    Condition,
    Instrument,
    Item,
    LanguageFile,
    Questionnaire,
)

READERS = 2  # people who must have read a translation before it is asked in
_CODE = re.compile(r"[a-z][a-z0-9_]*")
# Each fault as it is found: its path in the file, what is wrong, how to mend it.
_Found = Iterator[tuple[str, str, str]]


def problems(questionnaire: Questionnaire, where: str) -> tuple[Problem, ...]:
    """Everything in the structure that points nowhere or says two things. ``where`` names the file."""
    found = [
        *_head_problems(questionnaire),
        *_id_problems(questionnaire),
        *_scale_problems(questionnaire),
        *_item_problems(questionnaire),
        *_condition_problems(questionnaire),
        *_score_problems(questionnaire),
    ]
    return tuple(
        Problem(code="questionnaire", where=f"{where}: {place}", says=says, mend=mend)
        for place, says, mend in found
    )


def _head_problems(questionnaire: Questionnaire) -> _Found:
    head = questionnaire.instrument
    if head.base not in head.languages:
        yield "$.instrument.base", f"Grundspråket {head.base!r} finns inte bland språken.", ""
    if "standard" not in head.editions:
        yield "$.instrument.editions", "Utgåvan standard saknas.", "Lägg till standard."
    if head.ages is not None and head.ages[0] > head.ages[1]:
        yield "$.instrument.ages", "Den yngsta är äldre än den äldsta.", "Skriv den lägre åldern först."
    if head.audience == "youth" and head.identity != "pseudonymous":
        yield "$.instrument.identity", "Ungas svar ska vara pseudonyma.", "Skriv pseudonymous."
    if head.publishing == "change":
        yield from _change_problems(head)


def _change_problems(head: Instrument) -> _Found:
    """A pair is a start and an exit of one placement: both must be asked for, and something must join them.

    The social worker's exit has its pair in the young person's own.
    """
    if head.identity != "pseudonymous":
        yield (
            "$.instrument.identity",
            "Utan pseudonym kan start och avslut inte bilda par.",
            "Skriv pseudonymous.",
        )
    wanted = {"exit"} if head.audience == "social_worker" else {"start", "exit"}
    if not wanted <= set(head.moments):
        yield "$.instrument.moments", "Förändring kräver både start och avslut.", "Lägg till start och exit."


def _id_problems(questionnaire: Questionnaire) -> _Found:
    taken = Counter(item.id for item in questionnaire.items)
    for number, item in enumerate(questionnaire.items):
        place = f"$.item[{number}].id"
        if not _CODE.fullmatch(item.id):
            yield place, f"Id {item.id!r} är inte små bokstäver, siffror och _.", "Byt id."
        if taken[item.id] > 1:
            yield place, f"Id {item.id!r} finns flera gånger.", "Ge varje fråga ett eget id."
        if item.id in ANSWERS.columns:
            yield place, f"Id {item.id!r} är redan namnet på en kolumn i svaren.", "Byt id."


def _scale_problems(questionnaire: Questionnaire) -> _Found:
    for name, scale in questionnaire.scales.items():
        place = f"$.scale.{name}"
        codes = scale.codes("standard")
        if not codes:
            yield place, "Skalan har inga alternativ.", "Lägg till options, eller min och max."
        if len(set(codes)) < len(codes) or len(set(scale.easy)) < len(scale.easy):
            yield place, "Ett alternativ står två gånger.", "Ta bort det ena."
        for code in codes if scale.type == "choice" else ():
            if not _CODE.fullmatch(code) or code in (*STATUSES, REFUSE, "easy", "min", "max"):
                yield f"{place}.options", f"Alternativet {code!r} är upptaget eller felskrivet.", "Byt kod."
        if not set(scale.easy) <= set(codes):
            yield (
                f"{place}.easy",
                "Den lätta utgåvan har alternativ som skalan saknar.",
                "Använd skalans koder.",
            )
        if scale.type == "number" and (scale.min >= scale.max or scale.options or scale.easy):
            yield place, "En talskala har min under max, och inga alternativ.", "Skriv till exempel 0 och 10."
        if scale.score and (len(scale.score) != len(codes) or not all(0 <= s <= 100 for s in scale.score)):
            yield f"{place}.score", "Poängen ska vara lika många som alternativen, från 0 till 100.", ""


def _item_problems(questionnaire: Questionnaire) -> _Found:
    for number, item in enumerate(questionnaire.items):
        place = f"$.item[{number}]"
        if item.type != "text" and item.scale not in questionnaire.scales:
            yield f"{place}.scale", f"Skalan {item.scale!r} finns inte.", "Lägg till den eller byt namn."
            continue
        if item.type == "text" and item.max_chars <= 0:
            yield f"{place}.max_chars", "Fritext behöver en längsta längd.", "Skriv till exempel 500."
        if item.type == "goals":
            yield from _goals_problems(questionnaire, item, place)
        if item.easy and "easy" not in questionnaire.editions:
            yield (
                f"{place}.easy",
                "Frågan är lätt men någon lätt utgåva finns inte.",
                "Lägg till utgåvan easy.",
            )
        known = set(questionnaire.scale_of(item).codes("standard"))
        if item.help and not set(item.help.on) <= known:
            yield f"{place}.help.on", "Hjälpsidan väntar på ett svar som inte finns.", "Använd skalans koder."
        if item.help and item.help.below is not None and questionnaire.scale_of(item).type != "number":
            yield f"{place}.help.below", "Bara tal kan vara under något.", "Använd on."


def _goals_problems(questionnaire: Questionnaire, item: Item, place: str) -> _Found:
    """Goals stand in a list, and how near each of them is must be asked."""
    listed = questionnaire.scale_of(item).options
    if not 1 <= item.max <= len(listed):
        yield f"{place}.max", "Så många mål går inte att välja ur listan.", "Skriv till exempel 3."
    asked = {
        code
        for other in questionnaire.items
        for condition in other.show_if
        if condition.item == item.id
        for code in condition.in_
    }
    if missing := sorted(set(listed) - asked):
        yield place, f"Det frågas inte hur det går med {', '.join(missing)}.", "Lägg till en fråga per mål."


def _condition_problems(questionnaire: Questionnaire) -> _Found:
    earlier: dict[str, Item] = {}
    for number, item in enumerate(questionnaire.items):
        for at, condition in enumerate(item.show_if):
            place = f"$.item[{number}].show_if[{at}]"
            yield from _one_condition(questionnaire, condition, earlier, place)
        earlier[item.id] = item


def _one_condition(
    questionnaire: Questionnaire, condition: Condition, earlier: Mapping[str, Item], place: str
) -> _Found:
    if not set(condition.moment) <= set(questionnaire.instrument.moments):
        yield (
            f"{place}.moment",
            "Villkoret nämner ett tillfälle som formuläret saknar.",
            "Se $.instrument.moments.",
        )
    if (condition.in_ or condition.not_in) and not condition.item:
        yield place, "Villkoret säger inte vilken fråga svaret hör till.", "Lägg till item."
    if not condition.item:
        return
    if condition.item not in earlier:
        yield f"{place}.item", f"Frågan {condition.item!r} kommer inte tidigare.", "Ett villkor pekar bakåt."
        return
    known = {*questionnaire.scale_of(earlier[condition.item]).codes("standard"), *STATUSES}
    if not {*condition.in_, *condition.not_in} <= known:
        yield place, "Villkoret nämner ett svar som inte finns.", "Använd skalans koder."


def _score_problems(questionnaire: Questionnaire) -> _Found:
    items = {item.id: item for item in questionnaire.items}
    uses = Counter(item for score in questionnaire.scores for item in score.items)
    for number, score in enumerate(questionnaire.scores):
        place = f"$.score[{number}]"
        for item in score.items:
            if item not in items or items[item].type != "choice":
                yield f"{place}.items", f"Frågan {item!r} finns inte eller har inga alternativ.", "Byt fråga."
            elif uses[item] > 1:
                yield f"{place}.items", f"Frågan {item!r} räknas i flera poäng.", "Räkna varje fråga en gång."
        if not 1 <= score.need <= len(score.items):
            yield f"{place}.need", "Poängen kräver fler svar än den har frågor, eller inga.", "Ändra need."
        if (score.method == "any") != bool(score.on):
            yield f"{place}.on", "on hör till metoden any, och bara till den.", "Lägg till eller ta bort on."


def language_problems(questionnaire: Questionnaire, where: Mapping[str, str]) -> tuple[Problem, ...]:
    """Words missing, left over or uneven between languages. ``where`` names each language's file."""
    wanted = set(_wanted_words(questionnaire))
    base = questionnaire.words.get(questionnaire.instrument.base)
    found: list[Problem] = []
    for language in questionnaire.languages:
        if language not in questionnaire.words:
            found.append(_word_problem(where.get(language, language), "Språkfilen saknas."))
            continue
        have = set(_words_in(questionnaire.words[language]))
        place = where.get(language, language)
        # Without a readable base the language can only agree with itself about hints.
        optional = _hints(base or questionnaire.words[language])
        found += [
            _word_problem(f"{place}: {key}", "Texten saknas.") for key in sorted((wanted | optional) - have)
        ]
        found += [
            _word_problem(f"{place}: {key}", "Texten hör inte till något.")
            for key in sorted(have - wanted - optional)
        ]
        if questionnaire.words[language].language != language:
            found.append(
                _word_problem(f"{place}: $.language", "Språkfilen säger ett annat språk än sitt namn.")
            )
        found += _unread(questionnaire.words[language], questionnaire.instrument.base, place)
    return tuple(found)


def _unread(words: LanguageFile, base: str, place: str) -> Iterator[Problem]:
    """A translation is reviewed when two people have read it (R7 S2): the file says who."""
    if (
        words.language != base
        and words.status in ("reviewed", "tested")
        and len(set(words.read_by)) < READERS
    ):
        yield Problem(
            code="questionnaire-words",
            where=f"{place}: $.read_by",
            says=f"Översättningen heter {words.status} men färre än två har läst den.",
            mend="Skriv vilka två som har läst den i read_by, eller sätt status till draft.",
        )


def _word_problem(where: str, says: str) -> Problem:
    return Problem(code="questionnaire-words", where=where, says=says, mend="Alla språk ska ha samma texter.")


def _wanted_words(questionnaire: Questionnaire) -> Iterator[str]:
    for name, scale in questionnaire.scales.items():
        labels = ("min", "max") if scale.type == "number" else scale.options
        yield from (f"$.scale.{name}.{label}" for label in labels)
        yield from (f"$.scale.{name}.easy.{label}" for label in scale.easy)
    for item in questionnaire.items:
        yield f"$.item.{item.id}.q"
        if item.easy:
            yield f"$.item.{item.id}.easy"
        if item.not_relevant:
            yield f"$.item.{item.id}.not_relevant"
    if questionnaire.audience != "youth":
        yield from ("$.safeguarding.heading", "$.safeguarding.text")


def _words_in(words: LanguageFile) -> Iterator[str]:
    for name, labels in words.scale.items():
        for label, text in labels.items():
            place = f"$.scale.{name}.{label}"
            yield from [place] if isinstance(text, str) else (f"{place}.{code}" for code in text)
    for item_id, texts in words.item.items():
        for key in ("q", "easy", "hint", "not_relevant"):
            if getattr(texts, key):
                yield f"$.item.{item_id}.{key}"
    for key in ("heading", "text") if words.safeguarding else ():
        if getattr(words.safeguarding, key).strip():
            yield f"$.safeguarding.{key}"


def _hints(words: LanguageFile) -> set[str]:
    return {f"$.item.{item_id}.hint" for item_id, texts in words.item.items() if texts.hint}
