"""The command that opens the doors. It loads next to nothing: each process it starts loads its own half of the house."""

from __future__ import annotations

import gc
import os
import sys

import click

from hvb_followup.serving.processes import serve_both
from hvb_followup.settings import from_environment


@click.command()
@click.option("--only", type=click.Choice(["web", "jobs"]), default=None, help="One of the two processes.")
def serve(only: str | None) -> None:
    """Serve: the web and the jobs, two processes with separate keys."""
    chosen = from_environment(os.environ)
    if only == "web":
        gc.disable()  # while the house is loaded nothing is thrown away; the web puts it on again
        from hvb_followup.serving.web import serve_web

        serve_web(chosen)
    elif only == "jobs":
        from hvb_followup.serving.jobs import serve_jobs

        serve_jobs(chosen)
    else:
        sys.exit(serve_both(chosen.host, chosen.port))
