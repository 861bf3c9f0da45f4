"""Closing a half-year beside: what stops it there is told here, as it was said."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from hvb_followup.demo.closing import closing_beside
from hvb_followup.errors import HvbError, Problem, Refused, Unsound
from hvb_followup.settings import from_environment


def test_an_error_is_the_same_on_the_other_side_of_a_process() -> None:
    problem = Problem(code="class", where="H1", says="För få.", mend="Mät om.")
    carried: HvbError = pickle.loads(pickle.dumps(Refused(problem)))
    assert (type(carried), carried.problems, str(carried)) == (Refused, (problem,), str(Refused(problem)))


async def test_what_stops_a_closing_stops_the_next(tmp_path: Path) -> None:
    settings = from_environment({"HVB_DEMO": "1", "HVB_DATA": str(tmp_path)})
    with closing_beside(settings) as beside:
        assert await beside.release() == ""
        await beside.begin("2026H1")  # there is no deployment in the folder
        with pytest.raises(Unsound) as stopped:
            await beside.begin("2026H2")
    assert stopped.value.problems
