"""What a page says: a release's plain values in, a template's context out.

Every figure carries its count, interval, response band, period and sentence (DESIGN §5), a withheld one its
reason and never a number. The room knows no web, file, database or clock, and computes no figure: what it
shows was decided, audited and signed before.
"""

from __future__ import annotations

from hvb_followup.pages.assemble import data, home, method, own_unit, own_units, problem, start
from hvb_followup.pages.figures import Bar, bar
from hvb_followup.pages.finding import search
from hvb_followup.pages.grid import compare, operating_forms
from hvb_followup.pages.indicators import indicator
from hvb_followup.pages.model import Figure, Home, IndicatorText, Release, release_from
from hvb_followup.pages.places import counties, provider
from hvb_followup.pages.words import SWEDISH, Words

__all__ = [
    "SWEDISH",
    "Bar",
    "Figure",
    "Home",
    "IndicatorText",
    "Release",
    "Words",
    "bar",
    "compare",
    "counties",
    "data",
    "home",
    "indicator",
    "method",
    "operating_forms",
    "own_unit",
    "own_units",
    "problem",
    "provider",
    "release_from",
    "search",
    "start",
]
