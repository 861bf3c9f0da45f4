"""What a letter and a card on paper say: neutral, short, easy to read. They never know to whom they go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.questionnaires.telling import TELLING

_FILLED = {"strip": ["{reference}"], "stub": ["{reference}"], "more_help": ["{address}"]}
_PLACE = re.compile(r"\{[^}]*\}?|\}")


class PrintedPart(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A heading and what stands under it."""

    heading: str
    text: str


class PrintedWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of one language. ``strip`` and ``stub`` are for whoever sends and are cut off."""

    heading: str
    only_you: str
    part: tuple[PrintedPart, ...]
    how: str
    scan: str
    picture: str
    address: str
    code: str
    last_day: str
    help: str
    danger: str
    more_help: str
    card: str
    strip: str
    strip_closed: str
    strip_cut: str
    stub: str

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with its place in the file."""
        for number, part in enumerate(self.part):
            yield f"part[{number}].heading", part.heading
            yield f"part[{number}].text", part.text
        for name, text in msgspec.structs.asdict(self).items():
            if isinstance(text, str):
                yield name, text

    def misfilled(self) -> list[str]:
        """The texts that lack what is to be filled in, or ask for something else."""
        return [name for name, text in self.texts() if _PLACE.findall(text) != _FILLED.get(name, [])]

    def letter(self) -> str:
        """What she reads on the letter, as sentences: the text whose reading level is held down."""
        parts = [one for part in self.part for one in (f"{part.heading}.", part.text)]
        return " ".join((f"{self.heading}.", self.only_you, *parts, self.scan, self.help, self.danger))


def untelling(lines: Sequence[HelpLine]) -> list[HelpLine]:
    """The help lines whose names may lie on a table without saying where she lives or who is asking."""
    return [one for one in lines if not TELLING.search(f"{one.name} {one.hours}")]
