"""Shares that end in each way, by group: what is told of a way in which nobody of a group has ended."""

from __future__ import annotations

import numpy as np
import pytest

from hvb_followup.verification.over_time import _incidences


def test_where_nobody_ended_so_it_is_none_of_them_and_unknown_after_the_last() -> None:
    time, cause = np.array([2.0, 3, 5, 4, 9]), np.array([1.0, 2, 0, 1, 0])
    row = {"curve": "b 2", "4": 0, "9": 0, "10": 0}
    told = _incidences(
        time, cause, np.array(list("aaabb")), {"estimate": [row, {"curve": "a 2", "4": 0, "6": 0}]}
    )
    assert told["estimate"] == [{"4": 0.0, "9": 0.0, "10": None}, {"4": pytest.approx(1 / 3), "6": None}]
