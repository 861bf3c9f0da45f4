"""``python -m tests.same_hash.child ADDRESS FOLDER SEED``: make, measure, publish, rebuild; print every row's hash.

The seed decides in what order homes, young people, answers and register rows come. Keys are new in every process, so
links and the shuffling of each counted wave differ too; none of that may be seen in what is released.
"""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import hashlib
import json
import random
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import numpy as np
import polars as pl

from hvb_followup import content
from hvb_followup.actions.publish import reported
from hvb_followup.actions.publish.publishing import rebuild
from hvb_followup.comparison import hierarchy
from hvb_followup.comparison.likelihoods import Atom
from hvb_followup.gates import Gate, six_figures
from hvb_followup.store import postgres, releases
from hvb_followup.store.database import is_migrated, open_database
from hvb_followup.store.migrate import migrate
from tests.blocks.invented import invent
from tests.world import NORTH, SOUTH, World, make_world

HALF_YEARS = ("2026H2", "2027H1")
PERSONS = {NORTH: 12, SOUTH: 6}
SHIFT = {"H00000": NORTH, "H00001": SOUTH}


def said_by(unit: str, number: int, half_year: str) -> dict[str, str]:
    """What a young person says: it hangs on who she is, never on when her turn comes."""
    dice = random.Random(f"{unit} {number} {half_year}")
    often = ("always", "mostly", "sometimes", "never")
    return {
        "safe_here": dice.choice(("very", "very", "quite", "not")),
        "say": dice.choice(often),
        "school": dice.choice(often),
        "adult": dice.choice(("yes", "unsure", "no")),
    }


async def answered(world: World, half_year: str, first: int, dice: random.Random) -> None:
    """New young people in both homes answer, in an order of their own."""
    units = dice.sample(sorted(PERSONS), len(PERSONS))
    for unit in units:
        await world.placements(unit, PERSONS[unit], first, int(half_year[:4]) - 16)
    await world.open(half_year)
    for unit in units:
        codes = {int(one.placement.split("-")[1]): one.code for one in await world.codes(unit, half_year)}
        new = [number for number in codes if number >= first]
        for number in dice.sample(new, len(new)):
            await world.answer(codes[number], **said_by(unit, number, half_year))
    await world.close(half_year)


def registers(dice: random.Random) -> Any:
    """What stands for the reading of registers: invented rows in any order."""
    made = invent(2, homes=2, late=0.0)
    rows = {
        name: tuple({**row, "unit": SHIFT[row["unit"]]} for row in dice.sample(table, len(table)))
        for name, table in (("placements", made.placements), ("events", made.events))
    }
    moved = msgspec.structs.replace(made, **rows)

    async def read(_: object, __: object, day: dt.date) -> Any:
        return moved.on(day)

    return read


def modelled(dice: random.Random) -> str:
    """The hash of a fitted group's levels, intervals and probabilities to six figures, in the units' own order."""
    rng = np.random.default_rng(3)
    units = [
        tuple(
            Atom(x_lo=max(0, int(x) - 1), x_hi=int(x), n=int(n))
            for n in rng.integers(5, 10, 3)
            for x in [rng.integers(0, n + 1)]
        )
        for _ in range(40)
    ]
    order = dice.sample(range(len(units)), len(units))
    found = hierarchy.fit_shares([units[place] for place in order])
    assert not isinstance(found, Gate)
    table = np.array([found.level_mean(), *found.interval(), found.above_mean()])
    rows = [
        [six_figures(float(value)) for value in table[:, order.index(place)]] for place in range(len(units))
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def blas_kernel() -> str:
    """The processor that numpy's OpenBLAS is tuned for here; "" where numpy has another BLAS."""
    folder = Path(np.__file__).parents[1] / "numpy.libs"
    for path in folder.glob("*openblas*"):
        name = getattr(ctypes.CDLL(str(path)), "scipy_openblas_get_corename64_", None)
        if name is not None:
            name.restype = ctypes.c_char_p
            return str(name().decode())
    return ""


async def main(address: str, folder: Path, seed: str) -> dict[str, Any]:
    dice = random.Random(seed)
    postgres.LOOSE_FOR_TESTS = True  # the tests' own server may lose what it has
    database = await open_database(address)
    if not await is_migrated(database):
        await migrate(database)
    world = await make_world(database, content.read(), folder, address)
    names = []
    with mock.patch.object(reported, "young_people", registers(dice)):
        for number, half_year in enumerate(HALF_YEARS):
            await answered(world, half_year, 1 + 50 * number, dice)
            names.append(await world.release(half_year))
    rebuilt = [await rebuild(world.context(), world.counter_keys, name) for name in names]
    rows = [row for name in names for row in await releases.parts(database, name)]
    data = await releases.coarse_data(database)
    await database.close()
    return {
        "releases": {row.id: row.hash for row in rows},
        "figures": sum(
            len(msgspec.json.decode(row.body)["figures"]) for row in rows if row.kind == "statistics"
        ),
        "data": sorted(data),
        "rebuilt": rebuilt,
        "model": modelled(dice),
        "threads": pl.thread_pool_size(),
        "kernel": blas_kernel(),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))))
