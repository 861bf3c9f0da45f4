"""What was found so far, in a folder outside the house: one line a fault."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from .covering import Covered, look, together
from .rooms import HOUSE, Fault, digest, modules, tests_of


class Verdict(msgspec.Struct, frozen=True):
    """A fault's name, the state of its module and of all tests, and the test that noticed it or nothing.

    ``tests`` is empty where not all were run.
    """

    fault: str
    module: str
    tests: str
    killed_by: str = ""


class Kept:
    """The folder, as the module's and the tests' texts are now."""

    def __init__(self, folder: Path, rooms: list[str], tests: list[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.file = folder / "verdicts.jsonl"
        self.files = tests_of(rooms, tests)
        self.modules = [module for room in rooms for module in modules(room)]
        self.states = {module: digest([HOUSE / module]) for module in self.modules}
        folders = {(HOUSE / file).parent for file in self.files}
        texts = [path for folder in folders for path in folder.glob("*.py")]
        self.tests = digest(texts)
        besides = [path for path in texts if not path.name.startswith("test_")]
        house = digest([*(HOUSE / module for module in self.modules), *besides])
        self.looks = {file: f"{house}-{digest([HOUSE / file])}" for file in self.files}

    def covered(self) -> Covered:
        """Which test runs what; looked at anew in the files of tests that have changed, or all if the rooms have."""
        parts = self._parts()
        missing = [file for file, state in self.looks.items() if state not in parts]
        if missing:
            look(missing, self.modules, self._keep_part)
        parts = self._parts()
        return together([parts[state] for state in self.looks.values() if state in parts])

    def _parts(self) -> dict[str, Covered]:
        file = self.folder / "covered.json"
        parts = msgspec.json.decode(file.read_bytes(), type=dict[str, Covered]) if file.exists() else {}
        return {state: part for state, part in parts.items() if state in self.looks.values()}

    def _keep_part(self, file: str, part: Covered) -> None:
        parts = {**self._parts(), self.looks[file]: part}
        (self.folder / "covered.json").write_bytes(msgspec.json.encode(parts))

    def verdicts(self) -> dict[str, Verdict]:
        """The newest of each fault, of modules as they are now."""
        return {
            name: one
            for name, one in self.ever().items()
            if self.states.get(name.partition(":")[0]) == one.module
        }

    def ever(self) -> dict[str, Verdict]:
        """The newest of each fault, of modules as they were then."""
        lines = self.file.read_bytes().splitlines() if self.file.exists() else []
        return {one.fault: one for one in (msgspec.json.decode(line, type=Verdict) for line in lines)}

    def holds(self, one: Verdict) -> bool:
        """True when nothing can have changed it: no other test, and none was left out."""
        return bool(one.killed_by) or one.tests == self.tests

    def keep(self, fault: Fault, killed_by: str, is_whole: bool) -> None:
        """Write one down; several processes may, each line in one go. Not ``is_whole``: some tests were left out."""
        tests = self.tests if is_whole else ""
        one = Verdict(fault.name, self.states[fault.module], tests, killed_by)
        to = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(to, msgspec.json.encode(one) + b"\n")
        os.close(to)
