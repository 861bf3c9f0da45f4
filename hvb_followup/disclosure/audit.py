"""The audit: over everything ever released to anybody, can anything be taken apart? (DESIGN §4.7)

It is the opponent of ``freeze``, ``coarse`` and ``show`` and calls none of them: it reads kept answers
and released figures, counts again, and attacks. A release with a finding is refused. Larger coalitions
of insiders than one person are not gated here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from hvb_followup.disclosure.bounds import Interval, TightSum, attainable
from hvb_followup.disclosure.classes import small_classes
from hvb_followup.disclosure.ledger import ANSWER_COLUMNS, Finding, Ledger, Summed, View
from hvb_followup.disclosure.model import Datum, Figure, Shape
from hvb_followup.disclosure.structure import (
    CODE_GROUP,
    RATE_FEW,
    answer_findings,
    atom_findings,
    datum_findings,
    end_values,
)
from hvb_followup.periods import last_quarter

__all__ = ["ANSWER_COLUMNS", "Finding", "Ledger", "audit"]

PUBLIC_FROM = {1: 10, 2: 21}
WORDS_FROM = 5
CODE_CELL = 5
EXACT_PERSONS, EXACT_HOMES = 100, 20
RESPONSE_BANDS = {"", "< 30 %", "30–49 %", "50–69 %", "≥ 70 %", "> 100 %"}


def audit(ledger: Ledger) -> tuple[Finding, ...]:
    """Everything that may not be released, in a fixed order; empty when all is well.

    Findings name rules, waves, atoms, data and figures, never links.
    """
    view = View(ledger)
    found = [
        *answer_findings(view),
        *atom_findings(view),
        *datum_findings(view),
        *_figure_findings(view),
        *_exact_findings(view),
        *small_classes(view),
        *_end_findings(view),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.rule, finding.place)))


def _figure_findings(view: View) -> Iterator[Finding]:
    for figure in view.ledger.figures:
        check = _shown_faults(view, figure) if figure.is_shown else _withheld_faults(figure)
        for rule, says in check:
            yield Finding(rule=rule, place=figure.id, says=says)


def _withheld_faults(figure: Figure) -> Iterator[tuple[str, str]]:
    bare = Figure(
        indicator=figure.indicator,
        level=figure.level,
        place=figure.place,
        release=figure.release,
        status=figure.status,
        outcome=figure.outcome,
    )
    if figure != bare:
        yield "withheld", "En uppgift som inte visas bär mer än sitt skäl."


def _shown_faults(view: View, figure: Figure) -> Iterator[tuple[str, str]]:
    shape, whole = view.shapes[figure.indicator], view.summed(figure.data)
    yield from _membership_faults(whole, figure)
    if figure.response not in RESPONSE_BANDS:
        yield "response", "Svarsandelen visas inte som ett spann."
    if shape.sensitivity == 2 and figure.level == "unit":
        yield "sensitive-unit", "En känslig uppgift visas för ett enskilt hem."
    if shape.scale == "codes" and figure.level == "unit":
        yield "code-unit", "En avslutskod visas för ett enskilt hem."
    yield from _split_faults(view, figure, whole)
    of_size = _word_faults if figure.word else _count_faults
    yield from of_size(view, figure, shape, whole)


def _membership_faults(whole: Summed, figure: Figure) -> Iterator[tuple[str, str]]:
    if whole.size < len(figure.data) or whole.indicators - {figure.indicator}:
        yield "sum", "Uppgiften är inte en summa av nyckeltalets grova uppgifter."
    if whole.closed > last_quarter(figure.release):
        yield "sum", "Uppgiften bygger på en grupp som inte var låst."
    if figure.level == "unit" and whole.homes - {figure.place}:
        yield "sum", "Hemmets uppgift bygger på andra hem."
    if figure.level == "provider" and whole.providers - {figure.place}:
        yield "sum", "Utförarens uppgift bygger på andra utförare."


def _split_faults(view: View, figure: Figure, whole: Summed) -> Iterator[tuple[str, str]]:
    if not figure.split and figure.indicator not in view.ledger.splits:
        return
    if figure.level == "unit":
        yield "split", "Ett hems svar är uppdelade på annat än svaren själva."
    elif view.persons(whole.atoms) < EXACT_PERSONS or view.homes(whole.atoms) < EXACT_HOMES:
        yield "split", "En uppdelning bygger på färre än 100 personer i 20 hem."


def _word_faults(view: View, figure: Figure, shape: Shape, whole: Summed) -> Iterator[tuple[str, str]]:
    persons = view.persons(whole.atoms)
    n, low, high = whole.n, whole.low, whole.high
    if shape.sensitivity == 2:
        yield "words-sensitive", "En känslig uppgift visas i ord för få personer."
    if shape.scale in ("rate", "codes"):
        yield "words-scale", "En takt eller en avslutskod visas i ord."
    if figure.audience != "unit" or figure.level not in {"unit", "provider"}:
        yield "words-audience", "Ord för få personer visas för andra än hemmet och dess kommuner."
    if min(n, persons) < WORDS_FROM:
        yield "few", "Färre än fem personer visas i ord."
    if (figure.n, figure.x_lo, figure.x_hi, figure.is_exact) != (None, None, None, False):
        yield "words-only", "Antal visas där bara ord får visas."
    most, few = low >= 2 * n / 3, high <= n / 3
    if figure.word != ("få" if few else "de flesta" if most else "blandat"):
        yield "words-only", "Ordet följer inte av den grova uppgiften."


def _count_faults(view: View, figure: Figure, shape: Shape, whole: Summed) -> Iterator[tuple[str, str]]:
    n, low, high = whole.n, whole.low, whole.high
    needed = max(PUBLIC_FROM[shape.sensitivity], shape.smallest_n)
    if shape.scale == "codes":
        needed = max(needed, CODE_GROUP)
        if min(low, n - high) < CODE_CELL:
            yield "code-cell", "En avslutskod visas där färre än fem kan ha slutat så, eller på annat sätt."
    if min(n, view.persons(whole.atoms)) < needed:
        rule = "few-sensitive" if shape.sensitivity == 2 else "few"
        yield rule, f"Antal visas för färre än {needed} personer."
    if figure.audience != "public":
        yield "audience", "Antal visas för någon annan än alla."
    if figure.n != n:
        yield "sum", "Antalet svar är inte summan av de grova uppgifternas."
    if not figure.is_exact and (figure.x_lo, figure.x_hi) != (low, high):
        yield "sum", "Spannet är inte summan av de grova uppgifternas."
    if figure.is_exact and not (figure.x_lo == figure.x_hi and low <= _told(figure.x_lo) <= high):
        yield "sum", "Den exakta summan är inte ett tal inom de grova uppgifternas spann."


def _told(number: int | None) -> int:
    """The number; what is not told is below every count."""
    return -1 if number is None else number


def _exact_findings(view: View) -> Iterator[Finding]:
    """Exact sums: large, and as large again wherever one differs from another of the same indicator.

    DESIGN asks it of one series; asked of all, it also stops a provider's sum from being taken from
    the nation's.
    """
    told: defaultdict[str, dict[frozenset[str], Figure]] = defaultdict(dict)
    for figure in view.shown:
        if figure.is_exact:
            told[figure.indicator].setdefault(frozenset(figure.data), figure)
    for sums in told.values():
        yield from _exact_faults(view, list(sums.values()))


def _exact_faults(view: View, sums: Sequence[Figure]) -> Iterator[Finding]:
    for number, figure in enumerate(sums):
        if not _is_large(view, frozenset(figure.data)):
            says = "En exakt summa bygger på färre än 100 personer i 20 hem."
            yield Finding(rule="exact-small", place=figure.id, says=says)
        for other in sums[:number]:
            if not _is_large(view, frozenset(figure.data) ^ frozenset(other.data)):
                says = "Skillnaden mellan två exakta summor är färre än 100 personer i 20 hem."
                yield Finding(rule="exact-change", place=f"{other.id} → {figure.id}", says=says)


def _is_large(view: View, data: frozenset[str]) -> bool:
    atoms = view.atoms_of(tuple(sorted(data)))
    return view.persons(atoms) >= EXACT_PERSONS and view.homes(atoms) >= EXACT_HOMES


def _end_findings(view: View) -> Iterator[Finding]:
    """End classes that the exact sums, pooled, leave with too few values (the argument: ``bounds``)."""
    sums = _tight_sums(view)
    boxes = {datum.id: (datum.x_lo, datum.x_hi) for datum in view.data.values()}
    for indicator, told in sums.items():
        shape = view.shapes[indicator]
        for one, (least, greatest) in attainable(boxes, told).items():
            if greatest - least + 1 < _values_to_keep(view.data[one], shape):
                says = "Exakta summor avslöjar hur många i änden av skalan som svarat lika."
                yield Finding(rule="end-class", place=one, says=says)


def _values_to_keep(datum: Datum, shape: Shape) -> int:
    """How many values must stay possible: one between the ends, a whole class's least number at them."""
    if shape.scale == "rate":
        return 2 if 0 < datum.x_hi <= RATE_FEW else 1
    width = end_values(shape)
    is_end = datum.x_lo < width or datum.x_hi > datum.n - width
    return min(width, datum.n + 1) if is_end else 1


def _tight_sums(view: View) -> dict[str, list[TightSum]]:
    """Per indicator: sums told exactly, or tighter than the sum of their data's intervals."""
    tight: defaultdict[str, dict[TightSum, None]] = defaultdict(dict)
    for figure in view.shown:
        if figure.x_lo is None or figure.x_hi is None:
            continue
        told: Interval = (figure.x_lo, figure.x_hi)
        whole = view.summed(figure.data)
        if told[0] > whole.low or told[1] < whole.high:
            tight[figure.indicator][frozenset(figure.data), told] = None
    return {indicator: list(sums) for indicator, sums in tight.items()}
