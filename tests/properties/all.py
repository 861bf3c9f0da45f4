"""The ten by name."""

from __future__ import annotations

from typing import Protocol

from tests.properties import closure, estimating, flagging, ranking, steadiness
from tests.properties.lines import Line


class Property(Protocol):
    """What simulates one property: few worlds, or as many as it says."""

    def __call__(self, *, quick: bool) -> list[Line]: ...


PROPERTIES: dict[str, Property] = {
    "P1": flagging.no_false_flags,
    "P2": flagging.no_false_flags_near_the_top,
    "P3": estimating.coverage_of_intervals,
    "P4": estimating.coverage_of_the_hierarchy,
    "P4p": estimating.coverage_of_what_is_published,
    "P5": ranking.no_places_where_nobody_differs,
    "P6": flagging.few_unusual_where_homes_differ,
    "P7": steadiness.nothing_hangs_on_order,
    "P8": estimating.one_more_yes_never_lowers,
    "P9": closure.nothing_hidden_can_be_worked_out,
    "P10": ranking.no_words_of_little_data,
}
