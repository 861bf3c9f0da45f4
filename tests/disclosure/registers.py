"""Invented registers: homes, stays, owners and answers drawn from a seed, released half-year by half-year.

All is chance: no real home, no real person. Numbers are of the size of the field: 4–12 places, stays of
eight months in the mean, half-yearly waves, 49 % answering.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec
import polars as pl

from hvb_followup.disclosure.audit import ANSWER_COLUMNS, Ledger
from hvb_followup.disclosure.coarse import data
from hvb_followup.disclosure.freeze import Given, atoms, frozen, keep
from hvb_followup.disclosure.model import RULES, Atom, Datum, Figure, Rules, Shape, Wave
from hvb_followup.disclosure.show import figures
from hvb_followup.frames import VALUES
from hvb_followup.periods import shift

FAMILY = "ung"
FIRST = "2026H1"
# Two ordinary indicators of one score, one that many skip, and a sensitive one.
SHAPES = (
    Shape(id="P01", family=FAMILY, group="score", smallest_n=0),
    Shape(id="P02", family=FAMILY, group="score", smallest_n=0),
    Shape(id="P03", family=FAMILY, group="P03", smallest_n=0),
    Shape(id="S01", family=FAMILY, group="S01", sensitivity=2, smallest_n=0),
)
YES = {"P01": 0.80, "P02": 0.65, "P03": 0.93, "S01": 0.12}
ANSWERED = {"P01": 0.97, "P02": 0.80, "P03": 0.70, "S01": 0.90}
SCHEMA = {
    "unit": pl.String,
    "provider": pl.String,
    "family": pl.String,
    "major": pl.Int64,
    "half_year": pl.String,
    "link": pl.String,
    "moment": pl.String,
    "issue": pl.Int64,
    "alone": pl.String,
    "flagged": pl.Boolean,
    **dict.fromkeys(YES, pl.Int64),
}


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """Everything handed in: answers wave by wave, who owns which home last, and who was invited."""

    half_years: tuple[str, ...]
    answers: pl.DataFrame
    units: dict[str, str]
    responses: dict[tuple[str, str, str], tuple[int, int]]


class World(msgspec.Struct, frozen=True, kw_only=True):
    """A register after keeping, freezing and some releases."""

    kept: pl.DataFrame
    waves: tuple[Wave, ...]
    atoms: tuple[Atom, ...]
    values: pl.DataFrame
    data: tuple[Datum, ...]
    figures: tuple[Figure, ...]

    def ledger(self) -> Ledger:
        """All of it, as the audit reads it."""
        return Ledger(
            answers=self.kept.select(ANSWER_COLUMNS),
            atoms=self.atoms,
            data=self.data,
            figures=self.figures,
            shapes=SHAPES,
        )


def invent(seed: int, n_half_years: int = 12, homes: tuple[int, int] = (25, 35)) -> Register:
    """A register of 25–35 homes over some half-years, the same for the same seed."""
    dice = random.Random(seed)
    half_years = tuple(shift(FIRST, step) for step in range(n_half_years))
    rows: list[tuple[object, ...]] = []
    units: dict[str, str] = {}
    responses: dict[tuple[str, str, str], tuple[int, int]] = {}
    providers = _providers(dice, dice.randint(*homes))
    for number, provider in enumerate(providers):
        unit = f"H{number:05d}"
        owners = _owners(dice, provider, n_half_years)
        units[unit] = next(owner for owner in reversed(owners) if owner)
        for wave, residents in enumerate(_residents(dice, unit, n_half_years)):
            head = (unit, owners[wave], FAMILY, 1 if wave < n_half_years // 2 else 2, half_years[wave])
            answered = [link for link in residents if dice.random() < 0.49]
            rows += [row for link in answered for row in _answers(dice, head, link)]
            responses[unit, FAMILY, half_years[wave]] = len(answered), len(residents)
    answers = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Register(half_years=half_years, answers=answers, units=units, responses=responses)


def _providers(dice: random.Random, n_homes: int) -> list[str]:
    """One provider per home; some have several."""
    providers: list[str] = []
    while len(providers) < n_homes:
        providers += [f"P{len(providers):03d}"] * (1 + int(dice.expovariate(0.5)))
    return providers[:n_homes]


def _owners(dice: random.Random, provider: str, n_waves: int) -> list[str | None]:
    """The owner over each wave; one home in four is sold, half of them in the middle of a wave."""
    owners: list[str | None] = [provider] * n_waves
    if dice.random() < 0.25:
        sold = dice.randrange(1, n_waves)
        owners[sold:] = [f"{provider}X"] * (n_waves - sold)
        if sold < n_waves - 1 and dice.random() < 0.5:
            owners[sold] = None
    return owners


def _residents(dice: random.Random, unit: str, n_waves: int) -> Iterator[list[str]]:
    """Who lives in the home at each wave, simulated month by month."""
    beds: list[str | None] = [None] * dice.choice([4, 5, 6, 6, 7, 7, 8, 9, 10, 12])
    serial = 0
    for month in range(6, 6 * (n_waves + 1) + 12):
        for bed, link in enumerate(beds):
            if link is None and dice.random() < 0.6:
                beds[bed] = f"{unit}-{serial}"
                serial += 1
            elif link is not None and dice.random() < 1 / 8:
                beds[bed] = None
        # The first year only fills the beds.
        if month % 6 == 0 and month >= 18:
            yield [link for link in beds if link is not None]


def _answers(dice: random.Random, head: tuple[object, ...], link: str) -> Iterator[tuple[object, ...]]:
    """One answer; a few hold a re-issued code and answered twice, were helped, or were flagged."""
    issues = [1, 2] if dice.random() < 0.04 else [1]
    for issue in issues:
        alone = "helped_staff" if dice.random() < 0.04 else "alone"
        items = [int(dice.random() < YES[one]) if dice.random() < ANSWERED[one] else None for one in YES]
        yield (*head, link, "half_year", issue, alone, dice.random() < 0.02, *items)


def release(register: Register, n_releases: int = 8, rules: Rules = RULES) -> World:
    """The last releases of the register, each made as it would have been made then, all pooled."""
    kept, waves = _keep_all(register, rules)
    return publish(register, kept, waves, register.half_years[-n_releases:], rules)


def publish(
    register: Register,
    kept: pl.DataFrame,
    waves: Sequence[Wave],
    releases: Sequence[str],
    rules: Rules = RULES,
) -> World:
    """Releases made of kept answers; every atom and datum is kept as each release used it."""
    shown: list[Figure] = []
    closed_by: dict[Atom, None] = {}
    made: dict[Datum, None] = {}
    values = VALUES.empty()
    for now in releases:
        closed = atoms(waves, now=now, rules=rules)
        values = exact_values(closed, waves, kept)
        known = data(closed, values, SHAPES, rules)
        shown += figures(
            known,
            closed,
            values,
            shapes=SHAPES,
            units=register.units,
            release=now,
            earlier=shown,
            responses=register.responses,
            rules=rules,
            wider=around,
        )
        closed_by |= dict.fromkeys(closed)
        made |= dict.fromkeys(known)
    return World(
        kept=kept,
        waves=tuple(waves),
        atoms=tuple(closed_by),
        values=values,
        data=tuple(made),
        figures=tuple(shown),
    )


def around(home: str, _half_year: str) -> tuple[tuple[Literal["lan", "group"], str], ...]:
    """Every third home is the municipality's own; two län hold the homes by turns."""
    if not home:
        return ()
    number = int(home[1:])
    return ("lan", f"län {number % 2}"), ("group", "bought" if number % 3 else "own")


