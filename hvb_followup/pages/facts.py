"""Plain facts of homes (class C): the whole of what may be told of places, price, inspections and signatures.

A release of the kind ``facts`` holds these fields and no other; nothing here is about a person (DESIGN §4.6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec

from hvb_followup.pages.words import SWEDISH, Words
from hvb_followup.periods import half_year_words

ROLES = {"unit_manager": "föreståndaren"}
INCLUDED = {
    "includes_school": "skola",
    "includes_travel": "resor",
    "includes_reinforcement": "förstärkning",
}


class Capacity(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Places from a day, the price of a day in öre with what it includes, own ages and licence; None is not known.

    ``licence`` is the authority's diary number. ``is_free_old``: how many were free was said so long ago that
    nobody knows any more, and is not told.
    """

    from_on: dt.date
    places: int
    free: int | None = None
    price: int | None = None
    includes_school: bool | None = None
    includes_travel: bool | None = None
    includes_reinforcement: bool | None = None
    takes_from: int | None = None
    takes_to: int | None = None
    licence_on: dt.date | None = None
    licence: str = ""
    is_free_old: bool = False


class Inspection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One inspection, in codes; ``reference`` is the authority's diary number."""

    held_on: dt.date
    kind: str
    areas: tuple[str, ...] = ()
    decision: str = ""
    state: str = ""
    reference: str = ""


class Signed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The newest quarter that was signed: by whom as a role, never as a name, and when."""

    quarter: str
    signed_on: dt.date
    role: str = ""


class Feedback(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A closed wave: by when the young people were to be told what happens, and when they were; never the words."""

    half_year: str
    due_on: dt.date
    given_on: dt.date | None = None


class HomeFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is known of one home; ``ages`` are the youngest and the oldest that its type of home may take.

    ``feedback`` is of the newest closed waves, the newest first.
    """

    ages: tuple[int, int] | None = None
    capacity: Capacity | None = None
    inspections: tuple[Inspection, ...] = ()
    signed: Signed | None = None
    feedback: tuple[Feedback, ...] = ()

    @property
    def takes(self) -> tuple[int, int] | None:
        """The youngest and the oldest that the home itself says that it takes."""
        own = self.capacity
        if own is None or own.takes_from is None or own.takes_to is None:
            return None
        return own.takes_from, own.takes_to


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known of every home, by its id."""

    homes: Mapping[str, HomeFacts] = {}


class InspectionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One inspection in words."""

    held_on: str
    kind: str
    areas: str
    decision: str
    state: str
    reference: str


def fact_words(known: HomeFacts, say: Words = SWEDISH) -> list[tuple[str, str]]:
    """Price with what it includes, from which day it holds, licence, and who signed; as term and words."""
    found = _price_words(known.capacity, say) if known.capacity else []
    found += _licence_words(known.capacity, say) if known.capacity else []
    return [*found, (say("Signerat"), _signed_words(known, say))]


def place_words(known: HomeFacts | None, places: int, say: Words = SWEDISH) -> str:
    """The places as the home reports them, else as the register of homes has them; the free ones never undated."""
    capacity = known.capacity if known else None
    if capacity is None:
        return say.number(places)
    if capacity.is_free_old:
        return say("%(places)s, okänt antal lediga", places=say.number(capacity.places))
    if capacity.free is None:
        return say.number(capacity.places)
    return say(
        "%(places)s, varav %(free)s lediga (uppgift från %(day)s)",
        places=say.number(capacity.places),
        free=say.number(capacity.free),
        day=say.day(capacity.from_on),
    )


def inspection_lines(known: HomeFacts, say: Words = SWEDISH) -> list[InspectionLine]:
    """The inspections, the newest first."""
    return [
        InspectionLine(
            held_on=one.held_on.isoformat(),
            kind=say.code("inspection_kinds", one.kind),
            areas=", ".join(say.code("inspection_areas", area) for area in one.areas),
            decision=say.code("inspection_decisions", one.decision) or say("inget beslut än"),
            state=say.code("inspection_states", one.state),
            reference=one.reference,
        )
        for one in sorted(known.inspections, key=lambda one: (one.held_on, one.reference), reverse=True)
    ]


def feedback_lines(known: HomeFacts, say: Words = SWEDISH) -> list[tuple[str, str, str]]:
    """The closed waves, the newest first: which, and in symbol and words whether and when it was told back."""
    return [
        (half_year_words(one.half_year, "en" if say.language == "en" else "sv"), *feedback_words(one, say))
        for one in known.feedback
    ]


def feedback_words(one: Feedback, say: Words = SWEDISH) -> tuple[str, str]:
    """Symbol and words: ja, 2026-11-14; or saknas, senast 2026-11-14. A page has no clock: the day says the rest."""
    due_on = one.due_on.isoformat()
    if one.given_on is None:
        return "○", say("saknas, senast %(day)s", day=due_on)
    given_on = one.given_on.isoformat()
    if one.given_on <= one.due_on:
        return "✓", say("ja, %(day)s", day=given_on)
    return "✓", say("ja, %(day)s, efter sista dagen %(due)s", day=given_on, due=due_on)


def kronor_words(price: int, say: Words = SWEDISH) -> str:
    """An amount in öre, as kronor; öre are told only where there are any."""
    kronor, rest = divmod(price, 100)
    point = "." if say.language == "en" else ","
    return say("%(kronor)s kr", kronor=say.number(kronor) + (f"{point}{rest:02d}" if rest else ""))


def _price_words(capacity: Capacity, say: Words) -> list[tuple[str, str]]:
    found = []
    if capacity.price is not None:
        found.append((say("Dygnspris"), kronor_words(capacity.price, say)))
        for term, wanted in ((say("Ingår i priset"), True), (say("Ingår inte"), False)):
            parts = [say(words) for name, words in INCLUDED.items() if getattr(capacity, name) is wanted]
            found += [(term, ", ".join(parts))] if parts else []
    return [*found, (say("Platser och pris gäller från"), capacity.from_on.isoformat())]


def _licence_words(capacity: Capacity, say: Words) -> list[tuple[str, str]]:
    if capacity.licence_on is None:
        return []
    day = capacity.licence_on.isoformat()
    if not capacity.licence:
        return [(say("Tillstånd"), day)]
    return [(say("Tillstånd"), say("%(day)s, dnr %(number)s", day=day, number=capacity.licence))]


def _signed_words(known: HomeFacts, say: Words) -> str:
    signed = known.signed
    if signed is None:
        return say("inte signerat")
    quarter = say("kvartal %(quarter)s %(year)s", quarter=signed.quarter[-1], year=signed.quarter[:4])
    if signed.role not in ROLES:
        return f"{signed.signed_on.isoformat()}, {quarter}"
    return f"{signed.signed_on.isoformat()} {say('av')} {say(ROLES[signed.role])}, {quarter}"
