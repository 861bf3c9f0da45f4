"""Somebody who copies the database at many moments and holds no key: what there is to see of codes and envelopes.

Which codes were stored in which order, which were used, with which envelope (same copy, same transaction), how long
it was, and how old those are who live in the home. Whose a code is does not stand there.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from hvb_followup.store.database import Database

_HASH = 32
NEAR = 12  # transactions: with sixteen sittings at once no nearer can be told


class SeenCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code as it lies in the table."""

    hash: bytes
    holder: bytes
    issue: int
    card: bytes


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """One used code, and the envelope that came with it."""

    code: SeenCode
    envelope: bytes
    length: int
    beside: Mapping[str, bytes] = {}  # rows of other tables that came with it, as near as a copy can tell


# Tables with rows that a sitting may leave, and whether they come before its "Klar" or after.
BESIDE = {"tried": False, "withdrawal": True, "silence_wish": True}


class Watcher:
    """Copies the database whenever it is told to, and remembers what was new."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.codes: defaultdict[str, list[SeenCode]] = defaultdict(
            list
        )  # in the order in which they were stored
        self.uses: defaultdict[str, list[Use]] = defaultdict(list)  # in the order in which they were used
        self._known: dict[bytes, SeenCode] = {}
        self._used: set[bytes] = set()
        self._envelopes: set[bytes] = set()
        self._rows: dict[str, dict[bytes, int]] = {table: {} for table in BESIDE}
        self.wishes: list[bytes] = []  # of silence, in the order in which they came, as far as can be seen
        self.silenced: list[bytes] = []  # addresses kept silent, likewise

    async def look_at_codes(self) -> None:
        """A backup after codes were issued: what is new, by its place in the file or the heap."""
        if self.database.sqlite is not None:
            copied = copy_of(Path(self.database.sqlite.path), self.folder)
            connection = sqlite3.connect(copied)
            found = connection.execute("SELECT wave, hash, holder, issue, card FROM code").fetchall()
            connection.close()
            places = places_in(self.folder.glob(f"{copied.name}*"), {row[0] for row in found})
            rows = sorted(found, key=lambda row: places.get(row[1], 0))
        else:
            query = "SELECT * FROM code ORDER BY xmin::text::bigint, ctid"
            rows = [
                (row["wave"], row["hash"], row["holder"], row["issue"], row["card"])
                for row in await self.database.run(query)
            ]
        for wave, hash_, holder, issue, card in rows:
            if hash_ not in self._known:
                self._known[hash_] = SeenCode(hash=hash_, holder=holder, issue=issue, card=card)
                self.codes[wave].append(self._known[hash_])

    async def look(self) -> None:
        """A backup now. On SQLite what is new belongs together; on PostgreSQL xmin says it to the row."""
        if self.database.sqlite is not None:
            self._pair_by_copy(copy_of(Path(self.database.sqlite.path), self.folder))
        else:
            await self._pair_by_transaction()

    async def look_at_silenced(self) -> None:
        """A backup after wishes were heeded: by transaction and place in the heap, or in the file's own order."""
        order = "" if self.database.sqlite is not None else "ORDER BY xmin::text::bigint, ctid"
        rows = await self.database.run(f"SELECT id FROM silenced {order}")
        self.silenced += [bytes(row["id"]) for row in rows if bytes(row["id"]) not in set(self.silenced)]

    def _new(self, table: str, rows: Iterable[tuple[bytes, int, int]]) -> list[tuple[int, bytes]]:
        """Rows that are new or counted up since the last copy, by the transaction that wrote them (0: not known)."""
        known, found = self._rows[table], []
        for id_, number, at in rows:
            if known.get(id_) != number:
                known[id_] = number
                found.append((at, id_))
        return sorted(found)

    def _pair_by_copy(self, copied: Path) -> None:
        connection = sqlite3.connect(copied)
        beside = {
            table: self._new(table, connection.execute(f"SELECT id, {_number(table)}, 0 FROM {table}"))
            for table in BESIDE
        }
        used = connection.execute("SELECT wave, hash FROM code WHERE used").fetchall()
        sealed = connection.execute("SELECT wave, id, length(body) FROM envelope").fetchall()
        connection.close()
        found = {wave: (id_, length) for wave, id_, length in sealed if id_ not in self._envelopes}
        for wave, code in used:
            if code not in self._used:
                self._note(wave, code, *found.get(wave, (b"", 0)), _nearest(beside, 0))
        self.wishes += [id_ for _, id_ in beside["silence_wish"]]

    async def _pair_by_transaction(self) -> None:
        envelopes = {
            (row["wave"], row["x"]): (row["id"], row["length"])
            for row in await self.database.run(
                "SELECT wave, id, length(body) AS length, xmin::text AS x FROM envelope"
            )
        }
        beside = {}
        for table in BESIDE:
            rows = await self.database.run(
                f"SELECT id, {_number(table)} AS n, xmin::text::bigint AS x FROM {table}"
            )
            beside[table] = self._new(table, ((bytes(row["id"]), row["n"], row["x"]) for row in rows))
        self.wishes += [id_ for _, id_ in beside["silence_wish"]]
        used = await self.database.run(
            "SELECT wave, hash, xmin::text AS x FROM code WHERE used ORDER BY xmin::text::bigint, ctid"
        )
        for row in used:
            if row["hash"] not in self._used:
                found = envelopes.get((row["wave"], row["x"]), (b"", 0))
                self._note(row["wave"], row["hash"], *found, _nearest(beside, int(row["x"])))

    def _note(
        self, wave: str, code: bytes, envelope: bytes, length: int, beside: Mapping[str, bytes]
    ) -> None:
        self._used.add(code)
        self._envelopes.add(envelope)
        use = Use(code=self._known[code], envelope=envelope, length=length, beside=beside)
        self.uses[wave].append(use)


def _number(table: str) -> str:
    return "n" if table == "tried" else "1"


def _nearest(beside: Mapping[str, list[tuple[int, bytes]]], at: int) -> dict[str, bytes]:
    """Of each table the new row written nearest before or after a use; where the order is not known, any of the copy."""
    found = {}
    for table, rows in beside.items():
        near = [(abs(x - at), id_) for x, id_ in rows if x == 0 or (x > at) == BESIDE[table]]
        if near and min(near)[0] <= NEAR:
            found[table] = min(near)[1]
    return found


def places_in(files: Iterable[Path], waves: set[str]) -> dict[bytes, int]:
    """Where each code stands in its wave's index, the first stored first.

    SQLite keeps keys in order, but fills a page with the cells themselves from its end, in the order in which they
    came.
    """
    found: dict[bytes, int] = {}
    for file in sorted(files):  # the log after the file: what is newest stays
        content = file.read_bytes()
        for match in re.finditer(rb"H.{6}:[a-z-]+:\d{4}H[12]", content, re.S):
            if match[0].decode("latin-1") in waves:
                found[content[match.end() : match.end() + _HASH]] = -match.start()
    return found


def copy_of(file: Path, folder: Path) -> Path:
    """The database file and its write-ahead log as they lie on the disk now."""
    folder.mkdir(exist_ok=True)
    for part in (file, file.with_name(f"{file.name}-wal")):
        if part.exists():
            shutil.copyfile(part, folder / part.name)
    return folder / file.name
