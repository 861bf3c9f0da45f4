from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires.model import InstrumentFile, LanguageFile, Questionnaire

INSTRUMENT: dict[str, Any] = {
    "format": 1,
    "instrument": {
        "id": "prov",
        "version": "1.0.0",
        "audience": "youth",
        "identity": "pseudonymous",
        "publishing": "level",
        "source": "own",
        "licence": "CC-BY-4.0",
        "base": "sv",
        "languages": ["sv"],
        "editions": ["standard", "easy"],
        "ages": [13, 20],
        "moments": ["start", "exit"],
    },
    "scale": {
        "often": {"options": ["always", "mostly", "sometimes", "never"], "easy": ["always", "never"]},
        "sure": {"options": ["yes", "unsure", "no"], "refuse": True, "dont_know": True},
        "ladder": {"type": "number", "min": 0, "max": 10},
    },
    "item": [
        {"id": "calm", "domain": "a", "scale": "often", "easy": True, "not_relevant": True},
        {"id": "why", "domain": "a", "type": "text", "max_chars": 500},
        {"id": "worried", "domain": "a", "scale": "often", "reverse": True},
        {"id": "life", "domain": "b", "scale": "ladder", "easy": True},
        {"id": "work", "domain": "b", "scale": "sure", "show_if": [{"age_min": 15}]},
        {"id": "left", "domain": "b", "scale": "sure", "show_if": [{"moment": ["exit"]}]},
        {"id": "more", "domain": "b", "scale": "sure", "show_if": [{"item": "work", "in": ["no"]}]},
        {"id": "last", "domain": "b", "scale": "sure", "show_if": [{"item": "more", "in": ["yes"]}]},
    ],
    "score": [
        {"id": "mood", "items": ["calm", "worried", "life"], "need": 2},
        {"id": "hit", "items": ["work", "left"], "method": "any", "on": ["no", "unsure"]},
    ],
}

WORDS: dict[str, Any] = {
    "language": "sv",
    "status": "draft",
    "instrument": {"title": "Prov"},
    "scale": {
        "often": {
            "always": "Alltid",
            "mostly": "Oftast",
            "sometimes": "Ibland",
            "never": "Aldrig",
            "easy": {"always": "Ja", "never": "Nej"},
        },
        "sure": {"yes": "Ja", "unsure": "Osäker", "no": "Nej"},
        "ladder": {"min": "Sämst", "max": "Bäst"},
    },
    "item": {
        "calm": {"q": "Är du lugn?", "easy": "Lugn?", "hint": "Lugn är bra.", "not_relevant": "Vet ej"},
        "why": {"q": "Hur då?"},
        "worried": {"q": "Är du orolig?"},
        "life": {"q": "Hur är det?", "easy": "Hur är det nu?"},
        "work": {"q": "Har du jobb?"},
        "left": {"q": "Har du flyttat?"},
        "more": {"q": "Vill du ha jobb?"},
        "last": {"q": "Söker du jobb?"},
    },
}


def build(instrument: dict[str, Any], words: dict[str, Any]) -> Questionnaire:
    parsed = msgspec.convert(instrument, InstrumentFile)
    return Questionnaire(
        instrument=parsed.instrument,
        items=parsed.item,
        scales=parsed.scale,
        scores=parsed.score,
        words={"sv": msgspec.convert(words, LanguageFile)},
    )


@pytest.fixture
def plain() -> tuple[dict[str, Any], dict[str, Any]]:
    """The small questionnaire as plain tables that a test may change."""
    copied = msgspec.json.decode(msgspec.json.encode((INSTRUMENT, WORDS)))
    return copied[0], copied[1]


@pytest.fixture(scope="session")
def small() -> Questionnaire:
    """A small questionnaire with every kind of part."""
    return build(INSTRUMENT, WORDS)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The project's own content."""
    return content.read()


@pytest.fixture(scope="session")
def experience(catalogue: Catalogue) -> Questionnaire:
    """The project's own youth questionnaire."""
    return catalogue.questionnaire("ung-upplevelse", 1)


@pytest.fixture(scope="session")
def make() -> Callable[[dict[str, Any], dict[str, Any]], Questionnaire]:
    """A questionnaire of plain tables."""
    return build
