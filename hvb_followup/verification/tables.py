"""Cases 31 and 32: tables that give away what they hide, by the audit's own linear programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hvb_followup.verification import witnesses
from hvb_followup.verification.case import Asked


def two_way(asked: Asked) -> Mapping[str, Any]:
    """Case 31: the suppression given, and with the extra cells tried beside it."""
    inputs = asked.inputs
    rows = inputs.get("row_names") or [str(row["_row"]) for row in inputs["table"]]
    table = {
        (name, column): float(value)
        for name, row in zip(rows, inputs["table"], strict=True)
        for column, value in row.items()
        if column != "_row"
    }
    hidden = [tuple(cell) for cell in inputs["suppressed"]]
    extra = [tuple(cell) for cell in inputs.get("extra_suppression_to_test") or []]
    told = _margins(inputs.get("margins_published", True))
    return {
        "audit": _audit(table, hidden, asked.questions.get("audit", []), told),
        "audit_with_extra": _audit(
            table, [*hidden, *extra], asked.questions.get("audit_with_extra", []), told
        ),
    }


def _margins(said: Any) -> tuple[bool, bool]:
    """Whether the sums of rows and of columns are told; a word names the only ones that are."""
    word = said.lower() if isinstance(said, str) else ""
    if ("row" in word) != ("col" in word):
        return "row" in word, "col" in word
    told = bool(said) and word not in ("none", "no", "false")
    return told, told


def _audit(
    table: Mapping[Any, float], hidden: Sequence[Any], questions: Sequence[Any], told: tuple[bool, bool]
) -> list[dict[str, Any]]:
    reach = witnesses.table_attack(table, hidden, rows_told=told[0], columns_told=told[1])
    found = []
    for question in questions:
        cell = (str(question["row"]), str(question["col"]))
        low, high = reach[cell]
        found.append({
            "row": cell[0], "col": cell[1], "true": table[cell], "attack_min": low, "attack_max": high,
            "exactly_disclosed": low == high,
        })  # fmt: skip
    return found


def differencing(asked: Asked) -> Mapping[str, Any]:
    """Case 32."""
    found: dict[str, Any] = {
        "attacks": witnesses.differences(asked.inputs["releases"], asked.inputs["threshold"])
    }
    return found
