"""The nation measured over ten years: from counted answers to what may be shown, without fitting a model.

    python -m tests.benchmarks.nation_years [--answers 10000000 --indicators 45]

An answer is one item answered. Two nations are measured, each in a process of its own: a tenth of the homes, and all of
them; the cost per answer should be the same. Beside them stands what polars alone needs to count the same indicators
in the same frame, waves instead of atoms and nothing held back. Parts and shares are of the processor's time, which does
not hang on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl

from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.disclosure import coarse, freeze, show
from hvb_followup.disclosure.model import Shape, Wave
from hvb_followup.frames import ANSWERS
from hvb_followup.indicators import compute
from hvb_followup.indicators.expressions import parse
from hvb_followup.indicators.model import Indicator
from hvb_followup.periods import shift
from hvb_followup.questionnaires.answers import columns
from hvb_followup.questionnaires.model import Questionnaire

FAMILY = "ung-upplevelse"
HALF_YEARS = 20
HOMES = 607
FIRST = "2017H1"
SECONDS, MIB, LINEAR = 60.0, 2048.0, 1.25


def questionnaire(catalogue: Catalogue) -> Questionnaire:
    return next(one for one in catalogue.questionnaires if one.id == FAMILY)


def indicators(catalogue: Catalogue, wanted: int) -> list[Indicator]:
    """So many indicators: the catalogue's own, and again under further names."""
    own = [one for one in catalogue.indicators_of(FAMILY) if one.is_of_young]
    return [
        msgspec.structs.replace(own[place % len(own)], id=f"B{place:02d}", paired_with="")
        for place in range(wanted)
    ]


def answers(asked: Questionnaire, sets: int, homes: int) -> pl.DataFrame:
    """So many answer sets, spread over homes and half-years; most persons answer once, some again a year later."""
    rng = np.random.default_rng(1)
    wave = np.sort(rng.integers(0, homes * HALF_YEARS, sets))
    half_year, unit = wave // homes, wave % homes
    fresh = rng.random(sets) < 0.8
    # Who answered a year ago has the number that the home's answers then began with.
    serial = np.arange(sets) - np.searchsorted(wave, wave)
    year = np.where(fresh, half_year, np.maximum(half_year - 2, 0))
    link = pl.DataFrame({"unit": unit, "year": year, "serial": serial}).select(
        pl.format("{}-{}-{}", "unit", "year", "serial").alias("link")
    )["link"]
    names = pl.Series([shift(FIRST, step) for step in range(HALF_YEARS)])
    units = pl.Series([f"H{number:05d}" for number in range(homes)])
    said = {
        item.id: _said(asked.scale_of(item).codes("standard") or ("x",), sets, rng) for item in asked.items
    }
    given = {
        "unit": units.gather(unit), "family": FAMILY, "major": asked.major,
        "half_year": names.gather(half_year), "link": link, "age_band": "15–17", "moment": "", "language": "sv",
        "edition": "standard", "mode": "own",
    }  # fmt: skip
    frame = pl.DataFrame({**given, **said}).unique(["unit", "half_year", "link"], maintain_order=True)
    return ANSWERS.with_columns(columns(asked)).conform(frame)


def _said(codes: Sequence[str], sets: int, rng: np.random.Generator) -> pl.Series:
    return pl.Series(codes).gather(rng.integers(0, len(codes), sets))


def waves(frame: pl.DataFrame) -> tuple[Wave, ...]:
    """The waves as freezing sees them."""
    grouped = frame.group_by("unit", "half_year").agg(pl.col("link").sort()).sort("half_year", "unit")
    return tuple(
        Wave(unit=unit, provider=owner(unit), family=FAMILY, major=1, half_year=half_year, links=tuple(links))
        for unit, half_year, links in grouped.iter_rows()
    )


def owner(unit: str) -> str:
    """Every provider has four homes."""
    return f"P{int(unit[1:]) // 4:04d}"


