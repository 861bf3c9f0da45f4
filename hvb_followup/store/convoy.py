"""Statements of one kind that go to the database together: while one batch is on its way the next one gathers.

Thirty-two visitors then cost a handful of round trips and commits instead of thirty-two. Knows nothing of what
is asked, nor of which database answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

Row = dict[str, Any]
# One statement over many keys: a list for each argument, in, and rows that carry their key as ``key``, out.
Many = Callable[[Sequence[list[Any]]], Awaitable[list[Row]]]
MOST = 64


class Asked(NamedTuple):
    """One caller's arguments, the first of which is its key; and where the answer goes."""

    args: tuple[Any, ...]
    answer: asyncio.Future[Row | None]


class Convoy:
    """One kind of statement. No key travels twice in one batch: the second waits for the next."""

    def __init__(self, many: Many) -> None:
        self._many = many
        self._waiting: list[Asked] = []
        self._driver: asyncio.Task[None] | None = None

    async def ask(self, *args: Any) -> Row | None:
        """The row for these arguments; None when the statement gave none for their key."""
        asked = Asked(args, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._driver is None:
            self._driver = asyncio.create_task(self._drive())
        return await asked.answer

    async def _drive(self) -> None:
        try:
            while self._waiting:
                await self._send(self._load())
        finally:
            self._driver = None

    def _load(self) -> list[Asked]:
        batch: dict[Any, Asked] = {}
        left: list[Asked] = []
        for asked in self._waiting:
            if len(batch) == MOST or asked.args[0] in batch:
                left.append(asked)
            else:
                batch[asked.args[0]] = asked
        self._waiting = left
        return list(batch.values())

    async def _send(self, batch: list[Asked]) -> None:
        try:
            rows = await self._many(
                [list(column) for column in zip(*(one.args for one in batch), strict=True)]
            )
        except Exception as error:
            await self._send_singly(batch, error)
        else:
            found = {row["key"]: row for row in rows}
            for one in batch:
                if not one.answer.done():
                    one.answer.set_result(found.get(one.args[0]))

    async def _send_singly(self, batch: list[Asked], error: Exception) -> None:
        """One bad statement fails its whole batch: each goes alone, and only the bad one's caller is told."""
        if len(batch) > 1:
            for one in batch:
                await self._send([one])
        elif not batch[0].answer.done():
            batch[0].answer.set_exception(error)
