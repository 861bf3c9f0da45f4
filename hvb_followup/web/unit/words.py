"""Words and numbers that the pages of one's own home share."""

from __future__ import annotations

import datetime as dt

import msgspec

from hvb_followup.pages.words import MONTHS as MONTHS_IN
from hvb_followup.qualifications.shares import Share
from hvb_followup.qualifications.staff import Evidence
from hvb_followup.qualifications.words import STATE_WORDS, State

NBSP = "\u00a0"
MONTHS = MONTHS_IN["sv"]
EVIDENCE = {
    None: "",
    Evidence.CHECKED: "kontrollerat mot källan",
    Evidence.ATTACHED: "bifogat underlag",
    Evidence.OWN_STATEMENT: "egen uppgift",
}
KINDS = {
    "placement": "Placeringar",
    "staff": "Personal",
    "hours": "Bemanning",
    "events": "Händelser",
    "capacity": "Kapacitet och pris",
    "inspections": "Tillsyn",
    "complaints": "Klagomål",
}
_GOOD = {State.MET, State.MET_BY_EQUIVALENCE, State.MET_BY_EXEMPTION, State.ADVISORY_MET}
_WAITING = {State.SPECIAL_REASONS, State.IN_TRANSITION}
_UNKNOWN = {State.NOT_ASSESSED, State.UNVERIFIED_EVIDENCE}


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """A state as it is shown: never by colour alone, but by symbol and word."""

    code: str
    symbol: str
    words: str


def state_sign(state: State) -> Sign:
    """A finding's state as it is shown."""
    words = STATE_WORDS[state]
    if state in _GOOD:
        return Sign(code="met", symbol="✓", words=words)
    if state in _WAITING:
        return Sign(code="time", symbol="◐", words=words)
    if state in _UNKNOWN:
        return Sign(code="unknown", symbol="?", words=words)
    return (
        Sign(code="none", symbol="–", words=words)
        if state == State.NOT_APPLICABLE
        else Sign(code="not", symbol="✕", words=words)
    )


def number(count: int) -> str:
    """A whole number as Swedish writes it: 1 234."""
    return f"{count:,}".replace(",", NBSP)


def percent(part: int, whole: int) -> str:
    """A share in whole per cent, half away from zero; never 100 or 0 where something is missing or there."""
    whole_percent = (200 * part + whole) // (2 * whole)
    if part < whole:
        whole_percent = min(whole_percent, 99)
    if part:
        whole_percent = max(whole_percent, 1)
    return f"{whole_percent}{NBSP}%"


def hours(minutes: int) -> str:
    """Minutes as hours with at most one decimal: 152,5 timmar."""
    tenths = (minutes * 10 + 30) // 60
    whole, rest = divmod(tenths, 10)
    return f"{number(whole)}{f',{rest}' if rest else ''}{NBSP}timmar"


def heads_words(share: Share) -> str:
    """How many meet it: 7 av 9 (78 %)."""
    return f"{share.met} av {share.of} ({percent(share.met, share.of)})" if share.of else "ingen omfattas"


def hours_words(share: Share) -> str:
    """The same in hours; "" where nothing is scheduled."""
    if not share.of:
        return ""
    return f"{hours(share.met)} av {hours(share.of)} ({percent(share.met, share.of)})"


def by_state(share: Share, of_hours: bool = False) -> list[tuple[Sign, str]]:
    """What the whole falls apart into, state by state."""
    return [(state_sign(state), hours(n) if of_hours else number(n)) for state, n in share.by_state.items()]


def month(text: str) -> str:
    """2026-07 as juli 2026."""
    year, of_year = text.split("-")
    return f"{MONTHS[int(of_year) - 1]} {year}"


def quarter(text: str) -> str:
    """2026K3 as kvartal 3 2026."""
    return f"kvartal{NBSP}{text[5]}{NBSP}{text[:4]}"


def day(value: dt.date) -> str:
    """A day as 2026-11-22."""
    return value.isoformat()


def date(value: dt.date) -> str:
    """A day as 14 november 2026."""
    return f"{value.day}{NBSP}{MONTHS[value.month - 1]} {value.year}"


def days(count: int) -> str:
    """1 dag, 2 dagar."""
    return f"{number(count)}{NBSP}{'dag' if count == 1 else 'dagar'}"


def people(count: int) -> str:
    """1 person, 2 personer."""
    return f"{number(count)}{NBSP}{'person' if count == 1 else 'personer'}"


def deadline(due_on: dt.date, today: dt.date) -> str:
    """How a last day is told: the day itself too is in time."""
    if today > due_on:
        return f"försenat {days((today - due_on).days)}, skulle ha gjorts senast {due_on}"
    return f"senast i dag, {due_on}" if today == due_on else f"senast {due_on}"
