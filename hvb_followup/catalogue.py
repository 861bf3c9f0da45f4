"""All definitions together, cross-checked: each indicator's source and pair exist, each example holds.

Pure: definitions come as values, whoever read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import get_args

import msgspec

from hvb_followup.comparison.adjusting import Model
from hvb_followup.comparison.adjusting import faults as model_faults
from hvb_followup.errors import Problem, not_found
from hvb_followup.frames import FEEDBACK
from hvb_followup.indicators import blocks, compute, duty, expressions
from hvb_followup.indicators import staff as staff_counts
from hvb_followup.indicators.model import REGISTER_KINDS, Example, Indicator
from hvb_followup.pages.facts import Capacity, Inspection
from hvb_followup.pages.methods import Method
from hvb_followup.pages.themes import Theme
from hvb_followup.pages.themes import faults as theme_faults
from hvb_followup.periods import first_quarter, is_half_year, is_quarter, last_quarter
from hvb_followup.qualifications import staff
from hvb_followup.qualifications.hours import HoursRow
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.questionnaires.answers import STATUSES
from hvb_followup.questionnaires.messages import MessageWords
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.player import PlayerWords
from hvb_followup.questionnaires.word_themes import WordThemes
from hvb_followup.registers import KINDS, Codelist, Sheet, sheets, uses
from hvb_followup.registry import OperatingForm, Provider, Term, Unit

# Ids that rules and values elsewhere count on: a codelist may say more, never less.
CODES_WANTED: Mapping[str, frozenset[str]] = {
    "unit_types": frozenset({"hvb", "stodboende"}),
    "operating_forms": frozenset(form.value for form in OperatingForm),
    "roles": frozenset(get_args(staff.Role)),
    "duties": frozenset(get_args(staff.Duty)),
    "engagements": frozenset(get_args(staff.Engagement)),
    "education_levels": frozenset(get_args(staff.Level)),
    "education_fields": frozenset(get_args(staff.Field)),
    "evidence": frozenset(staff.Evidence),
    "registers_checked": frozenset(get_args(staff.Register)),
}

# Whoever reads what a register says: values of the staff rules, of the public facts and of the registry.
READERS: tuple[type[msgspec.Struct], ...] = (
    *(staff.StaffRecord, staff.Education, staff.Experience, staff.Assessment, staff.RegisterCheck),
    *(staff.SpecialReason, staff.PreviousEngagement, HoursRow, Capacity, Inspection, Provider, Unit, Term),
)


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """Every questionnaire, indicator, codelist, rule and language of the player that this installation knows."""

    questionnaires: tuple[Questionnaire, ...]
    indicators: tuple[Indicator, ...]
    words: Mapping[str, PlayerWords]
    messages: Mapping[str, MessageWords] = {}
    codelists: Mapping[str, Codelist] = {}
    rulebook: Rulebook = Rulebook(rule_sets=())
    themes: tuple[Theme, ...] = ()
    word_themes: WordThemes = WordThemes()
    methods: tuple[Method, ...] = ()
    models: tuple[Model, ...] = ()
    made: dict[str, Sheet] = {}  # the sheets, once somebody has asked for one

    def sheet(self, kind: str) -> Sheet:
        """The sheet of a kind of register, in the codelists' words; NotFound when there is none."""
        if kind not in KINDS:
            raise not_found(kind)
        if not self.made:
            self.made.update(sheets(self.codelists))
        return self.made[kind]

    def questionnaire(self, family: str, major: int) -> Questionnaire:
        """The questionnaire of a family and MAJOR; NotFound when there is none."""
        for questionnaire in self.questionnaires:
            if (questionnaire.id, questionnaire.major) == (family, major):
                return questionnaire
        raise not_found(f"{family} v{major}")

    def latest(self, family: str) -> Questionnaire:
        """The questionnaire of a family with the highest MAJOR; NotFound when there is none."""
        versions = [questionnaire for questionnaire in self.questionnaires if questionnaire.id == family]
        if not versions:
            raise not_found(family)
        return max(versions, key=lambda questionnaire: questionnaire.major)

    def indicator(self, indicator_id: str) -> Indicator:
        """The indicator of an id; NotFound when there is none."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        raise not_found(indicator_id)

    @property
    def families_told_back(self) -> frozenset[str]:
        """The questionnaires whose waves are told back to the young people who live there.

        Those of change are not: a wave of theirs means nothing to one home (DESIGN §4.4).
        """
        asked = (one for one in self.questionnaires if one.audience == "youth")
        return frozenset(one.id for one in asked if one.publishing == "level")

    def indicators_of(self, family: str) -> tuple[Indicator, ...]:
        """The indicators whose answers come from a questionnaire."""
        return tuple(indicator for indicator in self.indicators if indicator.source == family)


def problems(catalogue: Catalogue, *, tried: bool = True) -> tuple[Problem, ...]:
    """Everything that points nowhere, and every expression or example that does not hold, unless none is ``tried``."""
    computed = catalogue.indicators if tried else ()
    return (
        *_twins(catalogue),
        *_untranslated(catalogue),
        *_split_twice(catalogue),
        *(problem for indicator in computed for problem in _indicator(catalogue, indicator)),
        *_themes(catalogue),
        *(problem for model in catalogue.models for problem in _model(catalogue, model)),
    )


def unused_columns(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Columns of registers that nothing uses: nobody may be asked for them (DESIGN §3)."""
    users = {one.__name__: one.__struct_fields__ for one in READERS} | _looked_at(catalogue)
    return tuple(problem for kind in KINDS for problem in uses.problems(catalogue.sheet(kind), users))


