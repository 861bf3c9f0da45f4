"""Commands for whoever keeps an installation: folder, keys, tables, content, accounts."""

from __future__ import annotations

import sys

import click

from hvb_followup import clock, content, rulebooks
from hvb_followup.access import Role
from hvb_followup.actions.operate import accounts
from hvb_followup.cli.surroundings import run, settings
from hvb_followup.keys.counter import make_counter_keys
from hvb_followup.keys.mailing import make_mailing_keys
from hvb_followup.keys.web import make_web_keys
from hvb_followup.running import Operation, take_part
from hvb_followup.store import migrate


@click.command()
def init() -> None:
    """Make the data folder, the keys and the database."""
    chosen = settings()
    web = make_web_keys(chosen.web_keys, chosen.public_keys)
    make_counter_keys(chosen.counter_keys)
    make_mailing_keys(chosen.counter_keys, chosen.public_keys, web.secret)
    run(_prepare, migrated=False)
    click.echo(f"ready in {chosen.data}")


async def _prepare(surroundings: Operation) -> None:
    await migrate.migrate(surroundings.database)
    await take_part(surroundings)


@click.command(name="migrate")
@click.option("--web-role", default="hvb_web", help="PostgreSQL role of the web process.")
@click.option("--jobs-role", default="hvb_jobs", help="PostgreSQL role of the jobs process.")
@click.option("--desk-role", default="hvb_desk", help="PostgreSQL role of the desk.")
@click.option("--roles/--no-roles", default=False, help="Also make the roles and grant what they may.")
def migrate_(web_role: str, jobs_role: str, desk_role: str, roles: bool) -> None:
    """Bring the database to the newest shape."""

    async def work(surroundings: Operation) -> None:
        await _prepare(surroundings)
        if roles:
            await migrate.grant(
                surroundings.database, web_role=web_role, jobs_role=jobs_role, desk_role=desk_role
            )

    run(work, migrated=False)
    click.echo("migrated")


@click.command()
def check() -> None:
    """Validate all content: questionnaires, indicators, rulebook, words, examples, review dates."""
    today = clock.machine_now().date()
    found = (*content.check(settings().content, today), *rulebooks.check(None, today))
    errors = [problem for problem in found if problem.code != "review-overdue"]
    for problem in found:
        click.echo(f"{'error' if problem in errors else 'warning'} [{problem.code}] {problem}")
    click.echo(f"{len(errors)} errors, {len(found) - len(errors)} warnings")
    sys.exit(1 if errors else 0)


@click.command()
def keys() -> None:
    """Which half-years can still be counted."""
    chosen = settings()
    found = make_counter_keys(chosen.counter_keys).half_years()
    click.echo("private counting keys: " + (" ".join(found) or "none"))


@click.group()
def user() -> None:
    """Accounts."""


@user.command(name="add")
@click.argument("name")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What the account may do."
)
@click.option("--scope", default="", help="Home, provider or municipality the account speaks for.")
@click.password_option(help="At least twelve characters; asked for if left out.")
def user_add(name: str, role: str, scope: str, password: str) -> None:
    """Make an account; outside demonstrations its second factor is shown once."""

    async def work(surroundings: Operation) -> str:
        new = accounts.NewAccount(name=name, role=Role(role), scope=scope, password=password)
        return await accounts.make_account(
            await surroundings.context(), new, second_factor=not surroundings.settings.demo
        )

    secret = run(work)
    click.echo(f"account {name} made")
    if secret:
        click.echo(f"second factor, shown once: {secret}")
