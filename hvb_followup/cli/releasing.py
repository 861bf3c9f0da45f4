"""Commands along the way to a publication: what is due, measure, publish, rebuild, attack."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Any

import click

from hvb_followup import clock
from hvb_followup.actions.publish import publishing
from hvb_followup.actions.publish.measuring import measure as measure_errand
from hvb_followup.cli.surroundings import refuse_odd_half_year, run
from hvb_followup.errors import Problem, Refused
from hvb_followup.running import Operation
from hvb_followup.store import ledger


@click.command()
@click.option("--to", "instant", default="", help="Move the demonstration's clock to this instant first.")
def tick(instant: str) -> None:
    """Do all that is due, and exit; with 1 where a step could not be done."""

    async def work(surroundings: Operation) -> Any:
        if instant:
            await move_clock(surroundings, read_instant(instant))
        return await surroundings.tick()

    done = run(work)
    click.echo(
        f"{done.counted} waves counted, {done.opened} opened"
        + (f", {done.messages} messages done" if done.messages else "")
        + (f", draft release {done.draft}" if done.draft else "")
        + (f", counting keys destroyed: {' '.join(done.keys_destroyed)}" if done.keys_destroyed else "")
    )
    for trouble in filter(None, (*done.troubles.values(), *done.ageing, *done.spent)):
        click.echo(trouble, err=True)
    if done.faults:
        sys.exit(1)


async def move_clock(surroundings: Operation, to: dt.datetime) -> None:
    """Move the stored clock; only demonstrations have one."""
    if not surroundings.settings.demo:
        raise Refused(
            Problem(
                code="not-a-demo",
                where="--to",
                says="Klockan kan bara flyttas i en demonstration.",
                mend="HVB_DEMO=1.",
            )
        )
    ahead = round((to - clock.machine_now()).total_seconds())
    async with surroundings.database.transaction():
        await ledger.set_ahead(surroundings.database, ahead)


def read_instant(text: str) -> dt.datetime:
    """An instant such as 2026-12-01T05:00+01:00; without a zone it is UTC."""
    try:
        read = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Refused(
            Problem(
                code="instant",
                where="--to",
                says="Tidpunkten går inte att läsa.",
                mend="Skriv som 2026-12-01T05:00.",
            )
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


@click.command()
@click.argument("half_year")
def measure(half_year: str) -> None:
    """Measure everything counted up to a half-year into a draft release; prints its id."""
    refuse_odd_half_year(half_year)

    async def work(surroundings: Operation) -> str:
        return await measure_errand(await surroundings.context(), surroundings.counter_keys(), half_year)

    click.echo(run(work))


@click.command()
@click.argument("release")
@click.option("--as", "account", required=True, help="The analyst who signs.")
def publish(release: str, account: str) -> None:
    """Audit a draft over everything ever released, sign it and publish it."""

    async def work(surroundings: Operation) -> None:
        context = await surroundings.context(await surroundings.person(account))
        await publishing.publish(context, surroundings.counter_keys(), release)

    run(work)
    click.echo(f"published {release}")


@click.command()
@click.argument("release")
def rebuild(release: str) -> None:
    """Measure a release again from the sealed waves; exits 1 unless it has the same hash."""

    async def work(surroundings: Operation) -> bool:
        return await publishing.rebuild(await surroundings.context(), surroundings.counter_keys(), release)

    same = run(work)
    click.echo(f"{release}: {'same hash' if same else 'another hash'}")
    sys.exit(0 if same else 1)


@click.command()
def attack() -> None:
    """Try to take apart everything ever released; exits 1 when something can be."""

    async def work(surroundings: Operation) -> Any:
        return await publishing.attack(await surroundings.context(), surroundings.counter_keys())

    findings = run(work)
    for finding in findings:
        click.echo(f"[{finding.rule}] {finding.place}: {finding.says}")
    click.echo(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)
