"""Wilson's interval against a published table, and around coarse counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hvb_followup.comparison.intervals import wilson, wilson_coarse

# Reference case o01: x, n, level, lower, upper.
TABLE = [
    (81, 263, 0.95, 0.255288519878274, 0.3662095769828),
    (81, 263, 0.998, 0.228035740242005, 0.40138942190937),
    (15, 148, 0.95, 0.0623863995307363, 0.160487241723308),
    (15, 148, 0.998, 0.0473836805065723, 0.20364553090199),
    (0, 20, 0.95, 0, 0.161125158052819),
    (0, 20, 0.998, 0, 0.323170414624055),
    (1, 29, 0.95, 0.00611321429276266, 0.171755218793203),
    (1, 29, 0.998, 0.00301600135871697, 0.296586458036421),
    (0, 5, 0.95, 0, 0.434482464783175),
    (0, 5, 0.998, 0, 0.656346422249785),
    (5, 5, 0.95, 0.565517535216825, 1),
    (5, 5, 0.998, 0.343653577750215, 1),
    (3, 7, 0.95, 0.15821985525147, 0.749541635472343),
    (3, 7, 0.998, 0.0916189087460249, 0.847956435374812),
    (6, 9, 0.95, 0.354202135580396, 0.879416181613089),
    (6, 9, 0.998, 0.23191640409018, 0.929812711265314),
    (12, 15, 0.95, 0.548145512848307, 0.929524506530184),
    (12, 15, 0.998, 0.407881904239733, 0.958723807076015),
    (23, 31, 0.95, 0.567538641905662, 0.862982940936063),
    (23, 31, 0.998, 0.465101230629173, 0.904816691704761),
    (38, 40, 0.95, 0.83496122630859, 0.986179332613852),
    (38, 40, 0.998, 0.734136710768291, 0.992408946764081),
    (7, 10, 0.95, 0.396778147461145, 0.892208732593699),
    (7, 10, 0.998, 0.267453455324909, 0.937154984493706),
    (1, 4, 0.95, 0.0455872608097006, 0.699358157417598),
    (1, 4, 0.998, 0.0222253992382935, 0.830168066974569),
]


@pytest.mark.parametrize(("x", "n", "level", "low", "high"), TABLE)
def test_wilson_gives_the_published_interval(x: int, n: int, level: float, low: float, high: float) -> None:
    assert wilson(x, n, level) == pytest.approx((low, high), abs=1e-12)


@given(st.integers(1, 200), st.data())
def test_a_coarse_interval_holds_the_interval_of_every_count_it_allows(n: int, data: st.DataObject) -> None:
    x_lo = data.draw(st.integers(0, n))
    x_hi = data.draw(st.integers(x_lo, n))
    x = data.draw(st.integers(x_lo, x_hi))
    coarse, exact = wilson_coarse(x_lo, x_hi, n), wilson(x, n)
    assert 0 <= coarse[0] <= exact[0] <= exact[1] <= coarse[1] <= 1


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_a_count_outside_its_scale_has_no_interval(x: int, n: int) -> None:
    with pytest.raises(ValueError, match="within"):
        wilson(x, n)


def test_a_coarse_count_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValueError, match="lower end first"):
        wilson_coarse(5, 4, 10)
