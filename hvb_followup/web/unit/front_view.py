"""Hemmet: what there is to do, in order of date and with the time it takes; then what is known; then the way on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec

from hvb_followup.actions.report.overview import AskedWave, Overview
from hvb_followup.actions.report.signing import Quarter
from hvb_followup.pages.homes import OPERATING_FORMS
from hvb_followup.periods import half_year_words, local_day
from hvb_followup.registers.codes import Codelist
from hvb_followup.registers.tallies import Tally
from hvb_followup.web.unit import feedback_view, words

Context = dict[str, Any]
STATES = {
    "going_on": ("○", "pågår"),
    "empty": ("–", "inget inlämnat"),
    "open": ("○", "inte signerat"),
    "changed": ("✕", "ändrat efter signaturen"),
    "signed": ("✓", "signerat"),
}

# Which rows the home's own numbers are of.
OF_NOW = {
    "placement": "de som bor här nu",
    "staff": "de som arbetar här nu",
    "events": "senaste tolv månaderna",
    "capacity": "alla rader som har börjat gälla",
    "complaints": "senaste tolv månaderna",
}


class Todo(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do: what, why, where, how long it takes, and until when; ``is_asked`` by the service, for a quarter."""

    title: str
    says: str
    href: str
    link: str
    minutes: int
    due_on: dt.date | None = None
    is_asked: bool = False
    deadline: str = ""
    is_late: bool = False


def front_page(seen: Overview, types: Codelist) -> Context:
    """Everything the page shows; ``types`` is what the types of homes are called."""
    today = seen.staffing.on
    todos = sorted((_dated(one, today) for one in _todos(seen)), key=lambda one: one.due_on or dt.date.max)
    term = seen.unit.terms[-1] if seen.unit.terms else None
    places = seen.unit.places
    facts = [
        ("Utförare", seen.provider.name if seen.provider else "saknas"),
        ("Typ", _type_words(term.unit_type, types) if term else "saknas"),
        ("Driftsform", OPERATING_FORMS.get(str(term.operating_form), "") if term else "saknas"),
        ("Län", seen.unit.lan),
        ("Platser", words.number(places)),
        ("Arbetar här nu", words.people(seen.staffing.n_engaged)),
    ]
    return {
        "home": seen.unit,
        "todos": todos,
        "facts": facts,
        "quarters": [quarter_line(seen.unit.id, one, today) for one in seen.quarters],
        "waves": [_wave_line(one, seen) for one in seen.waves],
        "registers": [(words.KINDS[kind], words.number(n)) for kind, n in seen.counts.items()],
        "self_check": [
            (words.KINDS[kind], OF_NOW[kind], [tally_line(one) for one in found])
            for kind, found in seen.tallies.items()
            if found
        ],
        "may_see_results": seen.may_see_results,
        "is_new": not any(seen.counts.values()),
    }


def _type_words(unit_type: str, types: Codelist) -> str:
    code = types.get(unit_type)
    called = code.sv if code else unit_type
    return called[:1].upper() + called[1:]


def tally_line(one: Tally) -> tuple[str, str]:
    """A column and what its rows say: what there is of each, and how many are silent."""
    parts = [f"{part} {words.number(n)}" for part, n in one.parts]
    silent = [f"inte ifyllt {words.number(one.silent)}"] if one.silent else []
    return one.heading, ", ".join([*parts, *silent])


def _dated(one: Todo, today: dt.date) -> Todo:
    """The thing with its last day in words. Special reasons that ran out are said so by their title."""
    if one.due_on is None:
        return one
    if not one.is_asked:
        return msgspec.structs.replace(one, deadline=f"senast {one.due_on}")
    return msgspec.structs.replace(
        one, deadline=words.deadline(one.due_on, today), is_late=today > one.due_on
    )


