"""What a questionnaire may say: structure apart from words, one set of words per language.

A questionnaire is data (DESIGN §3): items with scales, plain conditions instead of expressions, and scores.
Nothing here knows files; ``content`` reads them and ``checking`` says what is wrong with what was read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

Audience = Literal["youth", "staff", "social_worker", "contact_person"]
Edition = Literal["standard", "easy"]
Moment = Literal["start", "follow_up", "exit", "after"]
Version = Annotated[str, msgspec.Meta(pattern=r"^\d+\.\d+\.\d+$")]  # MAJOR.MINOR.PATCH
Status = Literal["draft", "machine", "reviewed", "tested"]

READ: tuple[Status, ...] = (
    "reviewed",
    "tested",
)  # words that a person has read: the only ones outside demonstrations

# What may stand in place of an option's code, because analysis needs to tell the reasons apart (R7 I4).
SKIPPED = "skipped"
REFUSED = "refused"
NOT_RELEVANT = "not_relevant"
DONT_KNOW = "dont_know"
NOT_SHOWN = "not_shown"
NOT_REACHED = "not_reached"
STATUSES = (SKIPPED, REFUSED, NOT_RELEVANT, DONT_KNOW, NOT_SHOWN, NOT_REACHED)
REFUSE = "refuse"  # the option as offered; stored, it becomes the status "refused"
AND = "+"  # between the goals of one answer, which stand in the order of their list; no code holds it


class Instrument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The head of ``instrument.toml``: who is asked, in which languages, editions and moments."""

    id: str
    version: Version
    audience: Audience
    identity: Literal["anonymous", "pseudonymous"]
    publishing: Literal["level", "change"]
    source: Literal["own", "licensed"]
    licence: str
    base: str
    languages: tuple[str, ...]
    editions: tuple[Edition, ...] = ("standard",)
    ages: tuple[int, int] | None = None
    moments: tuple[Moment, ...] = ()
    recall: str = ""


class Scale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Options, best first; points fall 100 … 0 in equal steps unless ``score`` says otherwise ([]: unscored).

    A number scale runs from ``min`` to ``max``, the highest best, and needs no options.
    """

    type: Literal["choice", "number"] = "choice"
    options: tuple[str, ...] = ()
    easy: tuple[str, ...] = ()
    score: tuple[float, ...] | None = None
    min: int = 0
    max: int = 0
    refuse: bool = False
    dont_know: bool = False

    def codes(self, edition: str) -> tuple[str, ...]:
        """The option codes of an edition, in the order they are shown."""
        if self.type == "number":
            return tuple(str(number) for number in range(self.min, self.max + 1))
        return self.easy if edition == "easy" and self.easy else self.options


class Help(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Answers after which the help page is shown before the next question."""

    panel: str
    on: tuple[str, ...] = ()
    below: float | None = None

    def opens_on(self, code: str) -> bool:
        """True when the help page comes after this answer; a status never opens it."""
        return code in self.on or (self.below is not None and code.isdigit() and int(code) < self.below)


class Condition(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"in_": "in"}):
    """One plain condition; everything said in it must hold."""

    item: str = ""
    in_: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    moment: tuple[Moment, ...] = ()


