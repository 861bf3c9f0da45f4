"""Is it easy enough to read: LIX (Björnsson 1968) and the rules of R7 §5.3, with waivers that say why.

The rules are about Swedish. Young people's questions are held to all of them; adults may read longer and
harder sentences, but one question is one question for them too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.model import Item, ItemWords, Questionnaire

LIX_STANDARD = 25
LIX_EASY = 20
WORDS_STANDARD = 14
WORDS_EASY = 9
LONG_WORDS = 0.34
LIX_ADULTS = (
    35  # below ordinary newspaper text: answered in the middle of work, by many with another first language
)
WORDS_ADULTS = 18
LIX_ONE_TEXT = 35  # one text of a screen by itself, where it is long enough to be measured
SHORT_TEXT = 8  # words: a heading or a button is read as one
# Sections of the player's words that stand on one screen; every other section is a screen of its own.
SAME_SCREEN = {"hide": "start", "promise": "start", "code": "start"}
LINTS = ("words", "easy-words", "long-words", "negation", "and-or", "hint")

LONG_WORD = 7  # letters; from so many a word is long (Björnsson 1968)

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_SENTENCE_END = re.compile(r"[.?!:](?=\s|$)")
_NEGATIONS = frozenset(("inte", "aldrig", "ingen", "inget", "inga", "utan", "ej"))
_AND_OR = frozenset(("och", "eller"))
_SIMPLER = "Korta meningar och byt långa ord."
_PLACEHOLDER = re.compile(r"\{[a-z_]*\}")


def words_of(text: str) -> list[str]:
    """The words of a text, in order."""
    return _WORD.findall(text)


def lix(text: str) -> float:
    """Words per sentence plus per cent of words longer than six letters; 0 for no words at all."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    return len(words) / sentences + 100 * _long(words) / len(words)


def lints(questionnaire: Questionnaire, language: str, where: str) -> tuple[Problem, ...]:
    """What is too hard to read in one language's words, and waivers that waive nothing."""
    if language != "sv" or language not in questionnaire.words:
        return ()
    for_youth = questionnaire.audience == "youth"
    found = list(_whole(questionnaire, language, where))
    words = questionnaire.words[language].item
    for item in questionnaire.items:
        if item.id in words:
            broken = _broken(words[item.id]) if for_youth else _broken_for_adults(words[item.id])
            found += _item_lints(item, dict(broken), where)
    return tuple(found)


def screen_lints(texts: Iterable[tuple[str, str]], where: str) -> tuple[Problem, ...]:
    """What of the player's own Swedish is too hard: a whole screen, or one text of it. ``texts`` by path.

    Placeholders count as one short word; what adults are told instead may be as hard as their questions.
    """
    said = [(path, _PLACEHOLDER.sub("1", text)) for path, text in texts]
    return (*_hard_screens(said, where), *_hard_texts(said, where))


def _hard_screens(said: Iterable[tuple[str, str]], where: str) -> Iterator[Problem]:
    screens: dict[str, list[str]] = {}
    for path, text in said:
        section = path.split(".")[0]
        if "." in path and text.strip():
            screens.setdefault(SAME_SCREEN.get(section, section), []).append(_closed(text.strip()))
    for screen, parts in screens.items():
        limit = LIX_ADULTS if screen == "adult" else LIX_STANDARD
        if (value := lix(" ".join(parts))) > limit:
            says = f"Läsbarheten på sidan {screen} är LIX {value:.0f}, över {limit}."
            yield Problem(code="lint-lix", where=f"{where}: $.{screen}", says=says, mend=_SIMPLER)


def _closed(text: str) -> str:
    """A heading or a button ends where it ends: what comes next is another sentence."""
    return text if text[-1] in ".?!:" else f"{text}."


