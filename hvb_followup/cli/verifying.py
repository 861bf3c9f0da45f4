"""The command that tries the methods against reference cases."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click

from hvb_followup.verification import run as cases


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def verify(folder: Path) -> None:
    """Compute the reference cases in a folder; exits 1 when any lies outside its tolerance."""
    counts: Counter[str] = Counter()
    for verdict in cases.verify(folder):
        counts[verdict.state] += 1
        for line in cases.lines(verdict):
            click.echo(line)
    click.echo(f"{counts['pass']} pass, {counts['fail']} fail, {counts['unsupported']} unsupported")
    sys.exit(1 if counts["fail"] else 0)