def _wave_line(one: AskedWave, seen: Overview) -> Context:
    """A wave as the home may know it: when it is open and when results are promised, never who or how many."""
    now = seen.now
    told = [feedback_view.state_line(said, seen.staffing.on) for said in seen.told if said.wave.id == one.id]
    results = one.results_by.isoformat()
    if now < one.closes_at:
        symbol, state = "○", f"öppen till {one.last_on}"
    elif one.is_published:
        symbol, state = "✓", "resultatet är publicerat"
    elif local_day(now) > one.results_by:
        symbol, state = "✕", f"resultatet är försenat, lovat senast {results}"
    else:
        symbol, state = "◐", f"stängd, resultatet kommer senast {results}"
    return {
        "title": one.title,
        "half_year": half_year_words(one.half_year),
        "symbol": symbol,
        "state": state,
        "told": told,
    }


def quarter_line(unit: str, one: Quarter, today: dt.date) -> Context:
    """A quarter in the list: its state in symbol and word, its last day, and who signed and when."""
    symbol, state = STATES[one.state]
    if one.is_late:
        symbol, state = "✕", f"{state}, {words.deadline(one.due_on, today)}"
    elif one.state in ("open", "changed", "empty") and today <= one.due_on:
        state = f"{state}, {words.deadline(one.due_on, today)}"
    return {
        "quarter": words.quarter(one.quarter),
        "href": f"/enhet/{unit}/kvartal/{one.quarter}",
        "symbol": symbol,
        "state": state,
        "code": one.state,
        "signature": one.signature,
        "due_on": one.due_on,
    }


def _todos(seen: Overview) -> Iterator[Todo]:
    here = f"/enhet/{seen.unit.id}"
    if not any(seen.counts.values()):
        yield Todo(
            title="Börja med personallistan",
            says="Hämta mallen, fyll i den och ladda upp. Då ser du direkt vilka som uppfyller kraven.",
            href=f"{here}/importera?kind=staff",
            link="Lägg in personal",
            minutes=20,
        )
        yield from _of_feedback(seen, here)
        return
    yield from _of_the_quarter(seen, here)
    yield from _of_feedback(seen, here)
    yield from _of_staff(seen, here)
    if seen.unconfirmed:
        n = seen.unconfirmed
        yield Todo(
            title=f"{words.number(n)} {'placering' if n == 1 else 'placeringar'} väntar på att ni bekräftar",
            says="Kommunen har lagt in eller ändrat dem. De räknas redan. Bekräfta dem som stämmer, och rätta de andra.",
            href=f"{here}/placeringar",
            link="Bekräfta placeringar",
            minutes=2,
        )


def _of_the_quarter(seen: Overview, here: str) -> Iterator[Todo]:
    due = seen.due
    name = words.quarter(due.quarter)
    if not seen.counts["staff"]:
        yield Todo(
            title="Personallistan saknas",
            says="Utan den går kraven på personal inte att pröva.",
            href=f"{here}/importera?kind=staff",
            link="Lägg in personal",
            minutes=20,
            due_on=due.due_on,
            is_asked=True,
        )
    if seen.months_missing:
        yield Todo(
            title=f"Bemanning saknas för {_listed([words.month(one) for one in seen.months_missing])}",
            says="Timmar per person och månad, och hur många av dem som är natt.",
            href=f"{here}/importera?kind=hours",
            link="Lägg in bemanning",
            minutes=5,
            due_on=due.due_on,
            is_asked=True,
        )
    for one in seen.quarters:
        if one.state == "changed" or (one.state == "open" and (one is due or one.is_late)):
            changed = "Uppgifterna ändrades efter signaturen." if one.state == "changed" else ""
            yield Todo(
                title=f"Signera {words.quarter(one.quarter)}" if one is not due else f"Signera {name}",
                says=changed
                or "På hemmets sida ser alla vilket kvartal som senast signerades. Bara föreståndaren kan signera.",
                href=f"{here}/kvartal/{one.quarter}",
                link="Gå igenom och signera",
                minutes=10,
                due_on=one.due_on,
                is_asked=True,
            )


