"""The designs that everybody builds first, so that the adversary can be seen to match them."""

from __future__ import annotations

from collections import defaultdict

import msgspec

from hvb_followup.store.database import Database
from tests.ballot.adversary import Answers


async def finish_naively(database: Database, code: bytes, answers: Answers) -> None:
    """The code and the answer, in clear, in one transaction."""
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