def _looked_at(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """By frame, the columns that some indicator's expressions look at."""
    found: dict[str, frozenset[str]] = {}
    for one in catalogue.indicators:
        if one.is_from_register:
            parts = (one.where, one.numerator, one.denominator)
            columns = frozenset(name for part in parts for name in expressions.names(part))
            frame = one.source.upper()
            found[frame] = found.get(frame, frozenset()) | columns
    return found


def _themes(catalogue: Catalogue) -> Iterator[Problem]:
    known = {indicator.id for indicator in catalogue.indicators}
    for theme in catalogue.themes:
        for key, says in theme_faults(theme, known):
            yield _problem(f"dashboards/pages/{theme.id}.toml: $.{key}", says, "Se dashboards/README.md.")


def _model(catalogue: Catalogue, model: Model) -> Iterator[Problem]:
    """A frozen model by itself, and against the indicators and codelists that it names."""
    where, mend = f"dashboards/models/{model.id}.toml", "Gör om den med hvb casemix."
    for key, says in (*model_faults(model), *_model_periods(model)):
        yield _problem(f"{where}: $.{key}", says, mend)
    known = {one.id: one for one in catalogue.indicators}
    of = known.get(model.indicator)
    if of is None or not of.may_be_adjusted:
        says = f"Nyckeltalet {model.indicator!r} finns inte, eller justeras inte."
        yield _problem(f"{where}: $.indicator", says, "Välj ett som justeras.")
    types = {one.id for one in catalogue.codelists["unit_types"].code} if catalogue.codelists else set()
    for number, term in enumerate(model.term):
        place = f"{where}: $.term[{number}]"
        if term.kind == "unit_type" and term.of not in types:
            yield _problem(place, f"Hemtypen {term.of!r} finns inte.", "Välj en ur kodlistan.")
        if term.kind == "share" and not (term.of in known and known[term.of].is_of_intake):
            says = f"{term.of!r} säger inte vilka hemmet tar emot."
            yield _problem(place, says, "Välj en andel utan riktning, ur ett register om unga.")
        if not (term.sv.strip() and term.en.strip()):
            yield _problem(place, "Orden saknas på ett av språken.", "Skriv dem på svenska och engelska.")


def _model_periods(model: Model) -> Iterator[tuple[str, str]]:
    """A model is made of what was published before the first half-year that meets it."""
    if not is_half_year(model.used_from):
        yield "used_from", "Det är inget halvår."
        return
    if not all(is_half_year(one) or is_quarter(one) for one in (model.period_from, model.period_to)):
        yield "period_to", "Det är varken ett kvartal eller ett halvår."
        return
    if last_quarter(model.period_to) >= first_quarter(model.used_from):
        yield "used_from", "Modellen möter samma tid som den gjordes av."


def _problem(where: str, says: str, mend: str) -> Problem:
    return Problem(code="catalogue", where=where, says=says, mend=mend)


def _twins(catalogue: Catalogue) -> Iterator[Problem]:
    ids = Counter(indicator.id for indicator in catalogue.indicators)
    ids.update(f"{one.id} v{one.major}" for one in catalogue.questionnaires)
    for name, count in ids.items():
        if count > 1:
            yield _problem(name, "Samma id finns i flera filer.", "Ge var och en sitt eget.")


def _untranslated(catalogue: Catalogue) -> Iterator[Problem]:
    for questionnaire in catalogue.questionnaires:
        for language in questionnaire.languages:
            if language not in catalogue.words:
                where = f"{questionnaire.id} v{questionnaire.major}"
                yield _problem(
                    where, f"Spelarens egna ord saknas på {language!r}.", "Skriv dem i surveys/player/."
                )


def _indicator(catalogue: Catalogue, indicator: Indicator) -> Iterator[Problem]:
    where = f"dashboards/indicators/{indicator.id}.toml"
    yield from _pair(catalogue, indicator, where)
    yield from _beside(catalogue, indicator, where)
    if indicator.kind in REGISTER_KINDS:
        yield from _of_register(indicator, where)
        return
    if indicator.kind == "duty":
        yield from _of_duty(indicator, where)
        return
    if indicator.is_of_blocks:
        yield from blocks.problems(indicator, where)
    for major in indicator.majors:
        source = [one for one in catalogue.questionnaires if (one.id, one.major) == (indicator.source, major)]
        if not source:
            says = f"Formuläret {indicator.source!r} v{major} finns inte."
            yield _problem(f"{where}: $.source", says, "Ändra source eller majors.")
            continue
        if (source[0].audience == "staff") != (indicator.person_class == "B"):
            says = "Personklassen är inte den som formuläret frågar."
            yield _problem(f"{where}: $.person_class", says, "B för personal, A för unga.")
        yield from _of_change(catalogue, indicator, source[0], where)
        faults = expressions.problems(indicator, codes(source[0]), source[0].editions, where)
        yield from faults or _examples(indicator, source[0], where)


def _of_change(
    catalogue: Catalogue, indicator: Indicator, source: Questionnaire, where: str
) -> Iterator[Problem]:
    """A family of change is told in pairs and never as level, and a family of level never in pairs (DESIGN §4.4)."""
    if indicator.is_of_pairs != (source.publishing == "change"):
        says = f"Formuläret {source.id!r} publiceras inte så."
        yield _problem(f"{where}: $.kind", says, "Par för förändring, andel för nivå.")
    if indicator.score and indicator.score not in {one.id for one in source.scores}:
        yield _problem(f"{where}: $.score", f"Måttet {indicator.score!r} finns inte.", "Ändra score.")
    other = [one for one in catalogue.questionnaires if one.id == indicator.together_with]
    if indicator.together_with and not any(one.publishing == "change" for one in other):
        says = f"Formuläret {indicator.together_with!r} frågar inte vid avslut."
        yield _problem(f"{where}: $.together_with", says, "Välj en enkät om förändring.")


def _of_duty(indicator: Indicator, where: str) -> Iterator[Problem]:
    """An indicator of what homes owe after a wave: its expression and its examples."""
    if indicator.source != "feedback":
        yield _problem(f"{where}: $.source", "Plikten finns inte.", "Skriv feedback.")
        return
    faults = expressions.register_problems(indicator, FEEDBACK, where)
    yield from faults or _row_examples(indicator, frozenset(FEEDBACK.columns), duty.run_example, where)


def _of_register(indicator: Indicator, where: str) -> Iterator[Problem]:
    """An indicator about staff from registers: its frame, its expressions, its examples."""
    if indicator.source not in staff_counts.SOURCES:
        yield _problem(f"{where}: $.source", f"Registret {indicator.source!r} finns inte.", "Ändra source.")
        return
    faults = expressions.register_problems(indicator, staff_counts.SOURCES[indicator.source], where)
    known = staff_counts.example_columns(indicator)
    yield from faults or _row_examples(indicator, known, staff_counts.run_example, where)


def _row_examples(
    indicator: Indicator,
    known: frozenset[str],
    run: Callable[[Indicator, Example], tuple[int, int]],
    where: str,
) -> Iterator[Problem]:
    """Every example of rows that names an unknown column or does not give what it says."""
    for number, example in enumerate(indicator.example):
        place = f"{where}: $.example[{number}]"
        odd = {key for row in example.rows for key in row} - known
        if odd:
            yield _problem(place, f"Kolumnen {min(odd)!r} finns inte i registret.", "Rätta exemplet.")
        elif (found := run(indicator, example)) != (example.n, example.x):
            says = f"Exemplet ger {found[1]} av {found[0]}, inte {example.x} av {example.n}."
            yield _problem(place, says, "Rätta exemplet eller uttrycket.")


def _split_twice(catalogue: Catalogue) -> Iterator[Problem]:
    """The same thing counted of two sets of young people would tell it of those in only one of them."""
    told: dict[tuple[str, ...], Indicator] = {}
    for indicator in catalogue.indicators:
        if indicator.is_of_blocks:
            counted = indicator.numerator or f"stay {indicator.known_after}"
            first = told.setdefault((indicator.source, indicator.block, counted), indicator)
            if first.where != indicator.where:
                where = f"dashboards/indicators/{indicator.id}.toml: $.where"
                says = f"{first.id} räknar samma sak bland andra unga."
                yield _problem(where, says, "Skillnaden mellan dem vore en uppdelning: räkna en av dem.")


def codes(questionnaire: Questionnaire) -> dict[str, frozenset[str]]:
    """Every item with the codes and statuses that its column may hold."""
    return {
        item.id: frozenset((*questionnaire.scale_of(item).codes("standard"), *STATUSES))
        for item in questionnaire.items
    }


def _beside(catalogue: Catalogue, indicator: Indicator, where: str) -> Iterator[Problem]:
    """What would hold stands beside heads counted under the rules that do, and asks about a proposal."""
    if indicator.kind != "what_if":
        return
    if not any(one.id == indicator.beside and one.kind == "heads" for one in catalogue.indicators):
        yield _problem(f"{where}: $.beside", "Där står inget nyckeltal av slaget heads.", "Ange ett sådant.")


def _pair(catalogue: Catalogue, indicator: Indicator, where: str) -> Iterator[Problem]:
    if not indicator.paired_with:
        return
    other = next((one for one in catalogue.indicators if one.id == indicator.paired_with), None)
    place = f"{where}: $.paired_with"
    if other is None:
        yield _problem(place, f"Nyckeltalet {indicator.paired_with!r} finns inte.", "Ändra eller skriv det.")
    elif other.paired_with != indicator.id:
        yield _problem(place, f"{other.id} pekar inte tillbaka.", "Par visas alltid tillsammans: ange båda.")


def _examples(indicator: Indicator, questionnaire: Questionnaire, where: str) -> Iterator[Problem]:
    known = {**codes(questionnaire), "edition": frozenset(questionnaire.editions)}
    for number, example in enumerate(indicator.example):
        place = f"{where}: $.example[{number}]"
        odd = [
            key
            for row in example.answers
            for key, code in row.items()
            if key in known and code not in known[key]
        ]
        odd += [
            key
            for row in example.answers
            for key in row
            if key not in (*known, "person", "half_year", "moment")
        ]
        if odd:
            yield _problem(place, f"Exemplet svarar något okänt på {odd[0]!r}.", "Använd formulärets koder.")
        elif said := _wrong(indicator, example_of=number, items=tuple(codes(questionnaire))):
            yield _problem(place, said, "Rätta exemplet eller uttrycket.")


def _wrong(indicator: Indicator, *, example_of: int, items: tuple[str, ...]) -> str:
    """What the example gives instead of what it says; "" when they agree."""
    example = indicator.example[example_of]
    if indicator.kind == "response":
        share = compute.response(example.n, example.x) if 0 <= example.x <= example.n else None
        return "" if share == example.share else f"Exemplet ger {share}, inte {example.share}."
    n, x = compute.run_example(indicator, example, items)
    return (
        ""
        if (n, x) == (example.n, example.x)
        else f"Exemplet ger {x} av {n}, inte {example.x} av {example.n}."
    )
