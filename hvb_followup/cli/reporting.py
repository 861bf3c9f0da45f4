"""The command that brings registers in."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from hvb_followup import clock, content, rulebooks
from hvb_followup.actions.report.importing import Imported, import_register
from hvb_followup.actions.report.verdicts import judge_file
from hvb_followup.cli.surroundings import run
from hvb_followup.errors import Problem, Refused
from hvb_followup.registers import KINDS
from hvb_followup.running import Operation


@click.command(name="import")
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
    """Import a register (Excel or CSV). Exits 1 when any row was rejected or waits for confirmation.

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
