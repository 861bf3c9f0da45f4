"""``hvb``: every command of the house. English here, Swedish in the pages; quiet in a pipe."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
import msgspec

from hvb_followup import __version__, clock, content, rulebooks
from hvb_followup.access import Role
from hvb_followup.actions.operate import accounts
from hvb_followup.actions.operate.staff_codes import issue_staff_codes
from hvb_followup.actions.publish import publishing
from hvb_followup.actions.publish.measuring import measure as measure_errand
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_codes
from hvb_followup.actions.report.importing import Imported, import_register
from hvb_followup.actions.report.verdicts import judge_file
from hvb_followup.demo.coverage import told as told_coverage
from hvb_followup.demo.progress import show_progress
from hvb_followup.demo.serve import build, demo_settings
from hvb_followup.errors import HvbError, Problem, Refused, Unsound
from hvb_followup.keys.counter import make_counter_keys
from hvb_followup.keys.web import WebKeys, make_web_keys, open_web_keys
from hvb_followup.periods import is_half_year
from hvb_followup.pseudonyms import written
from hvb_followup.registers import KINDS
from hvb_followup.running import Operation, operation, take_part
from hvb_followup.serving import serve_both, serve_jobs, serve_web
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import ledger, migrate
from hvb_followup.waves.schedule import window

T = TypeVar("T")


def web_keys(surroundings: Operation) -> WebKeys:
    """The web's keys, for commands that issue codes."""
    return open_web_keys(surroundings.settings.web_keys, surroundings.settings.public_keys)


def settings() -> Settings:
    """The settings of this process."""
    return from_environment(os.environ)


def run(work: Callable[[Operation], Coroutine[Any, Any, T]], *, migrated: bool = True) -> T:
    """The result of an errand, in its surroundings; before ``hvb init`` there is nothing to work on."""

    async def inside() -> T:
        async with operation(settings()) as surroundings:
            if migrated and not await migrate.is_migrated(surroundings.database):
                raise Unsound(
                    Problem(
                        code="not-migrated",
                        where="databasen",
                        says="Tabellerna saknas.",
                        mend="Kör `hvb init`.",
                    )
                )
            return await work(surroundings)

    return asyncio.run(inside())


class Commands(click.Group):
    """The group; an expected error is shown as what, where and how to mend it, and exits 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except HvbError as error:
            for problem in error.problems:
                click.echo(f"[{problem.code}] {problem}", err=True)
            ctx.exit(1)


@click.group(cls=Commands)
@click.version_option(__version__)
def main() -> None:
    """Follow-up of Swedish residential care homes (HVB)."""


@main.command()
def init() -> None:
    """Make the data folder, the keys and the database."""
    chosen = settings()
    make_web_keys(chosen.web_keys, chosen.public_keys)
    make_counter_keys(chosen.counter_keys)
    run(_prepare, migrated=False)
    click.echo(f"ready in {chosen.data}")


async def _prepare(surroundings: Operation) -> None:
    await migrate.migrate(surroundings.database)
    await take_part(surroundings)


@main.command(name="migrate")
@click.option("--web-role", default="hvb_web", help="PostgreSQL role of the web process.")
@click.option("--jobs-role", default="hvb_jobs", help="PostgreSQL role of the jobs process.")
@click.option("--roles/--no-roles", default=False, help="Also make the two roles and grant what they may.")
def migrate_(web_role: str, jobs_role: str, roles: bool) -> None:
    """Bring the database to the newest shape."""

    async def work(surroundings: Operation) -> None:
        await _prepare(surroundings)
        if roles:
            await migrate.grant(surroundings.database, web_role=web_role, jobs_role=jobs_role)

    run(work, migrated=False)
    click.echo("migrated")


@main.command()
def check() -> None:
    """Validate all content: questionnaires, indicators, rulebook, words, examples, review dates."""
    today = clock.machine_now().date()
    found = (*content.check(settings().content, today), *rulebooks.check(None, today))
    errors = [problem for problem in found if problem.code != "review-overdue"]
    for problem in found:
        click.echo(f"{'error' if problem in errors else 'warning'} [{problem.code}] {problem}")
    click.echo(f"{len(errors)} errors, {len(found) - len(errors)} warnings")
    sys.exit(1 if errors else 0)


@main.command(name="import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", default="", help="The home that rows are about where they do not say.")
@click.option("--dry-run", is_flag=True, help="Read and check, store nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--as", "account", default="", help="The account that imports; the machine's operator if left out."
)
@click.option(
    "--confirm", multiple=True, metavar="ROW:CODE:REASON", help="Take a row that looks odd; may be repeated."
)
@click.option("--remove-missing", is_flag=True, help="Take away what is stored and not in the file.")
@click.option(
    "--as-of",
    default="",
    metavar="DATE",
    help="With staff --dry-run --json: the day judged; today if left out.",
)
@click.option(
    "--rules",
    default="",
    metavar="ID",
    help="With staff --dry-run --json: only this source or rule, as if it held.",
)
@click.option(
    "--unit-type", default="hvb", show_default=True, help="With staff --dry-run --json: what the home is."
)
def import_(
    kind: str,
    file: Path,
    unit: str,
    dry_run: bool,
    as_json: bool,
    account: str,
    confirm: tuple[str, ...],
    remove_missing: bool,
    as_of: str,
    rules: str,
    unit_type: str,
) -> None:
    """Import a register (CSV). Exits 1 when any row was rejected or waits for confirmation.

    `hvb import staff FILE --dry-run --json` needs no database: it prints one JSON object a line, for each person and
    rule: staff, unit, rule, state, reason, says, paragraph, evidence, rule_set, version, as_of. The home is taken to
    be of --unit-type and to receive children. Faults of rows go to standard error.
    """
    if kind == "staff" and dry_run and as_json:
        sys.exit(_print_verdicts(file, unit, read_day(as_of), rules, unit_type))

    async def work(surroundings: Operation) -> Imported:
        person = await surroundings.person(account) if account else None
        context = await (surroundings.context(person) if person else surroundings.context())
        return await import_register(
            context,
            kind,
            file.read_bytes(),
            unit=unit,
            dry_run=dry_run,
            confirmed=dict(map(read_confirmation, confirm)),
            remove_missing=remove_missing,
            rules=rulebooks.read().rule_ids() if kind == "staff" else frozenset(),
        )

    imported = run(work)
    reading = imported.reading
    if as_json:
        click.echo(msgspec.json.encode(_told(imported)).decode())
    else:
        _print_reading(imported, dry_run)
    sys.exit(1 if reading.rejected or reading.awaiting else 0)


def _told(imported: Imported) -> dict[str, Any]:
    """The reading with the difference and the batch, as one object."""
    told: dict[str, Any] = msgspec.to_builtins(imported.reading)
    return {**told, "difference": imported.difference, "batch": imported.batch}


def _print_reading(imported: Imported, dry_run: bool) -> None:
    reading, changes = imported.reading, imported.difference
    for remark in (*reading.problems, *reading.questions, *reading.tips):
        click.echo(f"{remark.severity} [{remark.code}] {remark}")
    done = "would be stored" if dry_run else "stored"
    click.echo(
        f"{reading.rows} rows: {len(reading.accepted)} accepted and {done}, "
        f"{reading.rejected} rejected, {reading.awaiting} to confirm, {reading.blank} blank"
    )
    click.echo(
        f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.confirmed)} confirmed, "
        f"{len(changes.unchanged)} unchanged, {len(changes.missing)} not in the file"
    )


def read_confirmation(text: str) -> tuple[tuple[int, str], str]:
    """``17:rows-alike:Tvillingar`` as row, code and reason."""
    row, _, rest = text.partition(":")
    code, _, reason = rest.partition(":")
    if not row.isdigit() or not reason:
        says = "Bekräftelsen går inte att läsa."
        raise Refused(Problem(code="confirmation", where="--confirm", says=says, mend="Skriv rad:kod:skäl."))
    return (int(row), code), reason


def read_day(text: str) -> dt.date:
    """A day such as 2026-11-22; today when nothing is given."""
    try:
        return dt.date.fromisoformat(text) if text else clock.machine_now().date()
    except ValueError:
        says = "Dagen går inte att läsa."
        raise Refused(Problem(code="day", where=text[:20], says=says, mend="Skriv som 2026-11-22.")) from None


def _print_verdicts(file: Path, unit: str, as_of: dt.date, rules: str, unit_type: str) -> int:
    """Print verdicts on a file alone; the exit code."""
    judged = judge_file(
        file.read_bytes(),
        content.codelists(),
        rulebooks.read(),
        unit,
        as_of,
        rules=rules,
        unit_type=unit_type,
    )
    for remark in (*judged.reading.problems, *judged.reading.questions):
        click.echo(f"{remark.severity} [{remark.code}] {remark}", err=True)
    for verdict in judged.verdicts:
        click.echo(msgspec.json.encode(verdict).decode())
    return 1 if judged.reading.rejected or judged.reading.awaiting else 0


@main.command()
@click.argument("unit")
@click.argument("half_year")
@click.argument("family")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Where the codes are written, once."
)
@click.option(
    "--as", "account", default="", help="The account that issues them; the machine's operator if left out."
)
@click.option("--again", is_flag=True, help="Also a new code for those who had one; the old one still works.")
@click.option("--count", type=int, default=0, help="So many cards for staff, for the safety representative.")
def codes(unit: str, half_year: str, family: str, out: Path, account: str, again: bool, count: int) -> None:
    """Issue codes for a home's wave; they are written to a file and stored nowhere."""
    refuse_odd_half_year(half_year)

    async def work(surroundings: Operation) -> list[IssuedCode]:
        person = await surroundings.person(account) if account else None
        context = await (surroundings.context(person) if person else surroundings.context())
        secret = web_keys(surroundings).secret
        if count:
            return await issue_staff_codes(context, secret, unit, half_year, family, count)
        return await issue_codes(context, secret, unit, half_year, family, again=again)

    # The file comes first: a code that was issued and could not be written would be lost.
    with new_file(out) as file:
        issued = run(work)
        last = window(half_year).last_moment.date()
        lines = [
            "placering;kod;sista dag",
            *(f"{one.placement};{written(one.code)};{last}" for one in issued),
        ]
        file.write("\n".join(lines) + "\n")
    click.echo(f"{len(issued)} codes in {out}")


