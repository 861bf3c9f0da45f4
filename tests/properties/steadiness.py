"""P7: what homes are called, how rows lie, and rows that the rules leave out change nothing."""

from __future__ import annotations

import msgspec
import numpy as np
import polars as pl

from hvb_followup.comparison import hierarchy
from hvb_followup.disclosure.model import Figure
from hvb_followup.gates import Floats, Gate
from hvb_followup.periods import shift
from tests.disclosure.registers import YES, Register, invent, release

from .lines import Line
from .worlds import Home, homes

# Everything a figure tells, but not the names of the data under it.
_TOLD = (
    "indicator",
    "level",
    "release",
    "status",
    "outcome",
    "audience",
    "n",
    "x_lo",
    "x_hi",
    "is_exact",
    "word",
)
Told = dict[tuple[str, ...], Figure]


def nothing_hangs_on_order(*, quick: bool) -> list[Line]:
    """P7: units in another order or with other names, answers in another order, and rows that do not count."""
    seeds = range(1 if quick else 10)
    changed = dict.fromkeys(("rows in another order", "homes with other names", "rows that do not count"), 0)
    for seed in seeds:
        register = invent(seed, n_half_years=8, homes=(8, 14))
        plain = _told(register)
        changed["rows in another order"] += _differs(plain, _told(_shuffled(register, seed)))
        changed["rows that do not count"] += _differs(plain, _told(_with_rows_that_do_not_count(register)))
        # Names decide who meets whom in what is pooled over homes, and nothing of a home's own figures.
        renamed = {
            (key[0], _other_name(key[1]), *key[2:]): one for key, one in _told(_renamed(register)).items()
        }
        changed["homes with other names"] += _differs(_of_homes(plain), _of_homes(renamed))
    return [
        *(
            Line(what=f"P7 {kind}: homes in another order, model", value=_moved(len(seeds), kind), most=1e-12)
            for kind in ("exact", "coarse")
        ),
        *(Line(what=f"P7 figures that {what} change", value=n, most=0) for what, n in changed.items()),
    ]


def _moved(worlds: int, kind: str) -> float:
    """The most that any level, end or probability of a home moves."""
    rng = np.random.default_rng(7)
    most = 0.0
    for _ in range(worlds):
        group = homes(rng, 60, 5, 25, 0.75, 0.6)[0]
        order = rng.permutation(60)
        plain, other = (_numbers(some, kind) for some in (group, [group[place] for place in order]))
        most = max(most, float(np.abs(plain[:, order] - other).max()))
    return most


def _numbers(group: list[Home], kind: str) -> Floats:
    found = hierarchy.fit_shares([one.unit(is_coarse=kind == "coarse") for one in group])
    assert not isinstance(found, Gate)
    return np.array([found.level_mean(), *found.interval(), found.above_mean(), found.above(1.1)])


def _told(register: Register) -> Told:
    figures = release(register, n_releases=4).figures
    return {(one.level, one.place, one.indicator, one.release): one for one in figures}


def _of_homes(told: Told) -> Told:
    return {key: one for key, one in told.items() if key[0] == "unit"}


def _differs(one: Told, other: Told) -> int:
    """How many figures tell another thing, or are told in one of the two only."""

    def seen(figure: Figure | None) -> tuple[object, ...]:
        return tuple(getattr(figure, name, None) for name in _TOLD)

    return sum(seen(one.get(key)) != seen(other.get(key)) for key in {*one, *other})


def _shuffled(register: Register, seed: int) -> Register:
    return _with(register, register.answers.sample(fraction=1, shuffle=True, seed=seed))


def _with(register: Register, answers: pl.DataFrame) -> Register:
    return msgspec.structs.replace(register, answers=answers)


def _other_name(unit: str) -> str:
    """Names in the opposite order."""
    return f"H{99_999 - int(unit[1:]):05d}" if unit.startswith("H") else unit


def _renamed(register: Register) -> Register:
    answers = register.answers.with_columns(
        pl.col("unit").map_elements(_other_name, return_dtype=pl.String),
        ("M" + pl.col("link").str.reverse()).alias("link"),
    )
    return msgspec.structs.replace(
        register,
        answers=answers,
        units={_other_name(unit): owner for unit, owner in register.units.items()},
        responses={(_other_name(unit), *rest): pair for (unit, *rest), pair in register.responses.items()},
    )


def _with_rows_that_do_not_count(register: Register) -> Register:
    """Earlier answers of the same persons, answers staff helped with, and answers again the half-year after."""
    rows = register.answers
    opposite = [(1 - pl.col(item)).alias(item) for item in YES]
    earlier = rows.with_columns(*opposite, (pl.col("issue") - 5).alias("issue"))
    helped = rows.with_columns(
        *opposite, pl.lit("helped_staff").alias("alone"), (pl.col("link") + "x").alias("link")
    )
    return _with(register, pl.concat([earlier, rows, helped, _again(register)]))


def _again(register: Register) -> pl.DataFrame:
    """Everybody once more in the half-year after, as its wave was: nobody counts two half-years in a row."""
    waves = register.answers.select("unit", "provider", "major", "half_year").unique()
    after = dict(zip(register.half_years, (shift(one, 1) for one in register.half_years), strict=True))
    counted = release(register, n_releases=1).kept
    later = counted.with_columns(pl.col("half_year").replace_strict(after), pl.lit(9).alias("issue"))
    moved = later.drop("provider", "major").join(waves, on=["unit", "half_year"], maintain_order="left")
    return moved.select(register.answers.columns).cast(dict(register.answers.schema))
