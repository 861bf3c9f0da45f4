"""``hvb questionnaire``: questionnaires out to other tools, and their words out to translators and back."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from hvb_followup import content
from hvb_followup.cli.surroundings import settings
from hvb_followup.errors import Problem, Refused
from hvb_followup.questionnaires import translated as coming_back
from hvb_followup.questionnaires import translation
from hvb_followup.questionnaires.evolution import words_hash
from hvb_followup.questionnaires.model import LanguageFile
from hvb_followup.questionnaires.translated import Translated
from hvb_followup.questionnaires.translation import COLUMNS
from hvb_followup.questionnaires.xlsform import xlsform
from hvb_followup.sheets.exporting import export
from hvb_followup.sheets.reading import read_sheet
from hvb_followup.sheets.tables import tables

OUT = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)


@click.group()
def questionnaire() -> None:
    """Questionnaires out to other tools, and their words out to translators and back."""


@questionnaire.command(name="xlsform")
@click.argument("family")
@click.option("--edition", default="standard", show_default=True, help="standard or easy.")
@OUT
def xlsform_(family: str, edition: str, out: Path) -> None:
    """Write the newest version of FAMILY as an XLSForm, in every language it has; own words are left out."""
    catalogue = content.read(settings().content)
    chosen = catalogue.latest(family)
    if edition not in chosen.editions:
        says, mend = "Utgåvan finns inte.", f"Skriv {' eller '.join(chosen.editions)}."
        raise Refused(Problem(code="edition", where=edition[:20], says=says, mend=mend))
    form = xlsform(chosen, edition, catalogue.words)
    out.write_bytes(tables(form.tables()))
    click.echo(f"{out}: {len(form.survey)} rows, {len(form.choices)} choices")


@questionnaire.command(name="to-translate")
@click.argument("family")
@click.argument("language")
@OUT
def to_translate(family: str, language: str, out: Path) -> None:
    """Write the words of FAMILY (also: player, messages) as a CSV in which a translator fills in LANGUAGE."""
    wording = content.wording(settings().content, family, language)
    headings, rows = translation.sheet(wording.base, wording.now)
    out.write_bytes(export(headings, rows, "csv"))
    click.echo(f"{out}: {len(rows)} texts")


@questionnaire.command()
@click.argument("family")
@click.argument("language")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def translated(family: str, language: str, file: Path) -> None:
    """Read a translator's FILE (CSV or Excel) back into the words of FAMILY; all that is wrong in it is told at once."""
    wording = content.wording(settings().content, family, language)
    heading, *rows = read_sheet(
        file.read_bytes(), lambda cells: sum(cell.strip() in COLUMNS for cell in cells)
    )
    found = coming_back.lines(heading.cells, [(row.number, row.cells) for row in rows])
    read = coming_back.read(found, wording.base, wording.now, language, recorded=wording.recorded)
    content.put_wording(wording, read.table)
    _tell(wording, read)


def _tell(wording: content.Wording, read: Translated) -> None:
    """What was written, and what a person does next."""
    standing = "".join(f", {key} {read.table[key]}" for key in ("status", "revision") if key in read.table)
    click.echo(f"{wording.where}: {read.changed} texts changed{standing}")
    if read.marks_dropped:
        click.echo(
            f"{read.marks_dropped} lines were read by somebody who has not read all: keep the sheet going."
        )
    if not wording.listed:
        click.echo(f"Add {wording.file.stem!r} to languages in instrument.toml.")
    if wording.kind is LanguageFile:
        hash_ = words_hash(msgspec.convert(read.table, LanguageFile))
        click.echo(f'Once asked, its line in surveys/published.toml is: {read.table["revision"]} = "{hash_}"')
    click.echo("Run `hvb check`.")
