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
from collections.abc import Iterator

import msgspec

from hvb_followup.disclosure.ledger import Finding, View, wave_keys
from hvb_followup.periods import first_quarter, last_quarter

SMALLEST = 5

Appearance = tuple[int, ...]


class _Row(msgspec.Struct, frozen=True):
    """One answer: whose, when, and the atoms its wave lies in."""

    family: str
    link: str
    half_year: str
    atoms: tuple[str, ...]


def small_classes(view: View) -> list[Finding]:
    """One finding for each class of runs with identical non-zero columns that holds under five persons."""
    appearance = _Appearances(view)
    persons: defaultdict[tuple[Appearance, ...], set[str]] = defaultdict(set)
    places: dict[tuple[Appearance, ...], str] = {}
    for run in _runs(_rows(view), view.ledger.presence_families):
        key = tuple(sorted(filter(None, (appearance.of(row) for row in run))))
        if key:
            persons[key].add(run[0].link)
            places.setdefault(key, " + ".join(sorted({atom for row in run for atom in row.atoms})))
    return [
        Finding(
            rule="class", place=places[key], says="Färre än fem personer kan skiljas ut ur det som visas."
        )
        for key, links in persons.items()
        if len(links) < SMALLEST
    ]


def _rows(view: View) -> list[_Row]:
    lies_in: defaultdict[object, set[str]] = defaultdict(set)
    for atom in view.atoms.values():
        for key in wave_keys(atom):
            lies_in[key].add(atom.id)
    return [
        _Row(key[1], link, key[3], tuple(sorted(lies_in.get(key, ()))))
        for key, links in view.waves.items()
        for link in links
    ]


def _runs(rows: list[_Row], presence: frozenset[str]) -> Iterator[list[_Row]]:
    """Answers of one person and family, cut where a half-year lies between."""
    run: list[_Row] = []
    for row in sorted(rows, key=lambda row: (row.family, row.link, row.half_year, row.atoms)):
        if run and (row.family in presence or not _follows(run[-1], row)):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _follows(before: _Row, after: _Row) -> bool:
    if (before.family, before.link) != (after.family, after.link):
        return False
    return first_quarter(after.half_year) - last_quarter(before.half_year) <= 1


class _Appearances:
    """The columns of an answer: the numbers of the distinct memberships it is in."""

    def __init__(self, view: View) -> None:
        self._splits = view.ledger.splits
        columns: dict[tuple[frozenset[str], str], int] = {}
        for figure in view.shown:
            split = figure.split or (figure.indicator if figure.indicator in self._splits else "")
            columns.setdefault((view.atoms_of(figure.data), split), len(columns))
        self._columns: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for (atoms, split), number in columns.items():
            for atom in atoms:
                self._columns[atom].append((number, split))
        self._known: dict[tuple[tuple[str, ...], tuple[bool, ...]], Appearance] = {}

    def of(self, row: _Row) -> Appearance:
        """Sorted column numbers; answers in the same atoms and splits are worked out once."""
        selected = tuple((row.link, row.half_year) in answers for answers in self._splits.values())
        key = (row.atoms, selected)
        if key not in self._known:
            self._known[key] = self._work_out(row.atoms, dict(zip(self._splits, selected, strict=True)))
        return self._known[key]

    def _work_out(self, atoms: tuple[str, ...], selected: dict[str, bool]) -> Appearance:
        numbers = {
            number
            for atom in atoms
            for number, split in self._columns[atom]
            if selected.get(split, not split)
        }
        return tuple(sorted(numbers))
