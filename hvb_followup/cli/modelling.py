"""``hvb casemix``: a case-mix model of a published release, written out as a file to be read, signed and kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import click
import msgspec

from hvb_followup.actions.publish.fitting import fit_model
from hvb_followup.cli.surroundings import run
from hvb_followup.questionnaires.toml_text import toml
from hvb_followup.running import Operation


@click.command()
@click.argument("release")
@click.argument("indicator")
def casemix(release: str, indicator: str) -> None:
    """Fit a case-mix model on a published release's open figures, and print it as a file for dashboards/models/."""

    async def work(surroundings: Operation) -> Any:
        invented = surroundings.settings.demo
        return await fit_model(await surroundings.context(), release, indicator, invented=invented)

    click.echo(toml(msgspec.to_builtins(run(work), builtin_types=(dt.date,))), nl=False)
