"""A form made from a sheet's definition: the same columns, words and checks as the template and the import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from hvb_followup.registers.model import Column, Remark, Sheet, Value
from hvb_followup.web.unit import words
from hvb_followup.web.unit.whose import Whose

Context = dict[str, Any]
Body = Mapping[str, Any]


_OF_A_FIELD = {
    "cell-missing": ("Fältet är tomt.", "Fyll i det."),
    "personal-number": (
        "Det ser ut som ett personnummer. Inget är sparat.",
        "Använd ett eget löpnummer.",
    ),
}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field: how it is filled in, what stands in it, and everything that is wrong with it."""

    id: str
    label: str
    hint: str
    kind: str
    value: str
    ticked: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    required: bool = False
    locked: bool = False
    wrong: tuple[str, ...] = ()


def form_page(
    whose: Whose,
    sheet: Sheet,
    key: str,
    typed: Mapping[str, str],
    problems: Sequence[Remark] = (),
    questions: Sequence[Remark] = (),
    reasons: Mapping[str, str] | None = None,
) -> Context:
    """The form with what was typed; each problem beside its field, what must be confirmed with room for a reason."""
    shown = [one for one in asked_of(whose, sheet) if not _is_second_way(one, sheet)]
    fields = [_field(sheet, column, typed.get(column.id, ""), key, problems) for column in shown]
    return {
        "whose": whose,
        "kind": sheet.kind,
        "register": words.KINDS[sheet.kind],
        "key": key,
        "groups": [
            ("Måste fyllas i", [field for field in fields if field.required]),
            ("Kan fyllas i nu eller senare", [field for field in fields if not field.required]),
        ],
        "problems": [(_id_of(sheet, one), one.heading, " ".join(said_of(one))) for one in problems],
        "questions": [(one, (reasons or {}).get(one.code, "")) for one in questions],
    }


def asked_of(whose: Whose, sheet: Sheet) -> list[Column]:
    """The columns that are asked for: what the page itself says, home or municipality, is not."""
    said = "unit" if whose.home else "municipality"
    return [column for column in sheet.columns if column.id != said]


def said_of(one: Remark) -> tuple[str, str]:
    """What is wrong and what to do, in words for a field where those for a cell do not fit."""
    return _OF_A_FIELD.get(one.code, (one.says, one.mend))


def _is_second_way(column: Column, sheet: Sheet) -> bool:
    """True for a column that another is written as: hours are asked for, not minutes as well."""
    return any(other.written_as == column.id for other in sheet.columns)


def _field(sheet: Sheet, column: Column, value: str, key: str, problems: Iterable[Remark]) -> Field:
    own = tuple(" ".join(said_of(one)).strip() for one in problems if one.heading == column.heading)
    options = column.kind.choices
    kind = "many" if is_many(column) else "one" if options else "text"
    return Field(
        id=column.id,
        label=column.heading,
        hint=column.help,
        kind=kind,
        value=_as_offered(column, value) if kind == "one" else value,
        ticked=tuple(part.strip() for part in value.split(",")) if kind == "many" else (),
        options=options,
        required=column.required,
        # What tells the row from others cannot be changed: that would be another row.
        locked=bool(key) and column.id in (*sheet.key, "unit"),
        wrong=own,
    )


def _as_offered(column: Column, value: str) -> str:
    """What was typed or stored, in the words of the choices."""
    parsed = column.kind.parse(value) if value else None
    return value if parsed is None else cell_text(column, parsed)


def is_many(column: Column) -> bool:
    """True where several choices may be made."""
    return bool(column.kind.choices) and isinstance(column.kind.parse(column.kind.choices[0]), tuple)


def typed_from(sheet: Sheet, body: Body) -> dict[str, str]:
    """A stored row as it would be typed, by column id."""
    typed = {}
    for column in sheet.columns:
        said = body.get(column.written_as or column.id)
        if said is not None:
            typed[column.id] = cell_text(column, said)
    return typed


def cell_text(column: Column, said: Value | list[str]) -> str:
    """A stored value as people write it in the column's cell: words for codes, hours for minutes, kronor for öre."""
    codelist = column.kind.codelist
    if isinstance(said, (list, tuple)):
        codes = [codelist.get(one) if codelist else None for one in said]
        return ", ".join(code.sv if code else one for code, one in zip(codes, said, strict=True))
    if isinstance(said, bool):
        return "ja" if said else "nej"
    if codelist:
        code = codelist.get(str(said))
        return code.sv if code else str(said)
    if column.kind.name == "hours" and isinstance(said, int):
        return f"{said // 60}:{said % 60:02}"
    if column.kind.name == "money" and isinstance(said, int):
        return f"{said // 100}" + (f",{said % 100:02}" if said % 100 else "")
    if isinstance(said, float):
        return f"{said:g}".replace(".", ",")
    return "samma" if column.kind.name == "employer" and said == "same" else str(said)


def _id_of(sheet: Sheet, one: Remark) -> str:
    return next((column.id for column in sheet.columns if column.heading == one.heading), "")