def _of_feedback(seen: Overview, here: str) -> Iterator[Todo]:
    """The newest closed wave, where nothing has been told of it: what lies further back nobody waits for."""
    newest = next(iter(seen.told), None)
    if newest is None or newest.state == "given":
        return
    says = "Skriv vad som ska göras, till vilken dag och vem som ser till det. Sätt upp bladet i hemmet."
    if any(one.closes_at > seen.now for one in seen.waves if one.title == newest.title):
        says = f"En ny mätomgång är öppen, och de unga vet inte vad den förra ledde till. {says}"
    yield Todo(
        title=f"Återkoppling saknas för {half_year_words(newest.wave.half_year)}",
        says=says,
        href=feedback_view.address(seen.unit, newest),
        link="Skriv till de unga",
        minutes=15,
        due_on=newest.due_on,
        is_asked=True,
    )


def _of_staff(seen: Overview, here: str) -> Iterator[Todo]:
    for staff in seen.staffing.twice:
        yield Todo(
            title=f"{staff} har två anställningar som går in i varandra",
            says="Personen räknas en gång. Avsluta den ena, eller ta bort den rad som är fel.",
            href=f"{here}/personal#p-{staff}",
            link=f"Se {staff}",
            minutes=2,
        )
    for one in seen.expiring:
        gone = one.reason.expires_on < seen.staffing.on
        yield Todo(
            title=f"Särskilda skäl för {one.staff} {'gick ut' if gone else 'går ut'} {one.reason.expires_on}",
            says="Skriv ned nya skäl om de fortfarande finns, eller komplettera utbildningen.",
            href=f"{here}/personal#p-{one.staff}",
            link=f"Se {one.staff}",
            minutes=5,
            due_on=one.reason.expires_on,
        )
    if seen.unchecked:
        yield Todo(
            title=f"Registerkontroll saknar underlag för {words.people(len(seen.unchecked))}",
            says=f"Skriv in dagarna för {_listed(seen.unchecked)}. Bara dagar, aldrig vad som stod.",
            href=f"{here}/personal#p-{seen.unchecked[0]}",
            link="Se personalen",
            minutes=3 * len(seen.unchecked),
        )
    if seen.manager.gap_days:
        first, last = seen.manager_span
        yield Todo(
            title=f"{words.days(seen.manager.gap_days)} utan föreståndare som har visat behörighet",
            says=f"Gäller {first}–{last}. Det kan bero på att underlag saknas.",
            href=f"{here}/personal#forestandare",
            link="Se dagarna",
            minutes=5,
        )
    if seen.unmet:
        yield Todo(
            title=f"{words.people(len(seen.unmet))} uppfyller inte ett krav, eller saknar underlag",
            says="Se vilket krav det är, varför, och vilken paragraf det står i.",
            href=f"{here}/personal",
            link="Se personalen",
            minutes=5,
        )


def _listed(parts: list[str] | tuple[str, ...]) -> str:
    """a, b och c; of more than six the first six."""
    if len(parts) > 6:
        return f"{', '.join(parts[:6])} med flera"
    return " och ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else parts[0]


def quarter_page(unit: Any, one: Quarter, may_sign: bool, now: dt.datetime) -> Context:
    """A quarter as it would be signed."""
    signature = one.signature
    fresh = bool(signature and one.state == "signed" and now - signature.signed_at <= dt.timedelta(hours=24))
    return {
        "home": unit,
        "line": quarter_line(unit.id, one, local_day(now)),
        "quarter": words.quarter(one.quarter),
        "hash": one.hash,
        "registers": [(words.KINDS[kind], words.number(len(rows))) for kind, rows in one.rows.items()],
        "may_sign": may_sign and one.state in ("open", "changed"),
        "is_foreign": not may_sign and one.state in ("open", "changed"),
        "may_take_back": may_sign and fresh,
    }
