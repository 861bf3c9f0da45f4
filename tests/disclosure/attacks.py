"""What a plain release with k ≥ 5 gives away: linear algebra over rolling windows and provider totals."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .registers import Register

Answer = tuple[str, str, str]


def derivable_from_a_naive_release(register: Register) -> tuple[int, int]:
    """(answers exactly derivable, answers) when every window of five persons or more is shown as it is.

    An answer is derivable when its unit vector lies in the row space of the shown memberships.
    """
    answers = register.answers.unique(["unit", "half_year", "link"], maintain_order=True)
    ids = {row: number for number, row in enumerate(answers.select("unit", "half_year", "link").iter_rows())}
    shown = _memberships(register, ids)
    basis = np.linalg.svd(shown, full_matrices=False)
    rows = basis.Vh[basis.S > 1e-9]
    return int(((rows**2).sum(axis=0) > 1 - 1e-9).sum()), len(ids)


def _memberships(register: Register, ids: dict[Answer, int]) -> np.ndarray:
    of_unit: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    link = {number: answer[2] for answer, number in ids.items()}
    for (unit, half_year, _), number in ids.items():
        of_unit[unit, half_year].append(number)
    providers = set(register.units.values())
    groups = [[unit] for unit in register.units]
    groups += [[unit for unit, owner in register.units.items() if owner == one] for one in sorted(providers)]
    shown = []
    for last in range(len(register.half_years)):
        for length in (1, 2, 4):
            window = register.half_years[max(0, last + 1 - length) : last + 1]
            for group in groups:
                chosen = [one for unit in group for half_year in window for one in of_unit[unit, half_year]]
                if len({link[one] for one in chosen}) >= 5:
                    row = np.zeros(len(ids))
                    row[chosen] = 1
                    shown.append(row)
    return np.unique(np.array(shown), axis=0)
