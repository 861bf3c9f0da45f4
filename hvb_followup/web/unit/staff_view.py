"""Personal och kompetens: verdict per person and rule, shares, managers, cover, and the same staff under other rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from hvb_followup.actions.report.staffing import Staffing
from hvb_followup.qualifications.check import Finding
from hvb_followup.qualifications.days import Span, add_months
from hvb_followup.qualifications.hours import HIRED, HoursRow, cover
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.shares import by_heads, by_hours
from hvb_followup.qualifications.staff import StaffRecord
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.qualifications.what_if import Change, WhatIf, what_if
from hvb_followup.qualifications.words import MET, State, heaviest
from hvb_followup.registers.codes import Codelists
from hvb_followup.web.unit import words

Context = dict[str, Any]
TRANSITION_OVER = "utan-overgang"
HOURS_OF = 3  # months
_CERTAINTY = {
    "primary": "",
    "secondary": "Regelns lydelse är känd genom en myndighets beskrivning, inte genom lagtexten.",
    "press": "En del av regeln är känd bara genom pressen.",
    "memory": "En del av regeln är inte kontrollerad mot lagtexten.",
    "seed": "Regeln är känd bara genom förslagets sammanfattning.",
}
_STATUS = {"in_force": "lag", "advisory": "råd", "repealed": "upphävd", "proposed": "förslag"}


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A set of rules that can be asked about: what the address says of it, its words, and the rules."""

    value: str
    words: str
    rules: tuple[RuleSet, ...] = ()


def choices(rulebook: Rulebook, on: dt.date) -> list[Choice]:
    """What can be asked: today's rules when transitions are over, proposals, and every version that is not in force."""
    now = rulebook.in_force(on)
    others = [one for one in rulebook.rule_sets if one not in now and not _is_check(one)]
    order = sorted(others, key=lambda one: (one.status != "proposed", -_begins(one).toordinal()))
    return [
        Choice(
            value=TRANSITION_OVER,
            words="Reglerna som gäller, när övergångstiden är slut",
            rules=tuple(one.without_transition() for one in now if not _is_check(one)),
        ),
        *(Choice(value=f"{one.id}.{one.version}", words=_named(one), rules=(one,)) for one in order),
    ]


def _begins(rule_set: RuleSet) -> dt.date:
    return rule_set.valid_from or dt.date.min


def _is_check(rule_set: RuleSet) -> bool:
    """True for the law on register checks: it is a duty of one day, and compares with no other rule."""
    return all(rule.register_check for rule in rule_set.rule)


def _named(rule_set: RuleSet) -> str:
    when = f", från {rule_set.valid_from}" if rule_set.valid_from else ""
    until = f" till {rule_set.valid_to}" if rule_set.valid_to else ""
    return f"{rule_set.title} ({rule_set.source}{when}{until})"


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
        "n_engaged": len(found),
        "rules": _rules(found, rulebook, _recent(staffing)),
        "people": [_person(staffing.unit.id, record, own, rulebook, lists) for record, own in found],
        "manager": _manager(staffing, rulebook),
        "cover": _cover(staffing),
        "what_if": _what_if(staffing, rulebook, asked) if asked else None,
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
    first = add_months(staffing.on, -12) + dt.timedelta(days=1)
    found = staffing.manager_days(rulebook, first, staffing.on)
    return {
        "first": first,
        "needed": found.needed,
        "gap": words.days(found.gap_days),
        "gap_days": found.gap_days,
        "without": [_span(span) for span in found.without_manager],
        "not_shown": [_span(span) for span in found.not_shown],
        "who": [one.staff for one in staffing.engaged if one.role_on(staffing.on) == "unit_manager"],
    }


def _span(span: Span) -> str:
    last = span.to_on or span.from_on
    length = words.days((last - span.from_on).days + 1)
    return f"{span.from_on} ({length})" if last == span.from_on else f"{span.from_on}–{last} ({length})"


def _recent(staffing: Staffing) -> list[HoursRow]:
    """The hours of the latest months, at most three, that had begun on the day."""
    begun = sorted({row.month for row in staffing.hours if row.month <= f"{staffing.on:%Y-%m}"})
    return [row for row in staffing.hours if row.month in begun[-HOURS_OF:]]


def _cover(staffing: Staffing) -> Context | None:
    rows = _recent(staffing)
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


# --- what if ------------------------------------------------------------------------------------------------


def _what_if(staffing: Staffing, rulebook: Rulebook, asked: Choice) -> Context:
    """The staff of the day under the rules asked about, beside the rules for competence that hold."""
    before = [one for one in rulebook.in_force(staffing.on) if not _is_check(one)]
    homes = {staffing.unit.id: staffing.history}
    found = what_if(staffing.engaged, homes, before, asked.rules, staffing.on)
    return {
        "title": asked.words,
        "before": words.heads_words(found.before),
        "after": words.heads_words(found.after),
        "before_by_state": words.by_state(found.before),
        "after_by_state": words.by_state(found.after),
        "finding": _in_a_sentence(found),
        "changes": [_change(rulebook, asked, change) for change in found.changes],
        "is_proposal": any(one.status == "proposed" for one in asked.rules),
    }


def _in_a_sentence(found: WhatIf) -> str:
    if not found.changes:
        return "Ingen skulle få ett annat utfall."
    new = sum(change.after in (State.NOT_MET, State.ADVISORY_NOT_MET) for change in found.changes)
    told = f"{words.people(len(found.changes))} skulle få ett annat utfall"
    return f"{told}, varav {new} inte skulle uppfylla kraven." if new else f"{told}."


def _change(rulebook: Rulebook, asked: Choice, change: Change) -> Context:
    deciding = [finding for finding in change.findings if finding.state == change.after]
    titles = {rule.id: rule.title for rule_set in asked.rules for rule in rule_set.rule}
    return {
        "key": change.staff,
        "before": words.state_sign(change.before),
        "after": words.state_sign(change.after),
        "why": [f"{titles[finding.rule]}: {finding.says}" for finding in deciding]
        or ["Reglerna gäller inte den här personen."],
    }


def chosen_day(text: str, today: dt.date) -> tuple[dt.date, str]:
    """The day asked for, or today with what is wrong with what was typed."""
    if not text.strip():
        return today, ""
    try:
        on = dt.date.fromisoformat(text.strip())
    except ValueError:
        return today, "Datumet går inte att läsa. Skriv till exempel 2026-03-04."
    if not dt.date(2000, 1, 1) <= on <= add_months(today, 120):
        return today, "Välj en dag mellan 2000-01-01 och tio år framåt."
    return on, ""
