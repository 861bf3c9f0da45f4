"""Personal och kompetens: verdict per person and rule, shares, managers, cover, and the same staff under other rules."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from hvb_followup.actions.report.staffing import Staffing
from hvb_followup.periods import months_after
from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.days import Span
from hvb_followup.qualifications.hours import HIRED, HoursRow, cover
from hvb_followup.qualifications.shares import by_heads, by_hours
from hvb_followup.qualifications.staff import StaffRecord
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.qualifications.words import MET, heaviest
from hvb_followup.registers.codes import Codelists
from hvb_followup.web.unit import words
from hvb_followup.web.unit.what_if_view import at_home, choices, recent

Context = dict[str, Any]
_CERTAINTY = {
    "primary": "",
    "secondary": "Regelns lydelse är känd genom en myndighets beskrivning, inte genom lagtexten.",
    "press": "En del av regeln är känd bara genom pressen.",
    "memory": "En del av regeln är inte kontrollerad mot lagtexten.",
    "seed": "Regeln är känd bara genom förslagets sammanfattning.",
}
_STATUS = {"in_force": "lag", "advisory": "råd", "repealed": "upphävd", "proposed": "förslag"}


def staff_page(staffing: Staffing, rulebook: Rulebook, lists: Codelists, chosen: str) -> Context:
    """Everything the page shows; ``chosen`` is the value of one of the choices, or ""."""
    found = staffing.findings(rulebook)
    options = choices(rulebook, staffing.on)
    asked = next((one for one in options if one.value == chosen), None)
    return {
        "home": staffing.unit,
        "on": staffing.on,
        "choices": options,
        "chosen": asked,
        "is_empty": not staffing.records,
        "n_engaged": staffing.n_engaged,
        "rules": _rules(found, rulebook, recent(staffing)),
        "people": _people(staffing, found, rulebook, lists),
        "manager": _manager(staffing, rulebook),
        "cover": _cover(staffing),
        "what_if": at_home(staffing, rulebook, asked) if asked else None,
    }


# --- by rule ------------------------------------------------------------------------------------------------


def _rules(
    found: Sequence[tuple[StaffRecord, tuple[Finding, ...]]], rulebook: Rulebook, rows: Sequence[HoursRow]
) -> list[Context]:
    every = [finding for _, own in found for finding in own]
    shown = []
    for rule_id in dict.fromkeys(finding.rule for finding in every):
        own = [finding for finding in every if finding.rule == rule_id]
        heads, worked = by_heads(own), by_hours(own, _bound(own, rows))
        night = by_hours(own, _bound(own, rows), at_night=True)
        shown.append(
            {
                "title": _title(rulebook, own[-1]),
                "paragraph": own[-1].paragraph,
                "status": _STATUS[own[-1].rule_status] if own[-1].rule_status == "advisory" else "lag",
                "heads": words.heads_words(heads),
                "heads_by_state": words.by_state(heads),
                "hours": words.hours_words(worked),
                "hours_by_state": words.by_state(worked, of_hours=True),
                "night": words.hours_words(night),
            }
        )
    return shown


def _bound(own: Sequence[Finding], rows: Sequence[HoursRow]) -> list[HoursRow]:
    """The hours of those whom the rule binds, and of hired staff without a key: of them nothing is known."""
    staff = {finding.staff for finding in own}
    return [row for row in rows if row.staff in staff or row.staff == HIRED]


def _title(rulebook: Rulebook, finding: Finding) -> str:
    rule_set = rulebook.rule_set(finding.rule_set, finding.version)
    return next(rule.title for rule in rule_set.rule if rule.id == finding.rule)


# --- by person ----------------------------------------------------------------------------------------------


def _people(
    staffing: Staffing,
    found: Sequence[tuple[StaffRecord, tuple[Finding, ...]]],
    rulebook: Rulebook,
    lists: Codelists,
) -> list[Context]:
    """Everybody, each under a name of her own on the page, also where one key has two engagements."""
    people = [_person(staffing.unit.id, record, own, rulebook, lists) for record, own in found]
    times: Counter[str] = Counter()
    for one in people:
        times[one["key"]] += 1
        # A key holds no full stop: the name of the second is nobody else's.
        one["anchor"] = one["key"] if times[one["key"]] == 1 else f"{one['key']}.{times[one['key']]}"
        one["is_twice"] = one["key"] in staffing.twice
    return people


def _person(
    unit: str, record: StaffRecord, own: Sequence[Finding], rulebook: Rulebook, lists: Codelists
) -> Context:
    key = f"{record.staff}|{record.engaged_from_on}"
    state = heaviest(finding.state for finding in own)
    deciding = [finding.says for finding in own if finding.state == state and state not in MET]
    return {
        "key": record.staff,
        "role": _word(lists, "roles", record.role),
        "engagement": _word(lists, "engagements", record.engagement),
        "since": record.engaged_from_on,
        "until": record.engaged_to_on,
        "sign": words.state_sign(state),
        "why": list(dict.fromkeys(deciding)),
        "findings": [_finding(rulebook, one) for one in own],
        "href": f"/enhet/{unit}/rad/staff?nyckel={quote(key)}",
    }


def _word(lists: Codelists, name: str, code_id: str) -> str:
    code = lists[name].get(code_id) if name in lists else None
    return code.sv if code else code_id


def _finding(rulebook: Rulebook, finding: Finding) -> Context:
    return {
        "title": _title(rulebook, finding),
        "sign": words.state_sign(finding.state),
        "says": finding.says,
        "evidence": words.EVIDENCE[finding.evidence],
        "checked_on": finding.checked_on,
        "paragraph": finding.paragraph,
        "version": finding.version,
        "certainty": _CERTAINTY[finding.confidence],
    }


# --- managers and cover -------------------------------------------------------------------------------------


def _manager(staffing: Staffing, rulebook: Rulebook) -> Context:
    """The year that ends on the day: when there was no manager who has shown what the law asks."""
    first = months_after(staffing.on, -12) + dt.timedelta(days=1)
    found = staffing.manager_days(rulebook, first, staffing.on)
    return {
        "first": first,
        "needed": found.needed,
        "gap": words.days(found.gap_days),
        "gap_days": found.gap_days,
        "without": [_span(span) for span in found.without_manager],
        "not_shown": [_span(span) for span in found.not_shown],
        "who": list(dict.fromkeys(one.staff for one in staffing.engaged if _leads(one, staffing.on))),
    }


def _leads(record: StaffRecord, on: dt.date) -> bool:
    return record.role_on(on) == "unit_manager"


def _span(span: Span) -> str:
    last = span.to_on or span.from_on
    length = words.days((last - span.from_on).days + 1)
    return f"{span.from_on} ({length})" if last == span.from_on else f"{span.from_on}–{last} ({length})"


def _cover(staffing: Staffing) -> Context | None:
    rows = recent(staffing)
    found = cover(rows, staffing.records)
    if not found.minutes:
        return None
    return {
        "months": [words.month(one) for one in sorted({row.month for row in rows})],
        "total": words.hours(found.minutes),
        "night": f"{words.hours(found.night)} ({words.percent(found.night, found.minutes)})",
        "hired": f"{words.hours(found.hired)} ({words.percent(found.hired, found.minutes)})",
        "hired_night": f"{words.hours(found.hired_night)} av nattens {words.hours(found.night)}",
    }


def chosen_day(text: str, today: dt.date) -> tuple[dt.date, str]:
    """The day asked for, or today with what is wrong with what was typed."""
    if not text.strip():
        return today, ""
    try:
        on = dt.date.fromisoformat(text.strip())
    except ValueError:
        return today, "Datumet går inte att läsa. Skriv till exempel 2026-03-04."
    if not dt.date(2000, 1, 1) <= on <= months_after(today, 120):
        return today, "Välj en dag mellan 2000-01-01 och tio år framåt."
    return on, ""
