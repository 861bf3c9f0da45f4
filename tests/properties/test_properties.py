"""The ten properties hold: in few worlds with every change, and nightly in as many as each says."""

from __future__ import annotations

import sys

import pytest

from tests.properties import __main__ as command
from tests.properties.all import PROPERTIES
from tests.properties.lines import Line


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_holds_in_few_worlds(name: str) -> None:
    assert [str(line) for line in PROPERTIES[name](quick=True) if not line.holds] == []


@pytest.mark.nightly
@pytest.mark.parametrize("name", PROPERTIES)
def test_a_property_holds_in_full(name: str) -> None:
    lines = PROPERTIES[name](quick=False)
    print(*lines, sep="\n")
    assert [str(line) for line in lines if not line.holds] == []


def test_a_figure_past_its_limit_or_that_is_none_fails() -> None:
    assert Line(what="x", value=0.05, most=0.05).holds
    assert not Line(what="x", value=0.051, most=0.05).holds
    assert not Line(what="x", value=0.91, least=0.92, most=0.97).holds
    assert not Line(what="x", value=float("nan"), least=0.92).holds


def test_the_command_says_each_figure_and_exits_by_them(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def found(value: float) -> int:
        monkeypatch.setitem(PROPERTIES, "P3", lambda *, quick: [Line(what="y", value=value, least=0.5)])
        monkeypatch.setattr(sys, "argv", ["properties", "P3", "--quick"])
        return command.main()

    assert (found(0.6), found(0.4)) == (0, 1)
    said = capsys.readouterr().out
    assert "PASS         0.6  ≥ 0.5" in said
    assert "FAIL         0.4  ≥ 0.5" in said
