"""Homes in words: the facts that are open about one, and its line in a list."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

import msgspec

from hvb_followup.pages.facts import fact_words, kronor_words, place_words
from hvb_followup.pages.figures import SHOWN, STATES, State, said_state
from hvb_followup.pages.model import Home, Release
from hvb_followup.pages.words import SWEDISH, Words

OPERATING_FORMS = {
    "municipal_own": "Kommunal, egen regi",
    "municipal_contracted": "Kommunal, på entreprenad",
    "private": "Privat",
    "nonprofit": "Idéburen",
    "region": "Region",
}


class HomeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A home in a list: what is open about it, and how much is known."""

    id: str
    name: str
    lan: str
    form: str
    kind: str
    provider: str
    places: str
    href: str
    state: State
    answers: str = ""
    is_chosen: bool = False


def lines(
    release: Release, homes: Iterable[Home], say: Words = SWEDISH, chosen: Iterable[str] = ()
) -> list[HomeLine]:
    """The lines of these homes, in the order they come."""
    picked = frozenset(chosen)
    return [_line(release, home, say, home.id in picked) for home in homes]


def state_of_home(release: Release, home: str) -> State:
    """A home has figures, or waits, or has handed in nothing; what is not there waits.

    A class of staff is no figure: a home with a list of its staff may still wait for every answer.
    """
    told = [figure for figure in release.at("unit", home) if not figure.is_fact]
    if any(figure.has_number for figure in told):
        return SHOWN
    return STATES["-"] if {figure.status for figure in told} == {"-"} else STATES[".."]


def form_words(home: Home, say: Words) -> str:
    """The operating form (driftsform)."""
    return say(OPERATING_FORMS.get(home.operating_form, home.operating_form))


def type_words(home: Home, say: Words) -> str:
    """The type of home."""
    return type_called(home.unit_type, say)


def type_called(unit_type: str, say: Words) -> str:
    """What the codelist calls a type of home, as a line begins: a category that came in as data like any other."""
    called = say.code("unit_types", unit_type)
    return called[:1].upper() + called[1:]


def facts_of(home: Home, say: Words = SWEDISH) -> list[tuple[str, str]]:
    """What is open about a home, as term and words; the provider stands apart, since it is a link."""
    return [
        (say("Typ"), type_words(home, say)),
        (say("Driftsform"), form_words(home, say)),
        (say("Utförare"), home.provider_name),
        (say("Län"), home.lan),
        (say("Platser"), place_words(home.known, home.places, say)),
        *_registered(home, say),
    ]


def _registered(home: Home, say: Words) -> list[tuple[str, str]]:
    """The facts that registers have brought; what is not known is not said."""
    found = []
    if "age_from" in home.facts and "age_to" in home.facts:
        ages = say("%(low)s–%(high)s år", low=home.facts["age_from"], high=home.facts["age_to"])
        is_own = home.known is not None and home.known.takes is not None
        found.append((say("Tar emot") if is_own else say("Får ta emot"), ages))
    if home.known is not None:
        return found + fact_words(home.known, say)
    price = home.facts.get("price")
    if isinstance(price, int):
        found.append((say("Dygnspris"), kronor_words(price, say)))
    return found


def _line(release: Release, home: Home, say: Words, is_chosen: bool) -> HomeLine:
    n = release.answers.get(home.id)
    return HomeLine(
        id=home.id,
        name=home.name,
        lan=home.lan,
        form=form_words(home, say),
        kind=type_words(home, say),
        provider=home.provider_name,
        places=say.number(home.places),
        href=f"/hem/{quote(home.id)}",
        state=said_state(state_of_home(release, home.id), say),
        answers=say.number(n) if n else "",
        is_chosen=is_chosen,
    )
