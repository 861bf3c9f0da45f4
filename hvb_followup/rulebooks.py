"""The only room that reads the rule files: hvb_followup/qualifications/rulebook/ into one checked rulebook.

Every fault of every file is found before anything is refused; each names its file and its place in it.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from hvb_followup.errors import Problem, Refused, Unsound
from hvb_followup.qualifications import examples, soundness, versions
from hvb_followup.qualifications.model import Example, Rule, RuleSet
from hvb_followup.qualifications.versions import Rulebook

FOLDER = Path(__file__).parent / "qualifications" / "rulebook"


def read(folder: Path | None = None) -> Rulebook:
    """The rulebook, its examples run; Refused with every problem that would make it wrong to use."""
    found, problems = gathered(folder or FOLDER)
    if problems:
        raise Refused(*problems)
    return found


def check(folder: Path | None, today: dt.date) -> tuple[Problem, ...]:
    """Everything ``read`` refuses, and late reviews (code ``review-overdue``: a warning)."""
    found, problems = gathered(folder or FOLDER)
    late = [problem for one in found.rule_sets for problem in soundness.overdue(one, today, _file_name(one))]
    return (*problems, *late)


def gathered(folder: Path = FOLDER) -> tuple[Rulebook, list[Problem]]:
    """The rulebook as far as it can be read, and every problem of it."""
    problems: list[Problem] = []
    files = sorted(folder.glob("*.toml"))
    if not files:
        says = "Mappen med behörighetsregler saknas eller är tom."
        raise Unsound(Problem(code="rulebook-missing", where="", says=says, mend="Installera om paketet."))
    found = Rulebook(rule_sets=tuple(_rule_sets(files, problems)))
    problems += versions.problems(found)
    return found, problems


def _rule_sets(files: list[Path], problems: list[Problem]) -> Iterator[RuleSet]:
    for file in files:
        rule_set = _load(file, problems)
        if rule_set is None:
            continue
        own = soundness.problems(rule_set, file.name)
        # An example is only worth running where the rules themselves hold together.
        problems += own or examples.problems(rule_set, file.name)
        if file.name != _file_name(rule_set):
            says = f"Filen heter inte {_file_name(rule_set)} som källan och versionen."
            problems.append(Problem(code="rulebook", where=file.name, says=says, mend="Byt namn på filen."))
        yield rule_set


def _file_name(rule_set: RuleSet) -> str:
    return f"{rule_set.id}.{rule_set.version}.toml"


def _load(file: Path, problems: list[Problem]) -> RuleSet | None:
    """The file as a value, or None after its problems have been added."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        says = f"Filen går inte att läsa: {error}."
        problems.append(Problem(code="rulebook-unreadable", where=file.name, says=says))
        return None
    try:
        return msgspec.convert(raw, RuleSet)
    except msgspec.ValidationError as error:
        problems += _misfits(raw, file.name) or [_shape(file.name, str(error))]
        return None


def _misfits(raw: dict[str, Any], where: str) -> list[Problem]:
    """The fault of each rule and example that does not fit; msgspec alone stops at the first."""
    kinds: tuple[tuple[str, type[msgspec.Struct]], ...] = (("rule", Rule), ("example", Example))
    found = []
    for key, kind in kinds:
        parts = raw.get(key)
        for number, part in enumerate(parts if isinstance(parts, list) else []):
            try:
                msgspec.convert(part, kind)
            except msgspec.ValidationError as error:
                found.append(_shape(f"{where}: $.{key}[{number}]", str(error)))
    try:
        msgspec.convert({**raw, "rule": [], "example": []}, RuleSet)
    except msgspec.ValidationError as error:
        found.append(_shape(where, str(error)))
    return found


def _shape(where: str, says: str) -> Problem:
    return Problem(
        code="rulebook-shape", where=where, says=says, mend="Se hvb_followup/qualifications/model.py."
    )
