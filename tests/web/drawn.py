"""An invented nation of eight homes over three half-years, released straight into the store, for charts to draw."""

from __future__ import annotations

from typing import Any

import msgspec

from hvb_followup.comparison.intervals import wilson_coarse
from hvb_followup.pages.compared import GATE_NAMES, Compared, ComparedFigure, ComparedUnit, packed
from hvb_followup.store import releases
from hvb_followup.store.releases import Release
from tests.world import World

NAMES = ("Almen", "Björken", "Ceder", "Dungen", "Eken", "Furan", "Granen", "Häggen <b>")
UNITS = tuple(f"H{name[:2].upper().replace('Ö', 'O').replace('Ä', 'A')}0000" for name in NAMES)
OWN = UNITS[1]
COUNTS = (
    (20, 17, 18),
    (12, 4, 4),
    (10, 9, 10),
    (31, 26, 26),
    (15, 0, 1),
    (11, 8, 8),
    (44, 40, 40),
    (14, 10, 10),
)
LATEST = "2026H1-drawn"


def figure(level: str, whose: str, first: str, last: str, n: int, x_lo: int, x_hi: int) -> dict[str, Any]:
    low, high = wilson_coarse(x_lo, x_hi, n)
    return {
        "indicator": "U01", "level": level, "whose": whose, "audience": "public", "status": "", "outcome": "shown",
        "period_from": first, "period_to": last, "n": n, "x_lo": x_lo, "x_hi": x_hi, "persons": None, "band": None,
        "lo": round(100 * low, 4), "hi": round(100 * high, 4), "value": round(50 * (x_lo + x_hi) / n), "flags": ["g"],
        "response": "50–69 %", "sentence_sv": "Så svarade de.", "sentence_en": "So they answered.",
    }  # fmt: skip


def home(unit: str, name: str) -> dict[str, Any]:
    return {
        "id": unit, "name": name, "lan": "Skåne", "places": 8, "provider": "PA1B2C3",
        "provider_name": "Påhittade Hem AB", "operating_form": "private", "unit_type": "hvb",
    }  # fmt: skip


def statistics(name: str, last: str, n: int, x_lo: int, x_hi: int) -> dict[str, Any]:
    own = [
        figure("unit", unit, "2025H1", last, *count)
        for unit, count in zip(UNITS, COUNTS, strict=True)
    ]  # fmt: skip
    return {
        "id": name, "period": last, "method": "1", "pending_share": 0.1,
        "figures": [figure("nation", "SE", "2025H1", last, n, x_lo, x_hi), *own],
        "units": [home(unit, one) for unit, one in zip(UNITS, NAMES, strict=True)],
    }  # fmt: skip


def compared() -> Compared:
    """The fifth home is established lower and flagged; the others cannot be told apart."""
    units = tuple(
        ComparedUnit(
            whose=unit,
            gates=tuple((gate, "open") for gate in GATE_NAMES),
            verdict="unusual_low" if number == 4 else "alike",
            words_sv="Ovanligt resultat, lägre" if number == 4 else "Går inte att skilja",
            words_en="Unusual result, lower" if number == 4 else "Cannot be told apart",
            lo=5.0 if number == 4 else 60.0,
            middle=12.0 if number == 4 else 75.0,
            hi=30.0 if number == 4 else 88.0,
            flagged=number == 4,
            kind=number,
        )
        for number, unit in enumerate(UNITS)
    )
    u01 = ComparedFigure(
        indicator="U01", level="unit", period_from="2025H1", period_to="2026H1", n_units=8, n_compared=8,
        centre=76.1, spread=0.5, reliability=0.6, n_needed=12, expected_by_chance=0.016, flagged=1,
        row_hash="0f" * 32, units=units, pairs=packed((50, "alike") for _ in range(28)),
    )  # fmt: skip
    return Compared(
        period="2026H1",
        method="1",
        row_hash="1f" * 32,
        figures=(u01,),
        pair_words={"alike": ("Om {first} och {second}: {chance} %.", "Of {first} and {second}: {chance}%.")},
        no_pair=("Ingen av dem skiljer sig säkert.", "None of them differs for certain."),
        overview=(("8 av 8 hem får jämföras.", "8 of 8 homes may be compared."),),
    )


async def released(world: World, *, with_compared: bool = True) -> None:
    """Three publications, each with its window; the newest with comparisons."""
    sums = {"2025H1": (120, 80, 90), "2025H2": (260, 190, 205), "2026H1": (400, 290, 315)}
    for half_year, (n, low, high) in sums.items():
        name = LATEST if half_year == "2026H1" else f"{half_year}-drawn"
        rows = {name: ("statistics", statistics(name, half_year, n, low, high))}
        if with_compared and name == LATEST:
            rows[f"{name}:compared"] = ("compared", msgspec.to_builtins(compared()))
        drafts = [
            Release(id=key, kind=kind, period=half_year, state="draft", hash="", body=msgspec.json.encode(body).decode())
            for key, (kind, body) in rows.items()
        ]  # fmt: skip
        async with world.database.transaction():
            await releases.put_draft(world.database, drafts)
            assert await releases.publish(world.database, name, "analytiker", world.now)
        world.now = world.now.replace(year=world.now.year + 1)
