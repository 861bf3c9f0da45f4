"""Which themes of own words may be told of: only that there are enough, never how many (DESIGN §4.5, §4.10).

It must never know a text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

from hvb_followup.disclosure.model import RULES, Rules


class Themed(NamedTuple):
    """The home in which a text was written, and the themes that its reader gave it."""

    home: str
    themes: Collection[str]


def told(
    found: Iterable[Themed], sensitive: Collection[str], withheld: Collection[str] = (), rules: Rules = RULES
) -> frozenset[str]:
    """The themes that enough texts have, of one question in one half-year and the whole country.

    As many texts as a figure needs persons to be public (sensitive ones: as many as those need), from at least as many
    homes as the national remainder. Below that a theme is as one that nobody has; ``withheld`` ones always are.
    """
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        for theme in set(one.themes):
            homes[theme].append(one.home)
    return frozenset(
        theme
        for theme, where in homes.items()
        if theme not in withheld
        and len(where) >= (rules.sensitive_from if theme in sensitive else rules.public_from)
        and len(set(where)) >= rules.remainder_homes
    )
