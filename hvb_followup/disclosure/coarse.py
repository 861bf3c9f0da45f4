"""Coarse data: an atom's count is blurred at both ends once, when it closes, and never looked at again.

Unanimity is a leak: five of five tells what each of them said. So "all" and "all but one" are one
class, and so are "none" and "one" (DESIGN §4.4–4.5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from hvb_followup.disclosure.model import RULES, Atom, Datum, Rules, Scale, Shape
from hvb_followup.periods import last_quarter

Counts = dict[tuple[str, str], tuple[int, int]]


def coarse(n: int, x: int, sensitivity: int, rules: Rules = RULES, scale: Scale = "share") -> tuple[int, int]:
    """The class of x among 0 … n: (x_lo, x_hi), both included.

    Ends hold two values (sensitivity 2 and endings: three, ending codes: five), the middle is exact; ends
    that overlap are one class. Events of a rate are none, 1–4, or an exact number from five.
    """
    if not 0 <= x <= n:
        raise ValueError("a count outside 0 … n")
    if scale == "rate":
        return (1, rules.rate_few) if 0 < x <= rules.rate_few else (x, x)
    width = rules.ends(sensitivity, scale)
    low, high = width - 1, n - width + 1
    if low >= high:
        return 0, n
    if x <= low:
        return 0, low
    return (high, n) if x >= high else (x, x)


def data(
    atoms: Iterable[Atom], values: pl.DataFrame, shapes: Iterable[Shape], rules: Rules = RULES
) -> tuple[Datum, ...]:
    """All coarse data that the atoms hold, per indicator in the order they closed.

    ``values`` is a VALUES frame of exact counts. Indicators of one group are merged alike: until at
    least five persons answered each of them. An indicator without a row for an atom was answered by
    nobody there.
    """
    closing: defaultdict[str, list[Atom]] = defaultdict(list)
    for atom in sorted(atoms, key=lambda atom: (last_quarter(atom.closed), atom.id)):
        closing[atom.family].append(atom)
    counts = _counts(values)
    found: list[Datum] = []
    for group in _groups(shapes, rules):
        for chain in _chains(closing[group[0].family], group[0]):
            for merged in _merges(chain, group, counts, rules):
                found += [_datum(merged, shape, counts, rules) for shape in group]
    return tuple(found)


def _counts(values: pl.DataFrame) -> Counts:
    rows = values.select("indicator", "atom", "n", "x").iter_rows()
    return {(indicator, atom): (n, x) for indicator, atom, n, x in rows}


def _groups(shapes: Iterable[Shape], rules: Rules) -> list[list[Shape]]:
    groups: defaultdict[str, list[Shape]] = defaultdict(list)
    for shape in sorted(shapes, key=lambda shape: shape.id):
        groups[shape.group if rules.share_merges else shape.id].append(shape)
    for name, group in groups.items():
        if len({(shape.family, shape.sensitivity, shape.scale) for shape in group}) > 1:
            raise ValueError(f"{name}: indicators of one score differ in family, sensitivity or scale")
    return list(groups.values())


def _chains(closing: Sequence[Atom], shape: Shape) -> Iterator[list[Atom]]:
    """Atoms that may be merged in turn: of one home, owner and MAJOR (sensitive, codes: of one provider)."""
    chains: defaultdict[tuple[str, int], list[Atom]] = defaultdict(list)
    for atom in closing:
        whose = atom.provider if shape.is_grouped else atom.home
        chain = chains[whose, atom.major]
        if chain and chain[-1].provider != atom.provider:
            # The home was sold: what was not merged by then stays unshown for this indicator.
            yield chain
            chain = chains[whose, atom.major] = []
        chain.append(atom)
    yield from chains.values()


def _merges(
    chain: Sequence[Atom], group: Sequence[Shape], counts: Counts, rules: Rules
) -> Iterator[list[Atom]]:
    taken: list[Atom] = []
    for atom in chain:
        taken.append(atom)
        if _is_enough(taken, group, counts, rules):
            yield taken
            taken = []


def _is_enough(taken: Sequence[Atom], group: Sequence[Shape], counts: Counts, rules: Rules) -> bool:
    answers = sum(len(atom.links) for atom in taken)
    # Nobody stands twice in one atom.
    persons = answers if len(taken) == 1 else len({link for atom in taken for link in atom.links})
    # Who answered an item is not known here: everyone who is in two atoms may have answered in both.
    repeated = answers - persons
    fewest = min(_counted(taken, shape, counts)[0] for shape in group)
    needed = max(_smallest(shape, rules) for shape in group)
    return persons >= needed and fewest - repeated >= rules.answered


def _counted(taken: Sequence[Atom], shape: Shape, counts: Counts) -> tuple[int, int]:
    """(answered, counted) over the atoms. A plain loop: a nation of ten years comes here a million times."""
    n = x = 0
    for atom in taken:
        own = counts.get((shape.id, atom.id), (0, 0))
        n, x = n + own[0], x + own[1]
    return n, x


def _smallest(shape: Shape, rules: Rules) -> int:
    sensitive = rules.sensitive_group if shape.sensitivity == 2 else rules.smallest
    return max(sensitive, rules.code_group) if shape.scale == "codes" else sensitive


def _datum(taken: Sequence[Atom], shape: Shape, counts: Counts, rules: Rules) -> Datum:
    first, last = taken[0], taken[-1]
    n, x = _counted(taken, shape, counts)
    x_lo, x_hi = coarse(n, x, shape.sensitivity, rules, shape.scale)
    is_of_one = all(atom.home == first.home for atom in taken)
    return Datum(
        id=f"{shape.id}@{first.id}" + (f"..{last.id}" if last.id != first.id else ""),
        indicator=shape.id,
        atoms=tuple(atom.id for atom in taken),
        home=first.home if is_of_one else "",
        provider=last.provider,
        closed=last.closed,
        n=n,
        x_lo=x_lo,
        x_hi=x_hi,
    )
