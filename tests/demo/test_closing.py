"""Closing a half-year beside: it comes out as it does here, and what stops it there is told as it was said."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import msgspec
import pytest

from hvb_followup import clock
from hvb_followup.demo import closing
from hvb_followup.demo.hand import WORTH_ONE, WORTH_TWO, hands
from hvb_followup.demo.serve import build
from hvb_followup.errors import HvbError, Problem, Refused, Unsound
from hvb_followup.running import Operation, operation
from hvb_followup.settings import from_environment

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


async def test_a_nation_closed_beside_has_the_same_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "machine_now", lambda: NOW)
    found = []
    for n_hands, worth in enumerate((3, WORTH_ONE, WORTH_TWO)):
        settings = from_environment({"HVB_DEMO": "1", "HVB_DATA": str(tmp_path / str(n_hands))})
        with hands(worth) as helping:
            assert len(helping) == n_hands
            await build(settings, 3, 1, lambda what, share: None, helping)
        told = msgspec.json.decode((settings.data / "demo.json").read_bytes())
        found.append((told["release"], told["coverage"], told["stands_out"]))
    assert found[0] == found[1] == found[2]
    assert found[0][0].startswith("2026H1-")


def test_an_error_is_the_same_on_the_other_side_of_a_process() -> None:
    problem = Problem(code="class", where="H1", says="För få.", mend="Mät om.")
    carried: HvbError = pickle.loads(pickle.dumps(Refused(problem)))
    assert (type(carried), carried.problems, str(carried)) == (Refused, (problem,), str(Refused(problem)))


async def test_what_stops_a_closing_is_told_at_the_latest_when_the_release_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def counted(operation: Operation, half_year: str) -> None: ...

    monkeypatch.setattr(closing, "count", counted)  # here; beside there are no keys in the folder
    settings = from_environment({"HVB_DEMO": "1", "HVB_DATA": str(tmp_path)})
    asked = closing.Asked(n_units=3, first_half_year="2025H1", now=NOW)
    async with operation(settings) as surroundings:
        with hands(WORTH_TWO) as helping:
            beside = closing.closing(surroundings, asked, helping)
            assert await beside.release() == ""
            await beside.begin("2026H1")
            with pytest.raises(Unsound) as stopped:
                await beside.release()
            with pytest.raises(Unsound):
                await beside.begin("2026H2")
    assert stopped.value.problems
