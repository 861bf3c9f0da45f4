"""Somebody with the whole database at many moments, and no key, who wants to know which answer was whose.

The first half is what can be seen: used codes and envelopes, which go together (same copy, same transaction), in
which order, how long. The second half is what a match can be guessed from. Each guess gives every pair of a used
code and an opened answer a score; ``auc`` says how often the true pair scores above a false one. 0.5 is chance.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from hvb_followup.store.database import Database

Answers = Mapping[str, str]
Scores = np.ndarray


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """One used code as the adversary sees it: whose it was, and the envelope that came with it."""

    code: bytes
    placement: str
    issue: int
    envelope: bytes
    length: int


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One wave of one home: the uses in order of time, and the opened answers in stored order.

    ``uses`` are those the adversary expects to be counted: a placement's latest code, unless she was counted in
    the half-year before (the rules are public). ``expected`` says in which waves each placement was. ``token``
    joins an answer with answers of other waves: the link where it stands in clear, otherwise what was said.
    """

    wave: str
    uses: tuple[Use, ...]
    answers: tuple[Answers, ...]
    expected: tuple[frozenset[str], ...]
    seen: tuple[frozenset[str], ...]


class Watcher:
    """Copies the database whenever it is told to, and remembers what was new."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.uses: defaultdict[str, list[Use]] = defaultdict(list)
        self._codes: set[bytes] = set()
        self._envelopes: set[bytes] = set()

    async def look(self) -> None:
        """A backup now. On SQLite what is new belongs together; on PostgreSQL xmin says it to the row."""
        if self.database.sqlite is not None:
            self._pair_by_copy(copy_of(Path(self.database.sqlite.path), self.folder))
        else:
            await self._pair_by_transaction()

    def _pair_by_copy(self, copied: Path) -> None:
        connection = sqlite3.connect(copied)
        used = connection.execute("SELECT wave, hash, placement, issue FROM code WHERE used").fetchall()
        sealed = connection.execute("SELECT wave, id, length(body) FROM envelope").fetchall()
        connection.close()
        found = {wave: (id_, length) for wave, id_, length in sealed if id_ not in self._envelopes}
        for wave, code, placement, issue in used:
            if code not in self._codes:
                self._note(wave, code, placement, issue, *found.get(wave, (b"", 0)))

    async def _pair_by_transaction(self) -> None:
        envelopes = {
            (row["wave"], row["x"]): (row["id"], row["length"])
            for row in await self.database.run(
                "SELECT wave, id, length(body) AS length, xmin::text AS x FROM envelope"
            )
        }
        used = await self.database.run(
            "SELECT wave, hash, placement, issue, xmin::text AS x FROM code WHERE used "
            "ORDER BY xmin::text::bigint, ctid"
        )
        for row in used:
            if row["hash"] not in self._codes:
                found = envelopes.get((row["wave"], row["x"]), (b"", 0))
                self._note(row["wave"], row["hash"], row["placement"], row["issue"], *found)

    def _note(self, wave: str, code: bytes, placement: str, issue: int, envelope: bytes, length: int) -> None:
        self._codes.add(code)
        self._envelopes.add(envelope)
        self.uses[wave].append(
            Use(code=code, placement=placement, issue=issue, envelope=envelope, length=length)
        )


def copy_of(file: Path, folder: Path) -> Path:
    """The database file and its write-ahead log as they lie on the disk now."""
    folder.mkdir(exist_ok=True)
    for part in (file, file.with_name(f"{file.name}-wal")):
        if part.exists():
            shutil.copyfile(part, folder / part.name)
    return folder / file.name


def scenes(
    uses: Mapping[str, Sequence[Use]],
    answers: Mapping[str, Sequence[Answers]],
    tokens: Mapping[str, Sequence[str]] | None = None,
    *,
    all_counted: bool = False,
) -> list[Scene]:
    """What the adversary has of each wave, the waves in order of time; ``all_counted``: no rule drops any."""
    tokens = tokens or {wave: [said_in(one) for one in contents] for wave, contents in answers.items()}
    expected = _answered(uses) if all_counted else _expected(uses)
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for wave, found in tokens.items():
        for token in found:
            seen[_home(wave), token].add(_when(wave))
    return [
        Scene(
            wave=wave,
            uses=(
                counted := tuple(use for use in _latest(uses[wave]) if _when(wave) in expected[use.placement])
            ),
            answers=tuple(answers[wave]),
            expected=tuple(frozenset(expected[use.placement]) for use in counted),
            seen=tuple(frozenset(seen[_home(wave), token]) for token in tokens[wave]),
        )
        for wave in sorted(answers, key=_when)
    ]


def said_in(answers: Answers) -> str:
    """An answer set as a text of its own."""
    return hashlib.sha256(msgspec.json.encode(dict(sorted(answers.items())))).hexdigest()


def _latest(uses: Iterable[Use]) -> list[Use]:
    """Each placement's latest code, in order of use."""
    issues: dict[str, int] = {}
    for use in uses:
        issues[use.placement] = max(use.issue, issues.get(use.placement, 0))
    return [use for use in uses if use.issue == issues[use.placement]]


def _expected(uses: Mapping[str, Sequence[Use]]) -> dict[str, set[str]]:
    """In which half-years each placement should be counted: when she answered, unless counted just before."""
    answered = _answered(uses)
    waves = sorted({_when(wave) for wave in uses})
    expected: defaultdict[str, set[str]] = defaultdict(set)
    for before, now in zip(["", *waves], waves, strict=False):
        for placement, when in answered.items():
            if now in when and before not in expected[placement]:
                expected[placement].add(now)
    return expected


