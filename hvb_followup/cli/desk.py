"""The command that opens the desk: started by a person, who types its passphrase."""

from __future__ import annotations

import click

from hvb_followup.cli.surroundings import settings
from hvb_followup.desk.app import HERE, serve_desk
from hvb_followup.keys.desk import make_desk_key, unlock


@click.command()
@click.option("--port", default=8100, show_default=True, help="Port on this machine; no other can reach it.")
@click.option(
    "--host", default=HERE, hidden=True, help="Only in a container whose port this machine alone reaches."
)
@click.option("--new-key", is_flag=True, help="Make the desk's key, locked with a new passphrase, and exit.")
def desk(port: int, host: str, new_key: bool) -> None:
    """Open the desk, where named reviewers read help cases and own words."""
    chosen = settings()
    if new_key:
        passphrase = click.prompt("New passphrase", hide_input=True, confirmation_prompt=True)
        make_desk_key(chosen.desk_keys, chosen.public_keys, passphrase)
        click.echo("the desk has a key; whoever loses the passphrase can open no case")
        return
    key = unlock(chosen.desk_keys, chosen.public_keys, click.prompt("Passphrase", hide_input=True))
    click.echo(f"the desk is open at http://127.0.0.1:{port}/")
    serve_desk(chosen, key, port, host)
