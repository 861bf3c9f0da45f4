"""The same staff under other rules: what can be asked, one home with who would change, and all one's own homes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from hvb_followup.actions.report.staffing import Staffing
from hvb_followup.qualifications.hours import HoursRow
from hvb_followup.qualifications.model import RuleSet
from hvb_followup.qualifications.shares import Share
from hvb_followup.qualifications.versions import Rulebook
from hvb_followup.qualifications.what_if import Change, WhatIf, what_if
from hvb_followup.qualifications.words import State
from hvb_followup.web.unit import words

Context = dict[str, Any]
TRANSITION_OVER = "utan-overgang"
HOURS_OF = 3  # months


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """A set of rules that can be asked about: what the address says of it, its words, and the rules."""

    value: str
    words: str
    rules: tuple[RuleSet, ...] = ()

    @property
    def is_proposal(self) -> bool:
        """True when nobody is bound by it yet."""
        return any(one.status == "proposed" for one in self.rules)


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


def at_home(staffing: Staffing, rulebook: Rulebook, asked: Choice) -> Context:
    """A home's staff of the day under the rules asked about, and everybody who would change."""
    found = _tried([staffing], rulebook, asked)
    return {
        "title": asked.words,
        **_in_heads_and_hours(found, recent(staffing)),
        "before_by_state": words.by_state(found.before),
        "after_by_state": words.by_state(found.after),
        "finding": _in_a_sentence(found),
        "changes": [_change(asked, change) for change in found.changes],
        "is_proposal": asked.is_proposal,
    }


def own_homes_page(seen: Sequence[Staffing], rulebook: Rulebook, on: dt.date, chosen: str) -> Context:
    """All one's own homes under the rules asked about, together and one by one; without a choice, the first."""
    options = choices(rulebook, on)
    asked = next((one for one in options if one.value == chosen), options[0])
    found = _tried(seen, rulebook, asked)
    rows = [row for staffing in seen for row in recent(staffing)]
    return {
        "on": on,
        "choices": options,
        "chosen": asked,
        "n_homes": len(seen),
        "is_empty": not found.states,
        "finding": _in_a_sentence(found),
        "together": _in_heads_and_hours(found, rows),
        "homes": [_home(staffing, rulebook, asked) for staffing in seen],
    }


def recent(staffing: Staffing) -> list[HoursRow]:
    """The hours of the latest months, at most three, that had begun on the day."""
    begun = sorted({row.month for row in staffing.hours if row.month <= f"{staffing.on:%Y-%m}"})
    return [row for row in staffing.hours if row.month in begun[-HOURS_OF:]]


def _tried(seen: Sequence[Staffing], rulebook: Rulebook, asked: Choice) -> WhatIf:
    """Everybody engaged that day under the rules asked about, beside the rules for competence that hold."""
    on = seen[0].on
    before = [one for one in rulebook.in_force(on) if not _is_check(one)]
    homes = {one.unit.id: one.history for one in seen}
    everybody = [record for one in seen for record in one.engaged]
    return what_if(everybody, homes, before, asked.rules, on)


def _home(staffing: Staffing, rulebook: Rulebook, asked: Choice) -> Context:
    found = _tried([staffing], rulebook, asked)
    asking = urlencode({"den": staffing.on.isoformat(), "regel": asked.value})
    return {
        "name": staffing.unit.name,
        "href": f"/enhet/{staffing.unit.id}/personal?{asking}#vad-om",
        "n_changes": len(found.changes),
        **_in_heads_and_hours(found, recent(staffing)),
    }


def _in_heads_and_hours(found: WhatIf, rows: Sequence[HoursRow]) -> Context:
    hours_before, hours_after = found.hours(rows)
    return {
        "before": words.heads_words(found.before),
        "after": words.heads_words(found.after),
        "hours_before": _hours(hours_before),
        "hours_after": _hours(hours_after),
    }


def _hours(share: Share) -> str:
    return words.hours_words(share) or "inget schema inlagt"


def _in_a_sentence(found: WhatIf) -> str:
    if not found.changes:
        return "Ingen skulle få ett annat utfall."
    new = sum(change.after in (State.NOT_MET, State.ADVISORY_NOT_MET) for change in found.changes)
    told = f"{words.people(len(found.changes))} skulle få ett annat utfall"
    return f"{told}, varav {new} inte skulle uppfylla kraven." if new else f"{told}."


def _change(asked: Choice, change: Change) -> Context:
    deciding = [finding for finding in change.findings if finding.state == change.after]
    titles = {rule.id: rule.title for rule_set in asked.rules for rule in rule_set.rule}
    return {
        "key": change.staff,
        "before": words.state_sign(change.before),
        "after": words.state_sign(change.after),
        "why": [f"{titles[finding.rule]}: {finding.says}" for finding in deciding]
        or ["Reglerna gäller inte den här personen."],
    }


def _begins(rule_set: RuleSet) -> dt.date:
    return rule_set.valid_from or dt.date.min


def _is_check(rule_set: RuleSet) -> bool:
    """True for the law on register checks: it is a duty of one day, and compares with no other rule."""
    return all(rule.register_check for rule in rule_set.rule)


def _named(rule_set: RuleSet) -> str:
    when = f", från {rule_set.valid_from}" if rule_set.valid_from else ""
    until = f" till {rule_set.valid_to}" if rule_set.valid_to else ""
    return f"{rule_set.title} ({rule_set.source}{when}{until})"
