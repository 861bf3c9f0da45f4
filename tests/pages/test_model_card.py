"""The model card: what was allowed for, how it came true for homes that the model had not seen, and why where nothing was."""

from __future__ import annotations

import re

import msgspec
import pytest
from invented_release import TEXTS, compared, release, render

from hvb_followup.content import page_words, root
from hvb_followup.pages import SWEDISH, Words
from hvb_followup.pages.compared import CaseMix, Condition, Tenth
from hvb_followup.pages.methods import Adjusting, card
from hvb_followup.web.charts_of import reasons
from hvb_followup.web.templating import environment

ENGLISH = Words(language="en", table=page_words()["en"])
MIX = CaseMix(
    id="U02-2026H1", invented=False, made_on="2026-02-03", release="2025H2-0123", period_from="2024H1", period_to="2025H2",
    places=61, persons=1234, events=345.5, intercept=-0.8,
    conditions=(Condition(sv="andelen som rymmer", en="the share that runs",
                          centre=0.31, low=0.05, high=0.9, coef=1.25, se=0.25),),
    in_large=-0.012, in_large_se=0.05, slope=0.94, slope_se=0.1,
    tenths=tuple(Tenth(one / 20, one / 21, 6, 120 + one) for one in range(1, 11)),
)  # fmt: skip


def page(mix: CaseMix | None, adjusting: Adjusting = "register", say: Words = SWEDISH) -> str:
    """The card of U02, which homes are compared in."""
    told = compared()
    figures = tuple(
        msgspec.structs.replace(one, model=mix) if one.indicator == "U02" else one for one in told.figures
    )
    shown = release(compared=msgspec.structs.replace(told, figures=figures).whole())
    context = card(shown, "U02", TEXTS, adjusting, reasons(), say)
    if say is SWEDISH:
        return render("model_card.html", context)
    made = environment(root() / "dashboards" / "templates", say).get_template("model_card.html")
    return made.render(site_css="", site_icon="", **context)


def test_a_model_is_shown_whole_with_its_calibration() -> None:
    told = page(MIX).replace("\u00a0", " ")
    for said in (
        "U02-2026H1", "2026-02-03", "2025H2-0123", "1 234", "andelen som rymmer", "31,0 %", "5,0 % – 90,0 %",
        "1,25 (0,76 till 1,74)", "−0,01 (−0,11 till 0,09)", "0,94 (0,74 till 1,14)", "med 95 % intervall",
        "Med en låst modell, som visas nedan.", "den skulle visas för hemmet",
    ):  # fmt: skip
        assert said in told, said
    rows = re.findall(
        r'data-label="Utfall">([^<]+)</td><td role="cell" data-label="Hem">(\d+)</td><td[^>]*>(\d+)', told
    )
    assert rows == [
        (f"{100 * one / 21:.1f} %".replace(".", ","), "6", str(120 + one)) for one in range(1, 11)
    ]
    assert "påhittat" not in told


def test_the_card_is_whole_in_english() -> None:
    told = page(MIX, say=ENGLISH)
    for said in (
        "the share that runs",
        "1.25 (0.76 to 1.74)",
        "31.0%",
        "Calibration slope",
        "with 95% intervals",
        "By a frozen model",
    ):
        assert said in told, said
    assert "Lutning" not in told


def test_a_model_that_did_not_come_true_says_so() -> None:
    told = page(msgspec.structs.replace(MIX, slope=0.4, closed="case_mix"))
    assert "Modellen håller inte, så siffran jämförs ojusterad." in told
    assert "Modellen för förutsättningar håller inte." in told


def test_an_invented_model_says_that_it_is() -> None:
    assert "påhittat lands siffror" in page(msgspec.structs.replace(MIX, invented=True))


@pytest.mark.parametrize(
    ("adjusting", "why"),
    [
        ("none", "siffran behöver ingen justering"),
        ("pairs", "ett svar som aldrig visas som nivå"),
        ("answers", "inom ett hem delas inget upp efter ålder"),
        ("register", "Ingen modell är låst än."),
    ],
)
def test_without_a_model_the_card_says_why_there_is_none(adjusting: Adjusting, why: str) -> None:
    told = page(None, adjusting)
    assert why in told
    assert "Kalibrering:" not in told