class Waiver(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A reading rule that this item may break, and why."""

    lint: str
    reason: str


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question. An id keeps its meaning for ever; all of ``show_if`` must hold.

    ``goals`` are chosen from the scale, a list with pictures, at most ``max`` of them (DESIGN §4.9).
    """

    id: str
    domain: str
    type: Literal["choice", "text", "goals"] = "choice"
    scale: str = ""
    easy: bool = False
    reverse: bool = False
    not_relevant: bool = False
    max_chars: int = 0
    max: int = 0
    help: Help | None = None
    show_if: tuple[Condition, ...] = ()
    maps: dict[str, str] = {}
    waive: tuple[Waiver, ...] = ()


class Score(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A score over items: the mean of their points, or whether any answer is one of ``on``."""

    id: str
    items: tuple[str, ...]
    need: int = 1
    method: Literal["mean", "any"] = "mean"
    on: tuple[str, ...] = ()


class InstrumentFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of ``instrument.toml``: structure, no human text."""

    format: Literal[1]
    instrument: Instrument
    item: tuple[Item, ...]
    scale: dict[str, Scale] = {}
    score: tuple[Score, ...] = ()


class Title(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The questionnaire's title in one language."""

    title: str


class Safeguarding(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an adult must do who suspects that somebody is harmed: a box that stands on the page, always."""

    heading: str
    text: str


class ItemWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One question in one language; ``easy`` is its wording in the easy edition."""

    q: str
    easy: str = ""
    hint: str = ""
    not_relevant: str = ""


class LanguageFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole of ``sv.toml`` and its sisters: words only, with the same keys in every language."""

    language: str
    status: Status
    revision: int = 1
    read_by: tuple[str, ...] = ()
    instrument: Title
    scale: dict[str, dict[str, str | dict[str, str]]] = {}
    item: dict[str, ItemWords] = {}
    safeguarding: Safeguarding | None = None


class Questionnaire(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire of one MAJOR version: its structure, and its words by language."""

    instrument: Instrument
    items: tuple[Item, ...]
    scales: Mapping[str, Scale]
    scores: tuple[Score, ...]
    words: Mapping[str, LanguageFile]

    @property
    def id(self) -> str:
        """The family: what the questionnaire is called through all its versions."""
        return self.instrument.id

    @property
    def version(self) -> str:
        """MAJOR.MINOR.PATCH."""
        return self.instrument.version

    @property
    def major(self) -> int:
        """Answers of different MAJORs are never compared."""
        return int(self.version.split(".")[0])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it has words in, the base language first."""
        return self.instrument.languages

    @property
    def publishing(self) -> str:
        """``level`` or ``change``: how its figures may be published (DESIGN §4.4)."""
        return self.instrument.publishing

    @property
    def audience(self) -> str:
        """Who is asked."""
        return self.instrument.audience

    @property
    def ages(self) -> tuple[int, int] | None:
        """Youngest and oldest who are asked; None where age does not matter."""
        return self.instrument.ages

    @property
    def editions(self) -> tuple[str, ...]:
        """``standard``, and ``easy`` where there is one."""
        return self.instrument.editions

    def item(self, item_id: str) -> Item:
        """The item of an id; KeyError when there is none."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def scale_of(self, item: Item) -> Scale:
        """The scale an item is answered on; an empty one for text."""
        return self.scales.get(item.scale, Scale())

    def may_be_answered_at(self, age: int) -> bool:
        """True when it is for a young person of this age, or about one of any age."""
        low, high = self.instrument.ages or (0, 200)
        return low <= age <= high

    def title(self, language: str) -> str:
        """What it is called."""
        return self.words[language].instrument.title

    def safeguarding(self, language: str) -> Safeguarding | None:
        """The box that adults always see; None for young people, who meet help pages instead."""
        return self.words[language].safeguarding

    def question(self, item: Item, language: str, edition: str) -> str:
        """The item's question as the edition words it."""
        words = self.words[language].item[item.id]
        return words.easy if edition == "easy" and words.easy else words.q

    def hint(self, item: Item, language: str) -> str:
        """The line under the question, or ""."""
        return self.words[language].item[item.id].hint

    def label(self, item: Item, code: str, language: str, edition: str) -> str:
        """What an option says. ``refuse`` and ``dont_know`` are the player's own words, not the item's."""
        if code == NOT_RELEVANT:
            return self.words[language].item[item.id].not_relevant
        return _option_label(self.scale_of(item), self.words[language].scale[item.scale], code, edition)

    def end_label(self, item: Item, end: Literal["min", "max"], language: str) -> str:
        """What the lowest or highest number of a number scale means."""
        label = self.words[language].scale[item.scale][end]
        assert isinstance(label, str)
        return label


def _option_label(scale: Scale, words: Mapping[str, str | dict[str, str]], code: str, edition: str) -> str:
    if scale.type == "number":
        return code
    easy = words.get("easy", {})
    if edition == "easy" and isinstance(easy, dict) and code in easy:
        return easy[code]
    label = words[code]
    assert isinstance(label, str)
    return label


def openable(questionnaire: Questionnaire, language: str, demo: bool) -> bool:
    """True when a wave may open in this language: a person has read the words, or nothing here is real."""
    words = questionnaire.words.get(language)
    return words is not None and (demo or words.status in READ)
