"""What is believed before the data, as case 35 writes it."""

from __future__ import annotations

import pytest

from hvb_followup.comparison.hierarchy import Prior
from hvb_followup.verification.spread import _prior


@pytest.mark.parametrize(
    ("mu", "tau", "prior"),
    [
        ("normal(-1,1)", "exponential(2)", Prior(mu_mean=-1, mu_sd=1, tau=0.5)),
        ("normal(0, 2.5)", "Gamma(shape 1, scale 2)", Prior(tau=2)),
        ("normal(0, 2.5)", "gamma(shape=1, rate=2)", Prior(tau=0.5)),
        ("normal(0, 2.5)", "half_normal(0, 0.6)", Prior(tau=0.6, form="half_normal")),
    ],
)
def test_a_prior_keeps_its_sign_and_its_form(mu: str, tau: str, prior: Prior) -> None:
    assert _prior({"mu": mu, "tau": tau}) == prior


@pytest.mark.parametrize("tau", ["gamma(shape 2, scale 1)", "half_cauchy(1)"])
def test_a_form_that_is_not_known_is_not_taken_for_another(tau: str) -> None:
    with pytest.raises(ValueError, match=r"gamma|cauchy"):
        _prior({"tau": tau})
