"""What was found so far, in a folder outside the house: one line a fault."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from .covering import Covered, covered
from .rooms import HOUSE, Fault, digest, modules, tests_of


class Verdict(msgspec.Struct, frozen=True):
    """A fault's name, the state of its module and of all tests, and the test that noticed it or nothing."""

    fault: str
    module: str
    tests: str
    killed_by: str = ""


class Kept:
    """The folder, as the module's and the tests' texts are now."""

    def __init__(self, folder: Path, rooms: list[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.file = folder / "verdicts.jsonl"
        self.files = tests_of(rooms)
        self.modules = [module for room in rooms for module in modules(room)]
        self.states = {module: digest([HOUSE / module]) for module in self.modules}
        houses = {*(HOUSE / "hvb_followup").rglob("*.py")}
        folders = {(HOUSE / file).parent for file in self.files}
        self.tests = digest([path for folder in folders for path in folder.glob("*.py")])
        self.all = digest([*houses, *(path for folder in folders for path in folder.glob("*.py"))])

    def covered(self) -> Covered:
        """Which test runs what; noted anew when anything has changed."""
        file = self.folder / f"covered-{self.all}.json"
        if not file.exists():
            file.write_bytes(msgspec.json.encode(covered(self.files, self.modules)))
        return msgspec.json.decode(file.read_bytes(), type=Covered)

    def verdicts(self) -> dict[str, Verdict]:
        """Those that still hold, the newest of each fault."""
        if not self.file.exists():
            return {}
        lines = self.file.read_bytes().splitlines()
        found = {one.fault: one for one in (msgspec.json.decode(line, type=Verdict) for line in lines)}
        return {name: one for name, one in found.items() if self._holds(one)}

    def _holds(self, one: Verdict) -> bool:
        is_same = self.states.get(one.fault.partition(":")[0]) == one.module
        return is_same and (bool(one.killed_by) or one.tests == self.tests)

    def keep(self, fault: Fault, killed_by: str) -> None:
        """Write one down; several processes may, each line in one go."""
        one = Verdict(fault.name, self.states[fault.module], self.tests, killed_by)
        to = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(to, msgspec.json.encode(one) + b"\n")
        os.close(to)