def _hard_texts(said: Iterable[tuple[str, str]], where: str) -> Iterator[Problem]:
    for path, text in said:
        limit = LIX_STANDARD if path.endswith(".easy") else LIX_ONE_TEXT
        if _is_hard(text, limit):
            says = f"Texten har LIX {lix(text):.0f}, över {limit}."
            yield Problem(code="lint-lix", where=f"{where}: $.{path}", says=says, mend=_SIMPLER)


def _is_hard(text: str, limit: float) -> bool:
    return len(_WORD.findall(text)) >= SHORT_TEXT and lix(text) > limit


def _whole(questionnaire: Questionnaire, language: str, where: str) -> Iterator[Problem]:
    standard = LIX_STANDARD if questionnaire.audience == "youth" else LIX_ADULTS
    for edition, limit in (("standard", standard), ("easy", LIX_EASY)):
        if edition not in questionnaire.editions:
            continue
        value = lix(all_text(questionnaire, language, edition))
        if value > limit:
            says = f"Läsbarheten i utgåvan {edition} är LIX {value:.0f}, över {limit}."
            yield Problem(code="lint-lix", where=where, says=says, mend=_SIMPLER)


def all_text(questionnaire: Questionnaire, language: str, edition: str) -> str:
    """Every question of an edition with its hint, as one text."""
    words = questionnaire.words[language].item
    items = [item for item in questionnaire.items if item.id in words and (item.easy or edition != "easy")]
    return " ".join(
        f"{questionnaire.question(item, language, edition)} {words[item.id].hint}" for item in items
    )


def _item_lints(item: Item, broken: Mapping[str, str], where: str) -> Iterator[Problem]:
    waived = {waiver.lint for waiver in item.waive}
    place = f"{where}: $.item.{item.id}"
    for lint, says in broken.items():
        if lint not in waived:
            yield Problem(
                code=f"lint-{lint}", where=place, says=says, mend="Skriv om, eller motivera i waive."
            )
    for lint in sorted(waived - set(broken)):
        says = f"Undantaget {lint!r} behövs inte eller finns inte."
        yield Problem(code="lint-waiver", where=place, says=says, mend="Ta bort det.")
    if any(not waiver.reason for waiver in item.waive):
        yield Problem(code="lint-waiver", where=place, says="Undantaget saknar skäl.", mend="Skriv varför.")


def _broken(words: ItemWords) -> Iterator[tuple[str, str]]:
    """Each broken rule and what is wrong; both editions' wordings are read."""
    standard, easy = _WORD.findall(words.q), _WORD.findall(words.easy)
    spoken = {word.lower() for word in standard + easy}
    if len(standard) > WORDS_STANDARD:
        yield "words", f"Frågan har {len(standard)} ord, fler än {WORDS_STANDARD}."
    if len(easy) > WORDS_EASY:
        yield "easy-words", f"Den lätta frågan har {len(easy)} ord, fler än {WORDS_EASY}."
    if any(_long(text) > LONG_WORDS * len(text) for text in (standard, easy)):
        yield "long-words", "Fler än en tredjedel av orden är långa."
    if spoken & _NEGATIONS:
        yield "negation", "Frågan är nekande."
    if spoken & _AND_OR:
        yield "and-or", "Frågan har och eller eller, och kan vara två frågor i en."
    if _is_hard(words.hint, LIX_ONE_TEXT):
        yield "hint", f"Raden under frågan har LIX {lix(words.hint):.0f}, över {LIX_ONE_TEXT}."


def _broken_for_adults(words: ItemWords) -> Iterator[tuple[str, str]]:
    standard = _WORD.findall(words.q)
    if len(standard) > WORDS_ADULTS:
        yield "words", f"Frågan har {len(standard)} ord, fler än {WORDS_ADULTS}."
    if {word.lower() for word in standard} & _AND_OR:
        yield "and-or", "Frågan har och eller eller, och kan vara två frågor i en."


def _long(words: list[str]) -> int:
    return sum(len(word) >= LONG_WORD for word in words)
