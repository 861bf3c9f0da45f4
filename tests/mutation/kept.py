"""What was found so far, in a folder outside the house: one line a fault."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from .covering import Covered, covered, together
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
        folders = {(HOUSE / file).parent for file in self.files}
        tests = [path for folder in folders for path in folder.glob("*.py")]
        self.tests = digest(tests)
        besides = [path for path in tests if not path.name.startswith("test_")]
        house = digest([*(HOUSE / "hvb_followup").rglob("*.py"), *besides])
        self.looks = {file: f"{house}-{digest([HOUSE / file])}" for file in self.files}

    def covered(self) -> Covered:
        """Which test runs what; looked at anew in the files of tests that have changed, or all if the house has."""
        kept = self.folder / "covered.json"
        parts = msgspec.json.decode(kept.read_bytes(), type=dict[str, Covered]) if kept.exists() else {}
        parts = {look: part for look, part in parts.items() if look in self.looks.values()}
        missing = [file for file, look in self.looks.items() if look not in parts]
        if missing:
            new = covered(missing, self.modules)
            for file in missing:
                own = {name: run for name, run in new.tests.items() if name.partition("::")[0] == file}
                parts[self.looks[file]] = Covered(new.loaded, own)
            kept.write_bytes(msgspec.json.encode(parts))
        return together([parts[look] for look in self.looks.values()])

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
