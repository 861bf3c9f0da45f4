"""One person, one rule, one day: what was found, why, how it was shown, and by which paragraph."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache

import msgspec

from hvb_followup.qualifications.binding import decisive_day, why_not_bound
from hvb_followup.qualifications.education import judge_education
from hvb_followup.qualifications.model import CERTAINTIES, Certainty, Rule, RuleSet, Status
from hvb_followup.qualifications.parts import Part, judge_assessment, judge_experience
from hvb_followup.qualifications.register import judge_register_check
from hvb_followup.qualifications.staff import STRENGTH, Evidence, SpecialReason, StaffRecord, UnitHistory
from hvb_followup.qualifications.words import REASONS, TRANSITION, State


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found of one person under one rule on one day. ``evidence`` is that of the weakest part.

    ``confidence`` says how sure we are of the law that decided; ``is_hypothetical`` that the rule did not
    hold that day. ``checked_on`` is the last day on which the evidence was looked at, when all of it was.
    """

    staff: str
    unit: str
    rule: str
    rule_set: str
    version: str
    rule_status: Status
    paragraph: str
    confidence: Certainty
    as_of: dt.date
    state: State
    reason: str
    says: str
    evidence: Evidence | None = None
    checked_on: dt.date | None = None
    is_hypothetical: bool = False
    parts: tuple[Part, ...] = ()


def check(
    record: StaffRecord,
    rule_set: RuleSet,
    history: UnitHistory,
    on: dt.date,
    *,
    hypothetically: bool = False,
    weakest: Evidence = Evidence.ATTACHED,
) -> tuple[Finding, ...]:
    """A finding for each rule of the set.

    ``hypothetically`` asks what the rules would say that day although they did not hold; a proposal is
    always asked so. Evidence weaker than ``weakest`` does not make anyone meet a rule.
    """
    asked = hypothetically or rule_set.status == "proposed"
    return tuple(
        _Case(record, rule_set, rule, history, on, asked, weakest).finding() for rule in rule_set.rule
    )


