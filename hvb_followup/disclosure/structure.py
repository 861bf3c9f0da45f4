"""The audit's look at answers, atoms and data: is each what the law of the house says it is? (DESIGN §4.4)

Numbers stand here once more on purpose: the audit shares no rule with the code it audits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import polars as pl

from hvb_followup.disclosure.ledger import FIRST_QUARTER, LAST_QUARTER, Finding, View, WaveKey, wave_keys
from hvb_followup.disclosure.model import Atom, Datum, Shape
from hvb_followup.periods import is_quarter, quarters_between

SMALLEST = 5
SENSITIVE_SMALLEST = 21
REMAINDER_HOMES = 3
REMAINDER_AGE = 4
END_VALUES = {1: 2, 2: 3}
SCALE_END_VALUES = {"endings": 3, "codes": 5}
CODE_GROUP = 30
RATE_DAYS = 500
RATE_FEW = 4


def answer_findings(view: View) -> Iterator[Finding]:
    """What no kept answer may be."""
    answers = view.ledger.answers
    is_change = pl.col("family").is_in(sorted(view.ledger.change_families))
    helped = answers.filter(pl.col("alone").eq_missing("helped_staff"))
    flagged = answers.filter(pl.col("flagged").fill_null(True))
    twice = _repeated(answers, ["unit", "family", "half_year", "link", "moment"])
    pairs = _repeated(answers.filter(is_change), ["family", "link"])
    single = answers.filter(is_change & (pl.col("moment") != "pair"))
    yield from _at_waves("helped", helped, "Ett svar som personal hjälpt till med räknas.")
    yield from _at_waves("flagged", flagged, "Ett flaggat svar räknas.")
    yield from _at_waves("one-answer", twice, "Samma person räknas två gånger vid samma tillfälle.")
    yield from _at_waves("change-as-level", single, "Ett svar om förändring räknas utan sitt par.")
    yield from _at_waves("one-pair", pairs, "En placering har mer än ett par av start och avslut.")
    # A day in care is counted in its own quarter, and so is an event: neither is an opinion told twice.
    is_presence = pl.col("family").is_in(sorted(view.ledger.presence_families))
    close = _adjacent(answers.filter(~is_change & ~is_presence))
    yield from _at_waves("adjacent", close, "Samma person räknas två halvår i rad.")


def _repeated(answers: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    return answers.filter(pl.struct(columns).is_duplicated())


def _adjacent(answers: pl.DataFrame) -> pl.DataFrame:
    numbered = answers.with_columns(FIRST_QUARTER.alias("first"), LAST_QUARTER.alias("last")).sort(
        "family", "link", "first"
    )
    step = pl.col("first") - pl.col("last").shift(1).over("family", "link")
    return numbered.filter(step == 1)


def _at_waves(rule: str, answers: pl.DataFrame, says: str) -> Iterator[Finding]:
    for place in answers.select("unit", "family", "half_year").unique().sort(pl.all()).iter_rows():
        yield Finding(rule=rule, place=":".join(place), says=says)


def atom_findings(view: View) -> Iterator[Finding]:
    """Atoms: five persons, one home, owner and MAJOR, whole waves, for ever."""
    yield from _reopened(view)
    for atom in view.atoms.values():
        for rule, says in _atom_faults(view, atom):
            yield Finding(rule=rule, place=atom.id, says=says)


def _reopened(view: View) -> Iterator[Finding]:
    owner: dict[WaveKey, str] = {}
    for atom in view.ledger.atoms:
        if atom != view.atoms[atom.id]:
            yield Finding(
                rule="atom-reopened", place=atom.id, says="Gruppen har ändrats efter att den låsts."
            )
        for key in wave_keys(atom):
            if owner.setdefault(key, atom.id) != atom.id:
                says = "En mätomgång ligger i två låsta grupper."
                yield Finding(rule="atom-reopened", place=atom.id, says=says)


def _atom_faults(view: View, atom: Atom) -> Iterator[tuple[str, str]]:
    if len(view.links[atom.id]) < SMALLEST:
        yield "atom-small", "Gruppen har färre än fem personer."
    if frozenset(atom.links) != view.links[atom.id]:
        yield "atom-whole", "Gruppen består inte av hela mätomgångar."
    yield from _home_faults(view, atom) if atom.home else _remainder_faults(atom)


def _home_faults(view: View, atom: Atom) -> Iterator[tuple[str, str]]:
    if {unit for unit, _ in atom.members} != {atom.home}:
        yield "atom-home", "Gruppen har svar från mer än ett hem."
    answered = [key for key in wave_keys(atom) if key in view.waves]
    if any(view.owners[key] != {atom.provider} for key in answered):
        yield "atom-owner", "Hemmet bytte ägare inom gruppen."
    if len(answered) < len(atom.members) and _has_other_major(view, atom):
        yield "atom-major", "Gruppen blandar två versioner av enkäten."
    last = max(half_year for _, half_year in atom.members)
    # Registers may be late with what fills a block; a wave is counted when it is closed.
    if atom.closed < last or (atom.closed != last and not is_quarter(last)):
        yield "atom-whole", "Gruppen låstes inte när dess sista mätomgång räknades."


def _has_other_major(view: View, atom: Atom) -> bool:
    return any(
        view.majors.get((unit, atom.family, half_year), {atom.major}) != {atom.major}
        for unit, half_year in atom.members
    )


def _remainder_faults(atom: Atom) -> Iterator[tuple[str, str]]:
    if len({unit for unit, _ in atom.members}) < REMAINDER_HOMES:
        yield "remainder-homes", "Restgruppen har svar från färre än tre hem."
    if any(quarters_between(half_year, atom.closed) < 2 * REMAINDER_AGE for _, half_year in atom.members):
        yield "remainder-age", "Restgruppen har svar som är yngre än 24 månader."


def datum_findings(view: View) -> Iterator[Finding]:
    """Data: made once, of whole atoms that belong together, coarse at both ends, answered by five."""
    yield from _remade(view)
    yield from _unlike_scores(view)
    for datum in view.data.values():
        for rule, says in _datum_faults(view, datum):
            yield Finding(rule=rule, place=datum.id, says=says)


def _remade(view: View) -> Iterator[Finding]:
    lies_in: dict[tuple[str, str], str] = {}
    for datum in view.ledger.data:
        if datum != view.data[datum.id]:
            says = "Uppgiften har ändrats efter att den gjorts grov."
            yield Finding(rule="datum-remade", place=datum.id, says=says)
        for atom in datum.atoms:
            if lies_in.setdefault((datum.indicator, atom), datum.id) != datum.id:
                says = "En låst grupp ingår i två uppgifter för samma nyckeltal."
                yield Finding(rule="datum-remade", place=datum.id, says=says)


def _unlike_scores(view: View) -> Iterator[Finding]:
    """Indicators that share a published score must be merged over the same atoms."""
    merges: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for datum in view.data.values():
        merges[datum.indicator].add(datum.atoms)
    first: dict[str, str] = {}
    for shape in sorted(view.shapes.values(), key=lambda shape: shape.id):
        other = first.setdefault(shape.group, shape.id)
        if merges[other] != merges[shape.id]:
            says = "Nyckeltal som delar ett mått är inte sammanslagna lika."
            yield Finding(rule="score-merge", place=f"{other} + {shape.id}", says=says)


def _datum_faults(view: View, datum: Datum) -> Iterator[tuple[str, str]]:
    shape = view.shapes[datum.indicator]
    atoms = [view.atoms[one] for one in datum.atoms if one in view.atoms]
    persons = view.persons(frozenset(datum.atoms))
    repeated = sum(len(view.links[atom.id]) for atom in atoms) - persons
    if len(atoms) < len(datum.atoms):
        yield "datum-atoms", "Uppgiften bygger på något annat än låsta grupper."
    if any(atom.family != shape.family for atom in atoms):
        yield "datum-atoms", "Uppgiften bygger på grupper av något annat slag än nyckeltalets."
    is_grouped = shape.sensitivity == 2 or shape.scale == "codes"
    if len({(atom.provider, atom.major, is_grouped or atom.home) for atom in atoms}) > 1:
        yield "datum-mixed", "Uppgiften blandar hem, ägare eller versioner."
    homes = {atom.home for atom in atoms}
    if {atom.provider for atom in atoms} != {datum.provider} or datum.home not in homes | {""}:
        yield "datum-mixed", "Uppgiften tillskrivs ett annat hem eller en annan ägare än gruppernas."
    if datum.n - repeated < SMALLEST:
        yield "datum-answered", "Färre än fem personer har säkert svarat på frågan."
    if shape.sensitivity == 2 and persons < SENSITIVE_SMALLEST:
        yield "sensitive-group", "En känslig uppgift bygger på färre än 21 personer."
    if shape.scale == "codes" and persons < CODE_GROUP:
        yield "code-group", "En avslutskod räknas bland färre än 30 avslut."
    if shape.scale == "rate" and datum.n < RATE_DAYS:
        yield "rate-days", "En takt bygger på färre än 500 vårddygn."
    is_told_coarsely = is_coarse_rate(datum) if shape.scale == "rate" else is_coarse(datum, end_values(shape))
    if not is_told_coarsely:
        yield "end-class", "Uppgiften är inte grov: någon ände av skalan går att läsa ut."


def end_values(shape: Shape) -> int:
    """How many values an end class of the indicator must hold."""
    return max(END_VALUES[shape.sensitivity], SCALE_END_VALUES.get(shape.scale, 0))


def is_coarse_rate(datum: Datum) -> bool:
    """True when the events are none, 1–4, or an exact number above."""
    told = datum.x_lo, datum.x_hi
    return told in {(0, 0), (1, RATE_FEW)} or (datum.x_lo == datum.x_hi and datum.x_lo > RATE_FEW)


def is_coarse(datum: Datum, width: int) -> bool:
    """True when the datum's interval is a whole end class, all values, or one value between the ends."""
    n, interval = datum.n, (datum.x_lo, datum.x_hi)
    if n <= 2 * width - 2:
        return interval == (0, n)
    is_middle = datum.x_lo == datum.x_hi and width <= datum.x_lo <= n - width
    return is_middle or interval in {(0, width - 1), (n - width + 1, n)}