def _keep_all(register: Register, rules: Rules) -> tuple[pl.DataFrame, tuple[Wave, ...]]:
    """Each half-year's waves kept in time order; links are of one home, so its waves can be kept together."""
    kept: list[pl.DataFrame] = []
    waves: list[Wave] = []
    before: frozenset[str] = frozenset()
    for half_year in register.half_years:
        answers = register.answers.filter(half_year=half_year)
        given = answers.select(Given._fields).iter_rows()
        counted = answers[keep([Given(*row) for row in given], before, rules)]
        before = frozenset(counted["link"])
        kept.append(counted)
        waves += waves_of(answers, before)
    return pl.concat(kept), tuple(waves)


def waves_of(answers: pl.DataFrame, kept: frozenset[str]) -> list[Wave]:
    """The waves of some answers; a wave of which nothing was kept is still a wave."""
    found: defaultdict[tuple[str, str | None, str, int, str], set[str]] = defaultdict(set)
    columns = ["unit", "provider", "family", "major", "half_year", "link"]
    for unit, provider, family, major, half_year, link in answers.select(columns).iter_rows():
        found[unit, provider, family, major, half_year] |= {link} & kept
    return [
        Wave(
            unit=unit,
            provider=provider,
            family=family,
            major=major,
            half_year=half_year,
            links=tuple(sorted(links)),
        )
        for (unit, provider, family, major, half_year), links in found.items()
    ]


def exact_values(closed: Iterable[Atom], waves: Iterable[Wave], kept: pl.DataFrame) -> pl.DataFrame:
    """VALUES of the invented items: for each atom and indicator, how many answered and said yes."""
    joined = frozen(closed, waves).join(kept, on=["unit", "half_year", "link"], how="left")
    long = joined.unpivot(list(YES), index=["atom", "link"], variable_name="indicator", value_name="yes")
    sums = long.group_by("indicator", "atom").agg(
        pl.col("link").n_unique().alias("persons"),
        pl.col("yes").count().alias("n"),
        pl.col("yes").sum().alias("x"),
    )
    return VALUES.conform(sums.sort("indicator", "atom"))


def by_hand(table: Sequence[tuple[str, str | None, str, int]], *, yes: int = 1, major: int = 1) -> Register:
    """A register from a little table of (unit, owner, half-year, persons); all answer the same to all items.

    Persons are new in every row.
    """
    rows = [
        (
            unit,
            owner,
            FAMILY,
            major,
            half_year,
            f"{unit}-{half_year}-{person}",
            "half_year",
            1,
            "alone",
            False,
        )
        + (yes,) * len(YES)
        for unit, owner, half_year, persons in table
        for person in range(persons)
    ]
    half_years = sorted({half_year for _, _, half_year, _ in table})
    return Register(
        half_years=tuple(half_years),
        answers=pl.DataFrame(rows, schema=SCHEMA, orient="row"),
        units={unit: owner for unit, owner, _, _ in table if owner},
        responses={
            (unit, FAMILY, half_year): (persons, persons + 2) for unit, _, half_year, persons in table
        },
    )
