"""Inventing who there is: municipalities with 9xxx codes in real län, providers with one home or many, and homes.

Shares of forms and sizes: R1 §7. Three quarters of the homes are private or idéburna.
"""

from __future__ import annotations

import bisect
import datetime as dt
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hvb_followup.demo.chance import around, chosen, dice_of
from hvb_followup.demo.names import names, symbols
from hvb_followup.registry import (
    LAN,
    Municipality,
    OperatingForm,
    Provider,
    Term,
    Unit,
    check_symbol,
    unit_id,
)

FORMS = {
    OperatingForm.PRIVATE: 64.0,
    OperatingForm.NONPROFIT: 10.0,
    OperatingForm.MUNICIPAL_OWN: 23.0,
    OperatingForm.MUNICIPAL_CONTRACTED: 2.0,
    OperatingForm.REGION: 1.0,
}
# About the share of Sweden's inhabitants: more homes lie where more people live.
LAN_WEIGHTS = dict(
    zip(
        LAN,
        (
            1.5,
            2.7,
            0.6,
            2.7,
            3.3,
            1.3,
            3.5,
            2.4,
            1.9,
            2.4,
            13.4,
            23.5,
            2.9,
            3.9,
            2.7,
            2.6,
            2.3,
            2.7,
            16.8,
            2.9,
            4.5,
        ),
        strict=True,
    )
)
MEDIAN_PLACES, SIGMA_PLACES = 8, 0.44
FEWEST_PLACES, MOST_PLACES = 3, 30
MUNICIPAL_LARGER = 1.2
SHARE_STODBOENDE = 0.05
SHARE_SOLD = 0.02  # homes that change owner while they are followed
COMPANY = {1: 60.0, 2: 20.0, 4: 12.0, 8: 6.0, 20: 2.0}  # how many homes a provider means to run
COMPANY_WORDS = ("Omsorg", "Vård", "Hem", "Framtid", "Stöd")
ASSOCIATION_WORDS = ("stiftelsen", "föreningen", "missionen")
BOUGHT = (OperatingForm.PRIVATE, OperatingForm.MUNICIPAL_CONTRACTED)


class Country(msgspec.Struct, frozen=True, kw_only=True):
    """Who there is; ``owners``: the municipality that runs a provider, where one does."""

    municipalities: tuple[Municipality, ...]
    providers: tuple[Provider, ...]
    units: tuple[Unit, ...]
    owners: dict[str, str]


def country(seed: int, n_units: int, first_on: dt.date, last_on: dt.date) -> Country:
    """Municipalities, providers and homes; every home has stood for more than a year on the first day."""
    dice = dice_of(seed, "country")
    municipalities = tuple(_municipalities(dice, max(4, n_units // 5)))
    forms = _in_shares(dice, FORMS, n_units)
    owners, providers, run_by = {}, [], []
    ids = iter(f"P{body}{check_symbol(body)}" for body in symbols(dice, 2 * n_units + len(municipalities)))
    own = {one.code: next(ids) for one in municipalities}
    companies = _Companies(dice, ids, names(dice, n_units))
    for form in forms:
        if form is OperatingForm.MUNICIPAL_OWN:
            municipality = dice.choice(municipalities)
            owners[own[municipality.code]] = municipality.code
            run_by.append(Provider(id=own[municipality.code], name=municipality.name))
        else:
            run_by.append(companies.next_for(form))
    providers = sorted({one.id: one for one in run_by}.values(), key=lambda one: one.id)
    units = tuple(_units(dice, forms, run_by, owners, municipalities, first_on, last_on))
    return Country(municipalities=municipalities, providers=tuple(providers), units=units, owners=owners)


def _municipalities(dice: random.Random, count: int) -> Iterator[Municipality]:
    for number, name in enumerate(names(dice, count)):
        yield Municipality(code=f"{9001 + number}", name=f"{name}s kommun", lan=chosen(dice, LAN_WEIGHTS))


def _in_shares(
    dice: random.Random, weights: Mapping[OperatingForm, float], count: int
) -> list[OperatingForm]:
    """So many forms, in these shares as nearly as whole homes allow, in any order."""
    bounds = list(itertools.accumulate(weights.values()))
    places = [bounds[-1] * (number + 0.5) / count for number in range(count)]
    found = [list(weights)[bisect.bisect_left(bounds, place)] for place in places]
    dice.shuffle(found)
    return found


class _Companies:
    """Who runs the next home of a form: a provider that has homes left to open, or a new one."""

    def __init__(self, dice: random.Random, ids: Iterator[str], named: Sequence[str]) -> None:
        self._dice, self._ids, self._names = dice, ids, iter(named)
        self._open: dict[OperatingForm, tuple[Provider, int]] = {}

    def next_for(self, form: OperatingForm) -> Provider:
        kind = OperatingForm.PRIVATE if form in BOUGHT else form
        provider, left = self._open.get(kind, (None, 0))
        if provider is None or not left:
            provider, left = Provider(id=next(self._ids), name=self._name(kind)), chosen(self._dice, COMPANY)
        self._open[kind] = (provider, left - 1)
        return provider

    def _name(self, form: OperatingForm) -> str:
        name = next(self._names)
        if form is OperatingForm.NONPROFIT:
            return f"{name}s{self._dice.choice(ASSOCIATION_WORDS)}"
        if form is OperatingForm.REGION:
            return f"Region {name}"
        return f"{name} {self._dice.choice(COMPANY_WORDS)} AB"


def _units(
    dice: random.Random,
    forms: Sequence[OperatingForm],
    run_by: Sequence[Provider],
    owners: dict[str, str],
    municipalities: Sequence[Municipality],
    first_on: dt.date,
    last_on: dt.date,
) -> Iterator[Unit]:
    lan_of = {one.code: one.lan for one in municipalities}
    bodies = symbols(dice, len(forms))
    companies = [one.id for one, form in zip(run_by, forms, strict=True) if form is OperatingForm.PRIVATE]
    for name, body, form, provider in zip(names(dice, len(forms)), bodies, forms, run_by, strict=True):
        owner = owners.get(provider.id)
        terms = _terms(dice, form, provider.id, companies, first_on, last_on)
        yield Unit(
            id=unit_id(body),
            name=name,
            lan=lan_of[owner] if owner else chosen(dice, LAN_WEIGHTS),
            places=_places(dice, larger=bool(owner)),
            terms=terms,
        )


def _places(dice: random.Random, *, larger: bool) -> int:
    drawn = around(dice, MEDIAN_PLACES * (MUNICIPAL_LARGER if larger else 1), SIGMA_PLACES)
    return min(MOST_PLACES, max(FEWEST_PLACES, round(drawn)))


def _terms(
    dice: random.Random,
    form: OperatingForm,
    provider: str,
    companies: Sequence[str],
    first_on: dt.date,
    last_on: dt.date,
) -> tuple[Term, ...]:
    kind = "stodboende" if dice.random() < SHARE_STODBOENDE else "hvb"
    opened_on = first_on - dt.timedelta(days=dice.randint(400, 2800))
    first = Term(provider=provider, unit_type=kind, operating_form=form, from_on=opened_on)
    others = [one for one in companies if one != provider]
    if form is not OperatingForm.PRIVATE or not others or dice.random() >= SHARE_SOLD:
        return (first,)
    sold_on = first_on + dt.timedelta(days=dice.randint(60, max(61, (last_on - first_on).days - 60)))
    before = msgspec.structs.replace(first, to_on=sold_on - dt.timedelta(days=1))
    return before, msgspec.structs.replace(first, provider=dice.choice(others), from_on=sold_on)
