"""A fresh installation on either database, and Debian's Chromium to visit it with."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import LOOSE, named
from tests.journeys.installation import Installation, Visitor, in_a_thread

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; CI must not go without it, and elsewhere it is told that it was missing."""
    path = shutil.which("chromium")
    if path is None and os.environ.get("CI"):
        pytest.fail("Chromium is missing, and CI must not go without the journey")
    if path is None:
        pytest.skip("Chromium is missing: no journey was made in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Opens a browser for somebody; all are closed after the test."""
    made: list[Visitor] = []

    def new(url: str, **settings: Any) -> Visitor:
        made.append(Visitor(chromium, url, **settings))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def installation(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An empty installation whose web has neither the counter's keys nor, on PostgreSQL, its rights."""
    counter = {"HVB_COUNTER_KEYS": str(tmp_path / "counter")}
    if engine == "sqlite":
        made = Installation(tmp_path / "data", {}, counter)
        made.hvb("init")
    else:
        owner = request.getfixturevalue("fresh_postgres")
        web, jobs = as_role(owner, "hvb_web"), as_role(owner, "hvb_jobs")
        made = Installation(
            tmp_path / "data", {"HVB_DATABASE_URL": web}, {"HVB_JOBS_DATABASE_URL": jobs, **counter}
        )
        made.hvb("init", HVB_JOBS_DATABASE_URL=owner)
        made.hvb("migrate", "--roles", HVB_JOBS_DATABASE_URL=owner)
        in_a_thread(lambda: give_passwords(owner))
    yield made
    made.stop()


@pytest.fixture
def fresh_postgres(postgres: str) -> Iterator[str]:
    """The address of an empty database on a server that, as in production, loses nothing."""
    name = f"journey_{uuid.uuid4().hex[:12]}"
    in_a_thread(lambda: tell(postgres, *(f"ALTER SYSTEM SET {one} = on" for one in LOOSE), RELOAD))
    in_a_thread(lambda: tell(postgres, f"CREATE DATABASE {name}"))
    yield named(postgres, name)
    in_a_thread(lambda: tell(postgres, f"DROP DATABASE {name} WITH (FORCE)"))
    in_a_thread(lambda: tell(postgres, *(f"ALTER SYSTEM SET {one} = off" for one in LOOSE), RELOAD))


RELOAD = "SELECT pg_reload_conf()"


async def tell(address: str, *statements: str) -> None:
    """Run statements on PostgreSQL, each for itself."""
    connection = await asyncpg.connect(address)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()


async def give_passwords(owner: str) -> None:
    """Let the two roles sign in whatever the server asks of them."""
    await tell(owner, *(f"ALTER ROLE {role} PASSWORD '{role}'" for role in ("hvb_web", "hvb_jobs")))


def as_role(address: str, role: str) -> str:
    """The same database, entered by a role whose password is its name."""
    parts = urlsplit(address)
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{role}@{where}").geturl()
