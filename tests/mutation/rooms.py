"""The rooms that faults are put into, the tests that ought to notice, and the share that must be."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from .mutants import Mutant, mutants, with_fault

HOUSE = Path(__file__).parents[2]
LIMITS = {"access": 0.95, "disclosure": 0.95, "comparison": 0.85, "outcomes": 0.85}
# Where the tests of a room are. Whole simulations are left out: they would notice, after many minutes.
_METHODS = ("tests/verification/test_methods.py", "tests/edges")
TESTS = {
    "access": ("tests/test_access.py",),
    "disclosure": ("tests/disclosure", "tests/blocks"),
    "comparison": ("tests/comparison", *_METHODS, "tests/properties"),
    "outcomes": ("tests/outcomes", *_METHODS),
}
LEFT_OUT = ("test_simulation.py",)


class Fault(msgspec.Struct, frozen=True):
    """A mutant in its room and module (path within the house)."""

    room: str
    module: str
    mutant: Mutant

    @property
    def name(self) -> str:
        return f"{self.module}:{self.mutant.name}"

    @property
    def text(self) -> str:
        """The module's text with the fault."""
        return with_fault((HOUSE / self.module).read_text(encoding="utf-8"), self.mutant.at)

    @property
    def importable(self) -> str:
        """The module as Python names it."""
        return self.module.removesuffix(".py").replace("/", ".")


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A fault that nobody can notice, and why."""

    fault: str
    reason: str


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    equivalent: tuple[Equivalent, ...] = ()


def marked() -> dict[str, str]:
    """The faults of equivalent.toml with their reasons."""
    text = (Path(__file__).parent / "equivalent.toml").read_bytes()
    return {one.fault: one.reason for one in msgspec.toml.decode(text, type=Marked).equivalent}


def modules(room: str) -> list[str]:
    """The modules of a room, by path within the house."""
    place = HOUSE / "hvb_followup" / room
    found = sorted(place.glob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [str(path.relative_to(HOUSE)) for path in found if path.name != "__init__.py"]


def faults(room: str) -> list[Fault]:
    """Every fault of a room, those that nobody can notice too."""
    return [
        Fault(room, module, mutant)
        for module in modules(room)
        for mutant in mutants((HOUSE / module).read_text(encoding="utf-8"))
    ]


def tests_of(rooms: list[str], given: list[str]) -> list[str]:
    """The files of tests of some rooms, or in the places given, by path within the house."""
    places = dict.fromkeys(HOUSE / place for place in given or [one for room in rooms for one in TESTS[room]])
    found = [path for place in places for path in (place.glob("test_*.py") if place.is_dir() else [place])]
    return sorted(str(path.relative_to(HOUSE)) for path in found if path.name not in LEFT_OUT)


def digest(paths: list[Path]) -> str:
    """Changes when any of the files does."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
