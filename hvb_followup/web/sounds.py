"""Recorded questions and answers, read once at start and served under names that say nothing but their content's hash.

Which recordings there are decides what a page offers. ``surveys/<id>/v<MAJOR>/sound/<language>/<edition>/`` holds
``<item>`` and ``<scale>.<option>``, each as .mp3, .m4a or .ogg. A page with sound may load media from here, no other may.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import msgspec

from hvb_followup.questionnaires.model import Item, Questionnaire

TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg"}
PATH = "/svara/ljud"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")

# Family, MAJOR, language, edition.
Key = tuple[str, int, str, str]


class Recording(msgspec.Struct, frozen=True):
    """One recording as it is sent."""

    media_type: str
    body: bytes


class Sounds(msgspec.Struct, frozen=True):
    """Recordings by their served names, and those names by questionnaire and by what is read."""

    by_name: dict[str, Recording] = {}
    names: dict[Key, dict[str, str]] = {}

    def of(self, questionnaire: Questionnaire, language: str, edition: str) -> dict[str, str]:
        """The recordings of a questionnaire's edition in a language, by item and by ``scale.option``."""
        return self.names.get((questionnaire.id, questionnaire.major, language, edition), {})

    def question(
        self, questionnaire: Questionnaire, item: Item, language: str, edition: str, options: tuple[str, ...]
    ) -> tuple[str, ...]:
        """The addresses of a question and then of its options, as far as they are recorded; () without the question."""
        have = self.of(questionnaire, language, edition)
        wanted = (item.id, *(f"{item.scale}.{option}" for option in options))
        return tuple(f"{PATH}/{have[one]}" for one in wanted if one in have) if item.id in have else ()


def read_sounds(surveys: Path) -> Sounds:
    """Every recording beside the questionnaires."""
    by_name: dict[str, Recording] = {}
    names: dict[Key, dict[str, str]] = {}
    for path in sorted(surveys.glob("*/v*/sound/*/*/*")):
        if path.suffix not in TYPES:
            continue
        family, version, _, language, edition = path.relative_to(surveys).parts[:5]
        body = path.read_bytes()
        name = f"{hashlib.sha256(body).hexdigest()[:20]}{path.suffix}"
        by_name[name] = Recording(TYPES[path.suffix], body)
        names.setdefault((family, int(version[1:]), language, edition), {})[path.stem] = name
    return Sounds(by_name, names)


def part_of(asked: str, size: int) -> tuple[int | None, int]:
    """First and last byte of the one part asked for; None where the whole is; the last before the first where none is."""
    match = _RANGE.fullmatch(asked.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None, size - 1
    if match[1] == "":
        return max(0, size - int(match[2])), size - 1
    last = min(int(match[2] or size - 1), size - 1)
    return (int(match[1]), last) if int(match[1]) < size else (size, size - 1)
