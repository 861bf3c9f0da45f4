"""What everybody may see of the circumstances of a home or provider: what it takes in, and what kind it is.

Case-mix rests on this and nothing else. An answer carries no covariate but age band, inside a home nothing is
told by age, and how somebody was at the start is never told as a level (DESIGN §4.3–4.5): an expectation made
person by person of those would tell them of a home, so none is made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hvb_followup.comparison.adjusting import Known

Row = Mapping[str, Any]
# Of a level and whose it is, what a model may ask about, by its term's key.
Circumstances = Callable[[str, str], Known]


def circumstances(rows: Iterable[Row], types: Mapping[str, Mapping[str, float]]) -> Circumstances:
    """What is known in a release: middles of its public coarse shares, and of ``types`` the share of each home type."""
    shares: defaultdict[tuple[str, str], dict[str, float | None]] = defaultdict(dict)
    for row in rows:
        if not row["status"] and row.get("n") and row.get("x_lo") is not None:
            middle = (row["x_lo"] + row["x_hi"]) / (2 * row["n"])
            shares[row["level"], row["whose"]][f"share:{row['indicator']}"] = middle
    kinds = sorted({kind for of_one in types.values() for kind in of_one})

    def known(level: str, whose: str) -> Known:
        of_one = types.get(whose)
        told = {f"unit_type:{kind}": of_one.get(kind, 0.0) for kind in kinds} if of_one else {}
        return {**shares.get((level, whose), {}), **told}

    return known


def nothing_known(level: str, whose: str) -> Known:
    """Where nothing is told of anybody's circumstances."""
    return {}


def types_of(units: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """The type of each home, and the share of each among a provider's homes, of a release's public list of homes."""
    found: dict[str, dict[str, float]] = {
        one["id"]: {one["unit_type"]: 1.0} for one in units if one["unit_type"]
    }
    of_provider: defaultdict[str, list[str]] = defaultdict(list)
    for one in units:
        if one["unit_type"] and one["provider"]:
            of_provider[one["provider"]].append(one["unit_type"])
    for provider, kinds in of_provider.items():
        found[provider] = {kind: kinds.count(kind) / len(kinds) for kind in sorted(set(kinds))}
    return found
