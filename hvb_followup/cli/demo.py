"""The command that builds the demonstration, and serves it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click

from hvb_followup.demo.hand import hands
from hvb_followup.serving.processes import serve_both


@click.command()
@click.option("--units", default=12, show_default=True, type=click.IntRange(1, 2000), help="How many homes.")
@click.option(
    "--years", default=2, show_default=True, type=click.IntRange(1, 10), help="How many years of waves."
)
@click.option("--port", default=8000, show_default=True, help="Port to serve on.")
@click.option("--data", default="hvb-data", type=click.Path(path_type=Path), help="Where it is built.")
@click.option("--once", is_flag=True, help="Build it and exit.")
def demo(units: int, years: int, port: int, data: Path, once: bool) -> None:
    """Build an invented nation, if there is none, and serve it."""
    is_built = (data / "demo.json").exists()
    with hands(0 if is_built else units) as helping:
        # Building leans on nearly the whole house; serving should not wait for that.
        from hvb_followup.demo.coverage import told as told_coverage
        from hvb_followup.demo.progress import show_progress
        from hvb_followup.demo.serve import build, demo_settings

        chosen = demo_settings(data, port)
        asyncio.run(build(chosen, units, years, show_progress, helping))
    told = json.loads((chosen.data / "demo.json").read_text(encoding="utf-8"))
    click.echo(f"Everything here is invented. Accounts and live codes: {chosen.data / 'demo.json'}")
    click.echo(f"  pages    {told['addresses']['public']}")
    for family, code in {one["family"]: one["code"] for one in reversed(told["codes"])}.items():
        click.echo(f"  answer   {told['addresses']['answer']}   code {code}   {family}")
    for line in told_coverage(told.get("coverage", {})):
        click.echo(f"  shown    {line}")
    for account in told["accounts"]:
        click.echo(f"  account  {account['name']:<18} {account['password']:<38} {account['role']}")
    click.echo(f"  desk     {told['desk']['command']}   passphrase: {told['desk']['passphrase']}")
    if not once:
        sys.exit(serve_both(chosen.host, chosen.port))
