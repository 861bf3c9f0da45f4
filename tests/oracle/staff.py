"""Members of staff: what three statutes ask of each, told again, and counted by heads, hours and who left.

SoF (2025:468) 4 kap. 3–4 §§ and 5 kap. 3–5 §§ from 1 July 2025; lag (2007:171) 1–3 §§ on the first day of work.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import Any

from tests.oracle.days import ONE, day, end_of, first_of, last_of, term_on

Row = dict[str, Any]
NEW_ORDINANCE = dt.date(2025, 7, 1)
HIGHER = ("higher_education", "first_cycle_degree", "second_cycle_degree", "third_cycle_degree")
RELEVANT = ("social_work", "social_pedagogy", "behavioural_science", "other_relevant")
# What the nation's staff have not been given to say; the day one of them does, this has to be told too.
NOT_TOLD = ("previous_ended_on", "manager_from_on", "manager_to_on", "education_2_level", "experience_to_on",
            "check_by_employer", "education_1_equivalent_on", "suitability_holds", "offered_on")  # fmt: skip
VOLUNTEERS_FROM = dt.date(2024, 4, 1)


def engaged(row: Row, when: dt.date) -> bool:
    return day(row["engaged_from_on"]) <= when and (
        not row.get("engaged_to_on") or when <= day(row["engaged_to_on"])
    )


def educated(row: Row, levels: tuple[str, ...], years: float, when: dt.date) -> bool:
    """An education of the right level, length and direction, completed, and shown by more than the person's word."""
    if row.get("education_1_level") not in levels or row.get("education_1_field") not in RELEVANT:
        return False
    if row.get("education_1_evidence") not in ("checked", "attached"):
        return False
    if day(row["education_1_completed_on"]) > when:
        return False
    lengths = [
        row.get(f"education_1_{name}", 0) / of_a_year
        for name, of_a_year in (("years", 1), ("hp", 60), ("yh", 200))
    ]
    return max(lengths) >= years


def assessed(row: Row, name: str, when: dt.date) -> bool:
    return bool(row.get(name)) and day(row[name]) <= when


def education(row: Row, unit_type: str, when: dt.date) -> bool | None:
    """Whether somebody in care meets the rule for staff; None where it binds her not."""
    if when < NEW_ORDINANCE or row["role"] not in ("care_staff", "other_staff"):
        return None
    if unit_type == "stodboende":
        return None  # 4 kap. 4 §: suitable for the work; nothing is said of an education
    in_care = set(row.get("duties", ())) & {"care", "upbringing", "treatment"}
    if row["engagement"] not in ("employment", "agency") or not in_care:
        return None
    return educated(row, ("post_secondary", *HIGHER), 2, when)


def proposal(row: Row, unit_type: str, when: dt.date) -> bool | None:
    """SOU 2023:66 as it proposes: the education, in three fields only, and personal suitability, whoever engages her."""
    in_care = set(row.get("duties", ())) & {"care", "upbringing", "treatment"}
    if row["role"] not in ("care_staff", "other_staff") or not in_care:
        return None
    is_narrow = row.get("education_1_field") != "other_relevant"
    return (
        is_narrow
        and educated(row, ("post_secondary", *HIGHER), 2, when)
        and assessed(row, "suitability_on", when)
    )


def management(row: Row, unit_type: str, when: dt.date) -> bool | None:
    """Whether a manager meets the rule for managers; None where it binds her not."""
    if when < NEW_ORDINANCE or row["role"] != "unit_manager":
        return None
    levels = HIGHER if unit_type == "hvb" else ("post_secondary", *HIGHER)
    is_experienced = (
        bool(row.get("experience_from_on"))
        and day(row["experience_from_on"]) < when
        and row.get("experience_evidence") in ("checked", "attached")
    )
    return (
        educated(row, levels, 0, when)
        and is_experienced
        and assessed(row, "suitability_on", when)
        and assessed(row, "competence_on", when)
    )


def register_check(row: Row, unit_type: str, when: dt.date) -> bool | None:
    """Whether both registers were looked at by the first day, in an extract handed over within six months."""
    began = day(row["engaged_from_on"])
    if began < dt.date(2007, 7, 1) or (row["engagement"] == "volunteer" and began < VOLUNTEERS_FROM):
        return None
    if not unit_type:
        return False  # nobody has ever said what the home is: nothing is shown
    if unit_type == "stodboende" and began < dt.date(2016, 1, 1):
        return None
    named = ("check_on", "check_issued_on", "check_handed_over_on")
    if not all(row.get(name) for name in named):
        return False
    looked, issued, handed = (day(row[name]) for name in named)
    in_order = issued <= handed <= looked <= min(began, when)
    both = set(row.get("check_registers", ())) == {"criminal_record", "suspicion_register"}
    return in_order and both and handed <= six_months_after(issued)


def six_months_after(when: dt.date) -> dt.date:
    year, month = (when.year, when.month + 6) if when.month <= 6 else (when.year + 1, when.month - 6)
    return dt.date(year, month, min(when.day, monthrange(year, month)[1]))


RULES = {"P01": education, "P02": education, "P03": management, "P04": register_check, "P11": proposal}


