"""Classes of persons: nobody may share all her appearances with fewer than four others (DESIGN §4.7).

Rows are *runs*: a person's answers in one family in consecutive half-years. Two answers in adjacent
half-years are treated as one secret, since a young person who liked the home in the spring most often
does in the autumn; that is why level families keep nobody two half-years in a row, and why a run is
one answer there when all is well; in families of presence each quarter is a run of its own. Columns are
memberships in shown figures, and a membership is of the atoms: an unanswered item is a value, not an
absence. What selects persons on anything else (a split, a ``where`` on age) is a membership of its own.
Any figure an attacker makes by adding and subtracting treats all rows with the same columns alike, so
five in each class is what he can reach.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from hvb_followup.disclosure.ledger import FIRST_QUARTER, LAST_QUARTER, Finding, View, WaveKey, wave_keys

SMALLEST = 5

Appearance = tuple[int, ...]
_WAVE = ["unit", "family", "major", "half_year"]


def small_classes(view: View) -> list[Finding]:
    """One finding for each class of runs with identical non-zero columns that holds under five persons."""
    appearance = _Appearances(view)
    rows = _rows(view, appearance)
    # An appearance has a number of its own: runs are alike when they are made of the same numbers.
    runs = rows.filter(pl.col("seen") > 0).group_by("run").agg(pl.col("link").first(), pl.col("seen").sort())
    classes = runs.group_by("seen").agg(pl.col("link").n_unique(), pl.col("run").min())
    small = classes.filter(pl.col("link") < SMALLEST).sort("run").select("run")
    waves: defaultdict[int, list[WaveKey]] = defaultdict(list)
    for run, *key in small.join(rows, on="run", maintain_order="left").select("run", *_WAVE).iter_rows():
        waves[run].append((key[0], key[1], key[2], key[3]))
    return [
        Finding(
            rule="class",
            place=" + ".join(sorted({atom for key in keys for atom in appearance.atoms(key)})),
            says="Färre än fem personer kan skiljas ut ur det som visas.",
        )
        for keys in waves.values()
    ]


def _rows(view: View, appearance: _Appearances) -> pl.DataFrame:
    """One row for each answer: its wave, whose, the number of its run, and ``seen``, the number of its appearance."""
    answers = view.ledger.answers.select(*_WAVE, "link").unique()
    answers = answers.with_columns(
        pl.struct("link", "half_year").is_in(_pairs(selected)).alias(f"in {split}")
        for split, selected in view.ledger.splits.items()
    )
    # Everybody in a wave whom the same splits select appears alike, and is worked out once.
    alike = [name for name in answers.columns if name != "link"]
    kinds = answers.select(alike).unique()
    seen = [appearance.of((kind[0], kind[1], kind[2], kind[3]), kind[4:]) for kind in kinds.iter_rows()]
    numbered = kinds.with_columns(pl.Series("seen", seen, dtype=pl.Int64))
    ordered = answers.join(numbered, on=alike).sort("family", "link", "half_year", "unit", "major")
    return ordered.with_columns(_begins(view).fill_null(True).cum_sum().alias("run"))


def _pairs(selected: frozenset[tuple[str, str]]) -> pl.Series:
    rows = pl.DataFrame(sorted(selected), schema={"link": pl.String, "half_year": pl.String}, orient="row")
    return rows.to_struct("selected").implode()


def _begins(view: View) -> pl.Expr:
    """True where another person or family begins, where a half-year lies between, and for every day in care."""
    whose = pl.struct("family", "link")
    is_apart = FIRST_QUARTER - LAST_QUARTER.shift(1) > 1
    return (
        (whose != whose.shift(1)) | is_apart | pl.col("family").is_in(sorted(view.ledger.presence_families))
    )


class _Appearances:
    """The columns of an answer: the numbers of the distinct memberships it is in."""

    def __init__(self, view: View) -> None:
        self._splits = tuple(view.ledger.splits)
        self._lies_in: defaultdict[WaveKey, set[str]] = defaultdict(set)
        for closed in view.atoms.values():
            for key in wave_keys(closed):
                self._lies_in[key].add(closed.id)
        columns: dict[tuple[frozenset[str], str], int] = {}
        for figure in view.shown:
            split = figure.split or (figure.indicator if figure.indicator in self._splits else "")
            columns.setdefault((view.atoms_of(figure.data), split), len(columns))
        self._columns: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for (atoms, split), number in columns.items():
            for atom in atoms:
                self._columns[atom].append((number, split))
        self._numbers: dict[Appearance, int] = {(): 0}
        self._known: dict[tuple[tuple[str, ...], tuple[bool, ...]], int] = {}

    def atoms(self, wave: WaveKey) -> list[str]:
        """The atoms a wave lies in."""
        return sorted(self._lies_in.get(wave, ()))

    def of(self, wave: WaveKey, selected: tuple[bool, ...]) -> int:
        """The number of the appearance of those in the wave whom these splits select; 0: they are in nothing shown."""
        key = tuple(self.atoms(wave)), selected
        if key not in self._known:
            found = self._work_out(key[0], dict(zip(self._splits, selected, strict=True)))
            self._known[key] = self._numbers.setdefault(found, len(self._numbers))
        return self._known[key]

    def _work_out(self, atoms: tuple[str, ...], selected: dict[str, bool]) -> Appearance:
        numbers = {
            number
            for atom in atoms
            for number, split in self._columns[atom]
            if selected.get(split, not split)
        }
        return tuple(sorted(numbers))
