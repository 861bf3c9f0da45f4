"""A reference case as it lies in its folder, and what of it may be seen by the code that computes."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from hvb_followup.errors import Problem, Refused
from hvb_followup.gates import Floats

Row = Mapping[str, Any]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A case: what goes in, what should come out, how near, and its tables by file name."""

    id: str
    inputs: dict[str, Any]
    expected: dict[str, Any]
    tolerance: dict[str, Any]
    tables: dict[str, list[Row]]
    method: str = ""
    notes: str = ""

    @property
    def digits(self) -> str:
        """The two digits that name the method."""
        return "".join(one for one in self.id[:4] if one.isdigit())[:2]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the computing code is handed: inputs, the tables they name, and the questions."""

    inputs: dict[str, Any]
    questions: Any
    tables: dict[str, list[Row]]
    method: str = ""

    def table(self, key: str) -> list[Row]:
        """The rows of the table that an input names."""
        return self.tables[self.inputs[key]]

    def first_table(self) -> list[Row]:
        """The only table, whatever its key is called."""
        keys = [key for key in self.inputs if key.endswith("_file")]
        return self.table(keys[0])

    def sets(self) -> dict[str, list[Row]]:
        """Every list of rows among the inputs by its name, whether written out, by columns, or as a table."""
        return dict(_sets(self.inputs, self.tables))


def _sets(
    inputs: Mapping[str, Any], tables: Mapping[str, list[Row]], name: str = "units"
) -> Iterator[tuple[str, list[Row]]]:
    if all(isinstance(inputs.get(key), list) for key in ("x", "n")):
        yield name, [{"x": x, "n": n} for x, n in zip(inputs["x"], inputs["n"], strict=True)]
    for key, value in inputs.items():
        if isinstance(value, Mapping):
            yield from _sets(value, tables, key)
        elif key.endswith("_file") and value in tables:
            yield key.removesuffix("_file"), tables[value]
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield key, value


def fitting(name: str, given: Collection[str]) -> str | None:
    """The longest of the given names that begins the name, or that the name begins."""
    found = [one for one in given if name.startswith(one) or one.startswith(name)]
    return name if name in found else max(found, key=len, default=None)


def read(folder: Path) -> Case:
    """The case in a folder; refused where it cannot be read."""
    try:
        read = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        # A number is never read out of a name such as "030001".
        tables = {path.name: _rows(path) for path in sorted(folder.glob("*.csv"))}
        return Case(
            id=str(read["id"]),
            inputs=dict(read["inputs"]),
            expected=dict(read["expected"]),
            tolerance=_tolerance(read.get("tolerance")),
            tables=tables,
            method=str(read.get("method", "")),
            notes=str(read.get("notes", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        says = f"Fallet går inte att läsa: {type(error).__name__}."
        raise Refused(
            Problem(code="case", where=folder.name, says=says, mend="Se README i mappen.")
        ) from None


def _tolerance(given: Any) -> dict[str, Any]:
    """A lone number is how near everything must lie."""
    return {"abs": float(given)} if isinstance(given, int | float) else dict(given or {})


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    if not text.strip():
        return []
    names, quoted = next(csv.reader([text.splitlines()[0]])), _quoted_columns(text)
    rows = list(csv.reader(text.splitlines()[1:]))
    return [
        {name: (cell if name in quoted else _cell(cell)) for name, cell in zip(names, row, strict=True)}
        for row in rows
        if row
    ]


def _quoted_columns(text: str) -> set[str]:
    """Columns whose first cell stands in quotation marks are words, also where they look like numbers."""
    lines = text.splitlines()
    names = next(csv.reader([lines[0]]))
    if len(lines) < 2:
        return set()
    cells, at, quoted = [], 0, False
    for mark, place in [(one, index) for index, one in enumerate(lines[1])]:
        quoted = quoted != (mark == '"')
        if mark == "," and not quoted:
            cells.append(lines[1][at:place])
            at = place + 1
    cells.append(lines[1][at:])
    return {name for name, cell in zip(names, cells, strict=False) if cell.startswith('"')}


def _cell(cell: str) -> Any:
    if cell in ("", "NA", "NaN"):
        return None
    if cell in ("TRUE", "FALSE"):
        return cell == "TRUE"
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        return float(cell)
    except ValueError:
        return cell


def asked(case: Case, keys: Sequence[str]) -> Asked:
    """The case with every expected value taken out but those under keys that only say what is asked."""
    tables = {name: rows for name, rows in case.tables.items() if name not in _named(case.expected)}
    # What an input calls its unit, group or cluster names rows of what is expected, too.
    named = [
        case.inputs[key] for key in ("unit", "group", "cluster") if isinstance(case.inputs.get(key), str)
    ]
    keys = [*keys, *named]
    return Asked(
        inputs=case.inputs,
        questions=_questions(expected_tree(case), frozenset(keys)),
        tables=tables,
        method=case.method,
    )


def _named(tree: Any) -> set[str]:
    """Every table that a tree names, at any depth."""
    if isinstance(tree, list):
        return set().union(*map(_named, tree))
    if not isinstance(tree, Mapping):
        return set()
    own = {value for key, value in tree.items() if key.endswith("_file") and isinstance(value, str)}
    return own.union(*map(_named, tree.values()))


def expected_tree(case: Case) -> dict[str, Any]:
    """What is expected, with tables in place of their names."""

    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: _table(case, inner) if key.endswith("_file") else grown(inner)
                for key, inner in value.items()
            }
        return [grown(one) for one in value] if isinstance(value, list) else value

    tree: dict[str, Any] = grown(case.expected)
    return tree


def _table(case: Case, name: Any) -> Any:
    return [dict(row) for row in case.tables[name]] if name in case.tables else name


def _questions(tree: Any, keys: frozenset[str]) -> Any:
    """The same shape; a value stays only under a key that asks, and rows under such a key are shape."""
    if isinstance(tree, dict):
        return {
            key: value if key in keys and not _holds_rows(value) else _questions(value, keys)
            for key, value in tree.items()
        }
    if isinstance(tree, list):
        return [_questions(one, keys) for one in tree]
    return None


def _holds_rows(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


def column(rows: Sequence[Row], name: str) -> Floats:
    """A column as floats; missing is NaN."""
    return np.array([np.nan if row[name] is None else float(row[name]) for row in rows], dtype=np.float64)


def names(rows: Sequence[Row], name: str) -> list[str]:
    """A column as words."""
    return [str(row[name]) for row in rows]


def plain(value: Any) -> Any:
    """Numpy values and gates as the plain values a case holds; a gate is "not defined"."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.tolist()]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, msgspec.Struct):
        return None
    return value


Method = Callable[[Asked], Mapping[str, Any]]