def measured(frame: pl.DataFrame, chosen: Sequence[Indicator]) -> dict[str, float]:
    """The processor's seconds of each step from the frame to what is shown of the last half-year, the wall's in all,
    and how many figures."""
    steps: dict[str, float] = {}
    began, wall = time.process_time(), time.perf_counter()

    def done(what: str) -> None:
        steps[what] = time.process_time() - began - sum(steps.values())

    counted = waves(frame)
    done("waves")
    last = shift(FIRST, HALF_YEARS - 1)
    atoms = freeze.atoms(counted, now=last)
    frozen = freeze.frozen(atoms, counted)
    done("freeze")
    values = compute.values_of(chosen, frame, frozen)
    done("marks and values")
    shapes = [
        Shape(id=one.id, family=FAMILY, group=one.id, sensitivity=one.sensitivity, exact_apart=True)
        for one in chosen
    ]
    data = coarse.data(atoms, values, shapes)
    done("coarse")
    units = {unit: owner(unit) for unit in frame["unit"].unique()}
    asked = {(wave.unit, wave.family, wave.half_year): (len(wave.links), 50) for wave in counted}
    figures = show.figures(
        data, atoms, values, shapes=shapes, units=units, release=last, earlier=(), responses=asked
    )
    done("show")
    return {
        **steps,
        "wall": time.perf_counter() - wall,
        "figures": float(sum(one.is_shown for one in figures)),
        "data": float(len(data)),
    }


def scanned(frame: pl.DataFrame, chosen: Sequence[Indicator]) -> float:
    """The processor's seconds that polars needs to count the same indicators per wave, and nothing more."""
    counts = [
        sums.alias(f"{one.id}{end}")
        for one in chosen
        for end, sums in (
            ("n", parse(one.denominator).fill_null(False).sum()),
            ("x", (parse(one.numerator).fill_null(False) & parse(one.denominator).fill_null(False)).sum()),
        )
    ]
    began = time.process_time()
    frame.lazy().group_by("unit", "half_year").agg(counts).collect()
    return time.process_time() - began


def one_nation(given: int, wanted: int, homes: int) -> dict[str, float]:
    """Measure one nation in this process."""
    catalogue = content.read()
    asked = questionnaire(catalogue)
    chosen = indicators(catalogue, wanted)
    frame = answers(asked, given // len(asked.items), homes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    steps = measured(frame, chosen)
    return {
        **steps,
        "sets": float(frame.height),
        "frame MiB": frame.estimated_size("mb"),
        "MiB before": before,
        "MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "scan": scanned(frame, chosen),
    }


def in_a_process(given: int, wanted: int, homes: int) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.nation_years", "--answers", str(given)]
    command += ["--indicators", str(wanted), "--one", str(homes)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def line(what: str, value: float, unit: str, limit: str = "") -> None:
    """One printed figure beside its limit."""
    print(f"{what:<44}{value:>10,.2f} {unit:<6}{f'limit {limit}' if limit else ''}")


NOT_STEPS = ("wall", "figures", "data", "sets", "frame MiB", "MiB before", "MiB", "scan")


def seconds(found: dict[str, float]) -> float:
    return sum(value for step, value in found.items() if step not in NOT_STEPS)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--answers", type=int, default=10_000_000)
    parser.add_argument("--indicators", type=int, default=45)
    parser.add_argument("--one", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_nation(given.answers, given.indicators, given.one)))
        return
    small = in_a_process(given.answers // 10, given.indicators, HOMES // 10)
    whole = in_a_process(given.answers, given.indicators, HOMES)
    for found, share in ((small, 10), (whole, 1)):
        print(
            f"— {given.answers // share} answers of {found['sets']:.0f} persons, {found['figures']:.0f} figures —"
        )
        line("measured, by the clock on the wall", found["wall"], "s", f"≤ {SECONDS:g}" if share == 1 else "")
        line("measured, seconds of processor", seconds(found), "s")
        for step in found:
            if step not in NOT_STEPS:
                line(f"  {step}", found[step], "s")
        line("  polars alone, counting the same", found["scan"], "s", "(the machine)")
        line("most memory", found["MiB"], "MiB", f"≤ {MIB:g}" if share == 1 else "")
        line("  of which before measuring", found["MiB before"], "MiB")
    line(
        "ten times the answers: the cost of each", seconds(whole) / seconds(small) / 10, "×", f"≤ {LINEAR:g}"
    )


if __name__ == "__main__":
    main()
