"""``hvb casemix``: a case-mix model of a published release, written out as a file to be read, signed and kept."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from hvb_followup.actions.publish.fitting import fit_model
from hvb_followup.cli.surroundings import run
from hvb_followup.comparison.adjusting import Model
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

    click.echo(written(run(work)), nl=False)


def written(model: Model) -> str:
    """The model as its file's text."""
    plain = msgspec.json.decode(msgspec.json.encode(model))
    return toml({**plain, "made_on": model.made_on})
