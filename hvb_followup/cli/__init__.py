"""``hvb``: every command of the house. English here, Swedish in the pages; quiet in a pipe.

A command is loaded when it is asked for, so that ``hvb serve`` need not wait for what only ``hvb publish`` leans on.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

import click

from hvb_followup import __version__
from hvb_followup.errors import HvbError

# Arrays here are small, and web, jobs and their helpers share the cores: threads within one sum wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Command: its module in this room, and its name there.
COMMANDS = {
    "attack": ("releasing", "attack"),
    "casemix": ("modelling", "casemix"),
    "check": ("installing", "check"),
    "codes": ("issuing", "codes"),
    "demo": ("demo", "demo"),
    "desk": ("desk", "desk"),
    "import": ("reporting", "import_"),
    "init": ("installing", "init"),
    "keys": ("installing", "keys"),
    "measure": ("releasing", "measure"),
    "migrate": ("installing", "migrate_"),
    "publish": ("releasing", "publish"),
    "questionnaire": ("questionnaires", "questionnaire"),
    "rebuild": ("releasing", "rebuild"),
    "report": ("instruments", "report"),
    "serve": ("serve", "serve"),
    "tick": ("releasing", "tick"),
    "user": ("installing", "user"),
    "verify": ("verifying", "verify"),
}


class Commands(click.Group):
    """The group; an expected error is shown as what, where and how to mend it, and exits 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(f"{__name__}.{module}"), name)
        return command

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
