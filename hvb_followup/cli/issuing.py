"""The command that brings codes out, as a table or on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from hvb_followup.actions.operate.staff_codes import issue_staff_codes
from hvb_followup.actions.purchase.issuing import IssuedCode, issue_codes
from hvb_followup.actions.purchase.printing import Layout, Order, Printed, last_day, print_codes
from hvb_followup.cli.surroundings import refuse_odd_half_year, run, web_keys
from hvb_followup.errors import Problem, Refused
from hvb_followup.pseudonyms import written
from hvb_followup.running import Operation


@click.command()
@click.argument("unit")
@click.argument("half_year")
@click.argument("family")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="Where the codes are written, once: on paper in a .pdf, else as a table.",
)
@click.option(
    "--as", "account", default="", help="The account that issues them; the machine's operator if left out."
)
@click.option("--again", is_flag=True, help="Also a new code for those who had one; the old one still works.")
@click.option("--count", type=int, default=0, help="So many cards for staff, for the safety representative.")
@click.option(
    "--layout",
    type=click.Choice([one.value for one in Layout]),
    default=None,
    help="With .pdf: a letter each, or cards, eight to a sheet; cards with --count, else letters if left out.",
)
@click.option("--language", default="sv", show_default=True, help="With .pdf: the language of the paper.")
def codes(
    unit: str,
    half_year: str,
    family: str,
    out: Path,
    account: str,
    again: bool,
    count: int,
    layout: str | None,
    language: str,
) -> None:
    """Issue codes for a home's wave; they are written to a file and stored nowhere."""
    refuse_odd_half_year(half_year)
    on_paper = out.suffix.lower() == ".pdf"
    if (layout or language != "sv") and not on_paper:
        says = "Brev och kort skrivs bara som PDF."
        raise Refused(Problem(code="paper-file", where=out.name, says=says, mend="Ge filen namnet .pdf."))
    chosen = Layout(layout or (Layout.CARDS if count else Layout.LETTERS))

    async def work(surroundings: Operation) -> Printed:
        person = await surroundings.person(account) if account else None
        context = await (surroundings.context(person) if person else surroundings.context())
        secret, settings = web_keys(surroundings).secret, surroundings.settings
        if on_paper:
            order = Order(
                layout=chosen,
                answer_at=settings.answer_at,
                helplines=surroundings.deployment.helpline,
                language=language,
            )
            return await print_codes(
                context, secret, unit, half_year, family, order, again=again, count=count
            )
        if count:
            issued = await issue_staff_codes(context, secret, unit, half_year, family, count)
        else:
            issued = await issue_codes(context, secret, unit, half_year, family, again=again)
        return Printed(len(issued), table(issued, half_year))

    # The file comes first: a code that was issued and could not be written would be lost.
    with new_file(out) as file:
        made = run(work)
        if on_paper and not made.count:
            says = "Alla har redan fått en kod; inga nya gavs ut."
            raise Refused(Problem(code="no-codes", where=unit, says=says, mend="Ge ut nya med --again."))
        file.write(made.file)
    click.echo(f"{made.count} codes in {out}")


def table(issued: Sequence[IssuedCode], half_year: str) -> bytes:
    """The codes as lines of placement, code and last day."""
    lines = [f"{one.placement};{written(one.code)};{last_day(one, half_year)}" for one in issued]
    return "".join(f"{line}\n" for line in ("placering;kod;sista dag", *lines)).encode()


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
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
    with os.fdopen(handle, "wb") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise
