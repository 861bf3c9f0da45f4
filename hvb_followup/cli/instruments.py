"""``hvb report``: reports that are made by hand, once a year."""

from __future__ import annotations

from pathlib import Path

import click

from hvb_followup import content
from hvb_followup.actions.publish.instrument import InstrumentReport, instrument_report, is_crowded, of_family
from hvb_followup.cli.surroundings import run
from hvb_followup.comparison.wording import GATES
from hvb_followup.pages.words import SWEDISH
from hvb_followup.running import Operation
from hvb_followup.web.templating import environment


@click.group()
def report() -> None:
    """Reports that are made by hand."""


@report.command()
@click.argument("family")
@click.argument("year", type=click.IntRange(2000, 2999))
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The HTML file to write.",
)
def instrument(family: str, year: int, out: Path) -> None:
    """Report on a questionnaire's year: alpha, item-total, missing, floor and ceiling; nothing of fewer than 100."""

    async def work(surroundings: Operation) -> tuple[str, int]:
        reports = await instrument_report(
            await surroundings.context(), surroundings.counter_keys(), family, year
        )
        return page(reports, content.root(surroundings.settings.content)), reports[-1].persons

    text, persons = run(work)
    out.write_text(text, encoding="utf-8")
    click.echo(f"{out}: {persons} persons")


def page(reports: tuple[InstrumentReport, ...], folder: Path) -> str:
    """The report as one file that needs no other."""
    made = environment(folder / "dashboards" / "templates", SWEDISH)
    made.filters["two"] = lambda number: f"{number:.2f}".replace(".", ",").replace("-", "−")
    made.filters["is_crowded"] = is_crowded
    css = (folder / "dashboards" / "static" / "site.css").read_text(encoding="utf-8")
    reasons = {code: sv for code, (sv, _) in GATES.items()}
    template = made.get_template("instrument_report.html")
    return template.render(reports=reports, title=of_family(reports), css=css, reasons=reasons)