def on_her_first_day(unit: Row, offered: list[Row], began: dt.date) -> tuple[str, int | None]:
    """What the home was and the youngest it took the day somebody began; of days before it is known, what it was first."""
    known = max(began, min(term["from_on"] for term in unit["terms"]))
    term = term_on(unit["terms"], known)
    own = sorted((day(row["from_on"]), row.get("takes_from")) for row in offered if row["unit"] == unit["id"])
    youngest = own[0][1] if own else None
    for from_on, age in own:
        if from_on <= known:
            youngest = age
    return str(term["unit_type"]) if term else "", youngest


def found(
    name: str, units: list[Row], rows: list[Row], half_year: str, offered: list[Row]
) -> dict[str, dict[str, bool]]:
    """By home and key: whom the rule binds on the half-year's last day, and whether she is shown to meet it.

    ``offered``: the register of capacity. Lag (2007:171) is of homes that receive children.
    """
    when = last_of(end_of(half_year))
    result: dict[str, dict[str, bool]] = {}
    for unit in units:
        term = term_on(unit["terms"], when)
        for row in rows:
            if row["unit"] != unit["id"] or not engaged(row, when) or term is None:
                continue
            assert not any(row.get(odd) is not None for odd in NOT_TOLD), "tell the oracle"
            unit_type, youngest = str(term["unit_type"]), None
            if name == "P04":
                unit_type, youngest = on_her_first_day(unit, offered, day(row["engaged_from_on"]))
            if youngest is not None and youngest >= 18:
                continue
            met = RULES[name](row, unit_type, when)
            if met is not None:
                result.setdefault(unit["id"], {})[row["staff"]] = met
    return result


def at_work(units: list[Row], rows: list[Row], half_year: str) -> set[str]:
    """Homes in which anybody is engaged on the half-year's last day."""
    when = last_of(end_of(half_year))
    return {row["unit"] for row in rows if engaged(row, when)}


def minutes(
    bound: dict[str, dict[str, bool]], staff: list[Row], rows: list[Row], half_year: str
) -> dict[str, tuple[dict[str, int], int, int]]:
    """By home: each bound person's minutes in the half-year, the minutes of those who meet the rule, and all.

    Whoever is engaged and not bound (the kitchen, the manager) is in none of it; hired staff without a key and who
    has left meanwhile are in the whole and meet nothing.
    """
    when = last_of(end_of(half_year))
    here = {(row["unit"], row["staff"]) for row in staff if engaged(row, when)}
    months = [f"{when.year}-{month:02}" for month in range(when.month - 5, when.month + 1)]
    result: dict[str, tuple[dict[str, int], int, int]] = {}
    for unit, people in bound.items():
        own: dict[str, int] = {}
        met = whole = 0
        for row in rows:
            if row["unit"] != unit or row["month"] not in months:
                continue
            if (unit, row["staff"]) in here and row["staff"] not in people:
                continue
            whole += row["minutes"]
            if row["staff"] in people:
                own[row["staff"]] = own.get(row["staff"], 0) + row["minutes"]
                met += row["minutes"] if people[row["staff"]] else 0
        result[unit] = own, met, whole
    return result


def left(rows: list[Row], half_year: str) -> dict[str, tuple[int, int, int]]:
    """By home, of employees over twelve months: how many left, the engaged summed over the month ends, all there."""
    last = last_of(end_of(half_year))
    first = first_of(end_of(half_year) - 3)
    ends = [dt.date(at.year, at.month, monthrange(at.year, at.month)[1]) for at in _months(first)]
    result: dict[str, tuple[int, int, int]] = {}
    spells: dict[tuple[str, str], list[tuple[dt.date, dt.date]]] = {}
    for row in sorted(rows, key=lambda row: str(row["engaged_from_on"])):
        began = day(row["engaged_from_on"])
        if row["engagement"] != "employment" or began > last:
            continue
        ended = day(row["engaged_to_on"]) if row.get("engaged_to_on") else dt.date.max
        ended = ended if ended <= last else dt.date.max
        own = spells.setdefault((row["unit"], row["staff"]), [])
        if own and began <= own[-1][1] + ONE:
            own[-1] = own[-1][0], max(ended, own[-1][1])  # she never left
        else:
            own.append((began, ended))
    for unit in {unit for unit, _ in spells}:
        people = [own for (home, _), own in spells.items() if home == unit]
        every = [one for own in people for one in own]
        result[unit] = (
            sum(first <= ended <= last for _, ended in every),
            sum(began <= end <= ended for end in ends for began, ended in every),
            sum(any(began <= last and ended >= first for began, ended in own) for own in people),
        )
    return result


def _months(first: dt.date) -> list[dt.date]:
    months = [(first.year * 12 + first.month - 1 + step) for step in range(12)]
    return [dt.date(number // 12, number % 12 + 1, 1) for number in months]


SURVEY = {
    "P08a": ("speak_up", ("fully", "mostly")),
    "P08aw": ("speak_up", ("not",)),
    "P08b": ("own_child", ("fully", "mostly")),
    "P08bw": ("own_child", ("not",)),
}
ANSWERS = ("fully", "mostly", "partly", "not")


def said(name: str, rows: list[Row]) -> tuple[int, int]:
    """(n, x) of one wave's answers."""
    item, good = SURVEY[name]
    given = [row["answers"].get(item) for row in rows]
    return sum(one in ANSWERS for one in given), sum(one in good for one in given)