class _Case(msgspec.Struct, frozen=True):
    """One person under one rule on one day."""

    record: StaffRecord
    rule_set: RuleSet
    rule: Rule
    history: UnitHistory
    on: dt.date
    hypothetically: bool
    weakest: Evidence

    def finding(self) -> Finding:
        """Whom the rule binds, then each part of it, then what excuses."""
        outside = why_not_bound(
            self.record, self.rule_set, self.rule, self.history, self.on, self.hypothetically
        )
        if outside:
            state = State.NOT_ASSESSED if outside.endswith("_missing") else State.NOT_APPLICABLE
            return self._told(state, Part(result="missing", reason=outside), ())
        parts = tuple(self._parts())
        state, part = self._weighed(parts)
        return self._told(state, part, parts)

    def _parts(self) -> Iterator[Part]:
        record, rule = self.record, self.rule
        if rule.education:
            yield self._excused(judge_education(record.educations, rule.education, self.on))
        if rule.experience:
            yield judge_experience(record.experience, self.on)
        for kind in rule.assessments:
            yield judge_assessment(record.assessments, kind, self.on)
        if rule.register_check:
            yield judge_register_check(record, rule.register_check, self.on)

    def _excused(self, part: Part) -> Part:
        """Special reasons stand in for an education that is not shown, while they last."""
        if "special_reasons" not in self.rule.exemptions or self._is_shown(part):
            return part
        reasons = [one for one in self.record.special_reasons if self._is_of_this_rule(one)]
        written = [one for one in reasons if one.is_documented]
        lasting = [one for one in written if self.on <= one.expires_on]
        if lasting:
            last = max(one.expires_on for one in lasting)
            return Part(result="excused", reason="special_reasons", evidence=Evidence.ATTACHED, day=last)
        if part.result != "not_met" or not reasons:
            return part
        if not written:
            return Part(result="not_met", reason="special_reasons_undocumented")
        last = max(one.expires_on for one in written)
        return Part(result="not_met", reason="special_reasons_expired", day=last)

    def _is_of_this_rule(self, reason: SpecialReason) -> bool:
        accepted = (self.rule.id, *self.rule.same_reasons_as)
        return reason.rule in accepted and reason.decided_on <= self.on

    def _is_shown(self, part: Part) -> bool:
        """True when the part is met and shown well enough to count."""
        return part.result in ("met", "equivalent", "exempt") and not self._is_weak(part)

    def _is_weak(self, part: Part) -> bool:
        return part.evidence is not None and STRENGTH.index(part.evidence) > STRENGTH.index(self.weakest)

    def _weighed(self, parts: tuple[Part, ...]) -> tuple[State, Part]:
        """The state of the whole, and the part that decided it."""
        failed = _first(parts, "not_met")
        if failed:
            return self._failed(failed)
        missing = _first(parts, "missing")
        if missing:
            return State.NOT_ASSESSED, missing
        weak = next((part for part in parts if self._is_weak(part)), None)
        if weak:
            return State.UNVERIFIED_EVIDENCE, msgspec.structs.replace(weak, reason="own_statement")
        return self._met(parts)

    def _failed(self, failed: Part) -> tuple[State, Part]:
        if self.rule_set.status == "advisory":
            return State.ADVISORY_NOT_MET, failed
        last = self._transition_ends_on()
        if last is None or self.on > last:
            return State.NOT_MET, failed
        return State.IN_TRANSITION, failed

    def _transition_ends_on(self) -> dt.date | None:
        """The last day this person may go without; the transition covers the rule as a whole."""
        transition, begins = self.rule.transition, self.rule_set.valid_from
        if transition is None:
            return None
        if transition.scope == "all" or begins is None or self.record.engaged_from_on < begins:
            return transition.until
        return None

    def _met(self, parts: tuple[Part, ...]) -> tuple[State, Part]:
        for result, state in (
            ("excused", State.SPECIAL_REASONS),
            ("exempt", State.MET_BY_EXEMPTION),
            ("equivalent", State.MET_BY_EQUIVALENCE),
        ):
            part = _first(parts, result)
            if part:
                return (State.ADVISORY_MET if self.rule_set.status == "advisory" else state), part
        whole = parts[0] if len(parts) == 1 else Part(result="met", reason="met")
        return (State.ADVISORY_MET if self.rule_set.status == "advisory" else State.MET), whole

    def _confidence(self, state: State) -> Certainty:
        """The least sure of what decided: the wording, the transition, and that hired staff are meant."""
        confidence = self.rule.confidence
        used = [confidence.text]
        if self.rule.transition and state in (State.IN_TRANSITION, State.NOT_MET):
            used.append(confidence.transition)
        if self.record.is_hired:
            used.append(confidence.hired)
        return max(used, key=CERTAINTIES.index)

    def _told(self, state: State, part: Part, parts: tuple[Part, ...]) -> Finding:
        evidence = [one.evidence for one in parts if one.evidence]
        looked_at = [one.checked_on for one in parts if one.checked_on]
        return Finding(
            staff=self.record.staff,
            unit=self.record.unit,
            rule=self.rule.id,
            rule_set=self.rule_set.id,
            version=self.rule_set.version,
            rule_status=self.rule_set.status,
            paragraph=self.rule.paragraph,
            confidence=self._confidence(state),
            as_of=self.on,
            state=state,
            reason=part.reason,
            says=_sentence(part.reason, part.day, self._added(state)),
            evidence=max(evidence, key=STRENGTH.index, default=None),
            checked_on=max(looked_at) if parts and len(looked_at) == len(parts) else None,
            is_hypothetical=self.hypothetically
            and not self.rule_set.is_in_force_on(decisive_day(self.record, self.rule, self.on)),
            parts=parts,
        )

    def _added(self, state: State) -> str:
        """What is said beside the reason: until when a transition lasts, or what only the home can judge of a rule met."""
        if state == State.IN_TRANSITION:
            return TRANSITION.format(day=self._transition_ends_on())
        return self.rule.judged_by_home if state in (State.MET, State.UNVERIFIED_EVIDENCE) else ""


def _first(parts: tuple[Part, ...], result: str) -> Part | None:
    return next((part for part in parts if part.result == result), None)


@lru_cache(maxsize=1024)
def _sentence(reason: str, day: dt.date | None, added: str) -> str:
    """A nation's findings are tens of thousands, and their sentences some hundreds."""
    return f"{REASONS[reason].format(day=day)} {added}".rstrip()
