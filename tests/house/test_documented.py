"""The manual keeps step with the program: every setting and every command stands in a README."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hvb_followup.cli import main
from hvb_followup.settings import SETTINGS

HOUSE = Path(__file__).parents[2]


def manual() -> str:
    """README.md and docker/README.md as one text."""
    pages = [HOUSE / "README.md", HOUSE / "docker" / "README.md"]
    return "\n".join(page.read_text(encoding="utf-8") for page in pages if page.exists())


def commands(group: click.Group, path: str) -> Iterator[str]:
    """Every command with its whole path, such as ``hvb user add``."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}"


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_every_setting_is_in_the_manual(name: str) -> None:
    assert re.search(rf"\b{name}\b", manual())


@pytest.mark.parametrize("command", list(commands(main, "hvb")))
def test_every_command_is_in_the_manual(command: str) -> None:
    assert re.search(rf"\b{command}\b", manual())


def test_the_manual_names_no_setting_that_is_not_there() -> None:
    named = set(re.findall(r"\bHVB_[A-Z_]+[A-Z]\b", manual()))
    assert named - {setting.name for setting in SETTINGS} - {"HVB_TEST_PG"} == set()


def test_the_manual_names_no_command_that_is_not_there() -> None:
    known = {command.split()[1] for command in commands(main, "hvb")}
    written = set(re.findall(r"(?:`|bin/|run )hvb ([a-z]+)", manual()))
    assert written - known == set()


@pytest.mark.parametrize("command", list(commands(main, "hvb")))
def test_every_command_and_option_says_what_it_is_for(command: str) -> None:
    found: click.Command = main
    for name in command.split()[1:]:
        assert isinstance(found, click.Group)
        inner = found.get_command(click.Context(found), name)
        assert inner is not None
        found = inner
    assert found.help
    assert [
        option.name for option in found.params if isinstance(option, click.Option) and not option.help
    ] == []