def _answered(uses: Mapping[str, Sequence[Use]]) -> dict[str, set[str]]:
    """In which half-years each placement's code was used."""
    answered: defaultdict[str, set[str]] = defaultdict(set)
    for wave, found in uses.items():
        for use in found:
            answered[use.placement].add(_when(wave))
    return answered


def _home(wave: str) -> str:
    return wave.split(":")[0]


def _when(wave: str) -> str:
    return wave.rsplit(":", 1)[1]


def _by_order(names: Sequence[object], n_answers: int) -> Scores:
    """Those who come early stand early: the nearer the two places, the higher the score."""
    order = np.empty(len(names))
    order[sorted(range(len(names)), key=lambda place: names[place])] = np.arange(len(names))  # type: ignore[arg-type,return-value]
    rows = order / max(len(names) - 1, 1)
    columns = np.arange(n_answers) / max(n_answers - 1, 1)
    return -np.abs(rows[:, None] - columns[None, :])


def by_use(scene: Scene) -> Scores:
    """Stored in the order in which the codes were used."""
    return _by_order(range(len(scene.uses)), len(scene.answers))


def by_envelope(scene: Scene) -> Scores:
    """Stored in the order of the envelopes' ids."""
    return _by_order([use.envelope for use in scene.uses], len(scene.answers))


def by_code(scene: Scene) -> Scores:
    """Stored in the order of the code hashes."""
    return _by_order([use.code for use in scene.uses], len(scene.answers))


def by_placement(scene: Scene) -> Scores:
    """Stored in the order of the placements."""
    return _by_order([use.placement for use in scene.uses], len(scene.answers))


def by_length(scene: Scene) -> Scores:
    """A long answer lies in a long envelope: everything but the answers adds the same length to all."""
    around = np.subtract.outer(
        [use.length for use in scene.uses], [len(msgspec.json.encode(dict(one))) for one in scene.answers]
    )
    usual, _ = Counter(around.ravel().tolist()).most_common(1)[0]
    return -np.abs(around - usual)


def by_pattern(scene: Scene) -> Scores:
    """Who is in the same waves is the same person."""
    return np.array([[-len(mine ^ its) for its in scene.seen] for mine in scene.expected], dtype=float)


GUESSES: dict[str, Callable[[Scene], Scores]] = {
    guess.__name__: guess for guess in (by_use, by_envelope, by_code, by_placement, by_length, by_pattern)
}


def auc(
    all_scenes: Iterable[Scene], truth: Mapping[tuple[str, str], str], guess: Callable[[Scene], Scores]
) -> float:
    """How often a true pair scores above a false one of the same wave that shares its code or its answer.

    ``truth`` says who said what, by wave and ``said_in``. Ties count half. Comparing within a wave keeps the
    size of the wave out of it: that three answered in a small home is no match.
    """
    better, compared = 0.0, 0
    for scene in all_scenes:
        if not scene.uses or not scene.answers:
            continue
        scores = guess(scene)
        rows = {use.placement: row for row, use in enumerate(scene.uses)}
        for column, answers in enumerate(scene.answers):
            row = rows.get(truth[scene.wave, said_in(answers)])
            if row is None:
                continue
            others = np.concatenate((np.delete(scores[row], column), np.delete(scores[:, column], row)))
            mine = scores[row, column]
            better += float((mine > others).sum() + (mine == others).sum() / 2)
            compared += len(others)
    return better / compared


def order_correlation(all_scenes: Iterable[Scene], truth: Mapping[tuple[str, str], str]) -> float:
    """The correlation between the place in the order of use and the place in store, both from 0 to 1."""
    used: list[float] = []
    stored: list[float] = []
    for scene in all_scenes:
        order = {use.placement: place for place, use in enumerate(scene.uses)}
        for place, answers in enumerate(scene.answers):
            whose = truth[scene.wave, said_in(answers)]
            if whose in order and len(order) > 1 and len(scene.answers) > 1:
                used.append(order[whose] / (len(order) - 1))
                stored.append(place / (len(scene.answers) - 1))
    return float(np.corrcoef(used, stored)[0, 1])


async def finish_naively(database: Database, code: bytes, answers: Answers) -> None:
    """The design that everybody builds first: the code and the answer, in clear, in one transaction."""
    async with database.transaction():
        await database.run("UPDATE code SET used = true WHERE hash = ?", code)
        await database.run(
            "INSERT INTO naive_answer (wave, body) SELECT wave, ? FROM code WHERE hash = ?",
            msgspec.json.encode(dict(answers)).decode(),
            code,
        )


async def make_naive_table(database: Database) -> None:
    """Where the naive design keeps its answers, in order of arrival."""
    number = "INTEGER PRIMARY KEY" if database.sqlite is not None else "SERIAL PRIMARY KEY"
    await database.run(f"CREATE TABLE naive_answer (id {number}, wave TEXT NOT NULL, body TEXT NOT NULL)")


async def naive_answers(database: Database) -> dict[str, list[Answers]]:
    """The naive design's answers in stored order."""
    found: defaultdict[str, list[Answers]] = defaultdict(list)
    for row in await database.run("SELECT wave, body FROM naive_answer ORDER BY id"):
        found[row["wave"]].append(msgspec.json.decode(row["body"]))
    return dict(found)


def unpadded(content: bytes, size: int) -> bytes:
    """What ``pad`` would be if it did not pad."""
    return len(content).to_bytes(4, "big") + content