@contextmanager
def new_file(path: Path) -> Iterator[TextIO]:
    """A new file that only its owner may read; gone again when nothing came of it."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        problem = Problem(
            code="file-exists", where=str(path), says="Filen finns redan.", mend="Välj en annan."
        )
        raise Refused(problem) from None
    except OSError:
        says = "Filen går inte att skriva."
        problem = Problem(code="file-unwritable", where=str(path), says=says, mend="Finns mappen?")
        raise Refused(problem) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise


def refuse_odd_half_year(text: str) -> None:
    """Refuse what is no half-year, before anything is done with it."""
    if not is_half_year(text):
        says = "Halvåret går inte att läsa."
        raise Refused(Problem(code="half-year", where=text[:20], says=says, mend="Skriv som 2026H2."))


@main.command()
@click.option("--to", "instant", default="", help="Move the demonstration's clock to this instant first.")
def tick(instant: str) -> None:
    """Do all that is due, and exit."""

    async def work(surroundings: Operation) -> Any:
        if instant:
            await move_clock(surroundings, read_instant(instant))
        return await surroundings.tick()

    done = run(work)
    click.echo(
        f"{done.counted} waves counted, {done.opened} opened"
        + (f", draft release {done.draft}" if done.draft else "")
        + (f", counting keys destroyed: {' '.join(done.keys_destroyed)}" if done.keys_destroyed else "")
    )
    for trouble in filter(None, (done.not_opened, done.broken_trail)):
        click.echo(trouble, err=True)


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


@main.command()
@click.argument("half_year")
def measure(half_year: str) -> None:
    """Measure everything counted up to a half-year into a draft release; prints its id."""
    refuse_odd_half_year(half_year)

    async def work(surroundings: Operation) -> str:
        return await measure_errand(await surroundings.context(), surroundings.counter_keys(), half_year)

    click.echo(run(work))


@main.command()
@click.argument("release")
@click.option("--as", "account", required=True, help="The analyst who signs.")
def publish(release: str, account: str) -> None:
    """Audit a draft over everything ever released, sign it and publish it."""

    async def work(surroundings: Operation) -> None:
        context = await surroundings.context(await surroundings.person(account))
        await publishing.publish(context, surroundings.counter_keys(), release)

    run(work)
    click.echo(f"published {release}")


@main.command()
@click.argument("release")
def rebuild(release: str) -> None:
    """Measure a release again from the sealed waves; exits 1 unless it has the same hash."""

    async def work(surroundings: Operation) -> bool:
        return await publishing.rebuild(await surroundings.context(), surroundings.counter_keys(), release)

    same = run(work)
    click.echo(f"{release}: {'same hash' if same else 'another hash'}")
    sys.exit(0 if same else 1)


@main.command()
def attack() -> None:
    """Try to take apart everything ever released; exits 1 when something can be."""

    async def work(surroundings: Operation) -> Any:
        return await publishing.attack(await surroundings.context(), surroundings.counter_keys())

    findings = run(work)
    for finding in findings:
        click.echo(f"[{finding.rule}] {finding.place}: {finding.says}")
    click.echo(f"{len(findings)} findings")
    sys.exit(1 if findings else 0)


@main.group()
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


@main.command()
def keys() -> None:
    """Which half-years can still be counted."""
    chosen = settings()
    found = make_counter_keys(chosen.counter_keys).half_years()
    click.echo("private counting keys: " + (" ".join(found) or "none"))


@main.command()
@click.option("--units", default=12, show_default=True, type=click.IntRange(1, 2000), help="How many homes.")
@click.option(
    "--years", default=2, show_default=True, type=click.IntRange(1, 10), help="How many years of waves."
)
@click.option("--port", default=8000, show_default=True, help="Port to serve on.")
@click.option("--data", default="hvb-data", type=click.Path(path_type=Path), help="Where it is built.")
@click.option("--once", is_flag=True, help="Build it and exit.")
def demo(units: int, years: int, port: int, data: Path, once: bool) -> None:
    """Build an invented nation, if there is none, and serve it."""
    chosen = demo_settings(data, port)
    asyncio.run(build(chosen, units, years, show_progress))
    told = json.loads((chosen.data / "demo.json").read_text(encoding="utf-8"))
    click.echo(f"Everything here is invented. Accounts and live codes: {chosen.data / 'demo.json'}")
    click.echo(f"  pages    {told['addresses']['public']}")
    click.echo(f"  answer   {told['addresses']['answer']}   code {told['codes'][0]['code']}")
    for line in told_coverage(told.get("coverage", {})):
        click.echo(f"  shown    {line}")
    for account in told["accounts"]:
        click.echo(f"  account  {account['name']:<18} {account['password']:<38} {account['role']}")
    if not once:
        sys.exit(serve_both(chosen))


@main.command()
@click.option("--only", type=click.Choice(["web", "jobs"]), default=None, help="One of the two processes.")
def serve(only: str | None) -> None:
    """Serve: the web and the jobs, two processes with separate keys."""
    chosen = settings()
    if only == "web":
        serve_web(chosen)
    elif only == "jobs":
        serve_jobs(chosen)
    else:
        sys.exit(serve_both(chosen))
