"""PostgreSQL as an engine that gives every connection back, also when a commit fails (R5 §3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

from hvb_followup.store.storable import refuse_unstorable

# A test server on a memory disk may run without fsync; nothing else sets this.
LOOSE_FOR_TESTS = False
DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class WriteTransaction(PostgresTransaction):
    """One transaction on one connection of the pool, which is given back whatever happens."""

    __slots__ = ()

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            raise RuntimeError(
                "a transaction inside a transaction is not a savepoint: write one errand as one"
            )
        self.connection = await self.get_connection()  # type: ignore[no-untyped-call]
        try:
            self.transaction = self.connection.transaction()
            await self.begin()  # type: ignore[no-untyped-call]
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(self, exception_type: Any, exception: Any, traceback: Any) -> bool:
        try:
            if exception is not None:
                await self.rollback()  # type: ignore[no-untyped-call]
            else:
                await self.commit()  # type: ignore[no-untyped-call]
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return False

    async def _give_back(self) -> None:
        pool: Any = self.engine.pool
        await pool.release(self.connection)


class SafePostgres(PostgresEngine):
    """Piccolo's PostgreSQL engine, with the safe transaction and always a pool."""

    __slots__ = ()

    def __init__(self, url: str) -> None:
        super().__init__(config={"dsn": url}, extensions=())

    def transaction(self, allow_nested: bool = False) -> WriteTransaction:
        """A write transaction."""
        return WriteTransaction(engine=self, allow_nested=True)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> Any:
        refuse_unstorable(args or ())
        return await super()._run_in_pool(query, args)

    async def loose_settings(self) -> list[str]:
        """The durability settings that are not on, as ``name=value``."""
        rows = await self._run_in_pool(
            "SELECT name, setting FROM pg_settings WHERE name = ANY($1)", [list(DURABLE)]
        )
        return [f"{row['name']}={row['setting']}" for row in rows if row["setting"] != DURABLE[row["name"]]]
