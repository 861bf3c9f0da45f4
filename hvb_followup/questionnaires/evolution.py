"""What may differ between versions that are compared: words may be mended, structure may not.

A published MAJOR keeps its structure for ever; its hash stands in ``surveys/published.toml``. A new question,
option, order or score is a new MAJOR, whose answers are never added to the old one's (DESIGN §3, §4.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from hvb_followup.errors import Problem
from hvb_followup.questionnaires.model import LanguageFile, Questionnaire

# Neither what a question is compared with elsewhere nor why a reading rule is waived changes what is asked.
_FREE_ITEM_KEYS = ("maps", "waive")
_FREE_HEAD_KEYS = ("version", "base", "languages", "licence", "source")
_FREE_WORDS_KEYS = ("status", "revision", "read_by")
# What the format gained after words had been recorded: where it says nothing, the recorded hash must still hold.
_LATER_WORDS_KEYS = ("safeguarding",)


class Published(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``published.toml`` of one MAJOR: its structure's hash, and its words' by language and revision."""

    structure: str
    words: dict[str, dict[str, str]] = {}


def structure_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 of everything that must not change under a published MAJOR, in canonical form."""
    return _hash({**_structure(questionnaire), "major": questionnaire.major})


def words_hash(words: LanguageFile) -> str:
    """SHA-256 of one language's texts; the status may rise without the texts changing."""
    texts = msgspec.to_builtins(words)
    unsaid = [key for key in _LATER_WORDS_KEYS if not texts[key]]
    return _hash({key: value for key, value in texts.items() if key not in (*_FREE_WORDS_KEYS, *unsaid)})


def structure_problems(
    questionnaires: Iterable[Questionnaire], published: Mapping[str, Mapping[str, Published]]
) -> Iterator[Problem]:
    """Published MAJORs that are changed or gone. ``published`` is by family and then by "v1"."""
    have = {(one.id, f"v{one.major}"): one for one in questionnaires}
    for family, versions in published.items():
        for version, record in versions.items():
            questionnaire = have.get((family, version))
            if questionnaire is None:
                yield _broken(family, version, "published-gone", "finns inte längre, eller går inte att läsa")
            elif record.structure != structure_hash(questionnaire):
                yield _broken(family, version, "published-changed", "har en ändrad struktur")


def words_problems(
    questionnaire: Questionnaire, published: Mapping[str, Mapping[str, Published]]
) -> Iterator[Problem]:
    """A published MAJOR's words that are not recorded as they stand: nobody could tell what was asked."""
    version = f"v{questionnaire.major}"
    record = published.get(questionnaire.id, {}).get(version)
    for language, words in questionnaire.words.items() if record else ():
        now = words_hash(words)
        recorded = record.words.get(language, {}).get(str(words.revision)) if record else None
        if recorded != now:
            yield Problem(
                code="published-words",
                where=f"surveys/{questionnaire.id}/{version}/{language}.toml",
                says="Texten är ändrad utan ny revision." if recorded else "Revisionen är inte inskriven.",
                mend=f'Höj revision om texten är ändrad. Skriv i published.toml: {words.revision} = "{now}"',
            )


def _broken(family: str, version: str, code: str, what: str) -> Problem:
    return Problem(
        code=code,
        where=f"surveys/{family}/{version}/instrument.toml",
        says=f"En publicerad huvudversion {what}.",
        mend="Återställ den; det nya blir en egen huvudversion i en egen mapp.",
    )


def _structure(questionnaire: Questionnaire) -> dict[str, object]:
    """Every part by its path; lists of items and scores also say in which order they stand."""
    head = msgspec.to_builtins(questionnaire.instrument)
    parts = {f"instrument.{key}": value for key, value in head.items() if key not in _FREE_HEAD_KEYS}
    parts |= {f"scale.{name}": msgspec.to_builtins(scale) for name, scale in questionnaire.scales.items()}
    for item in questionnaire.items:
        keys = msgspec.to_builtins(item).items()
        parts[f"item.{item.id}"] = {key: value for key, value in keys if key not in _FREE_ITEM_KEYS}
    parts |= {f"score.{score.id}": msgspec.to_builtins(score) for score in questionnaire.scores}
    parts["item"] = [item.id for item in questionnaire.items]
    return parts


def _hash(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()
