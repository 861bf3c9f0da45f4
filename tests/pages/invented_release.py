"""A small release in which everything is invented: homes, people, figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hvb_followup.pages import SWEDISH, IndicatorText, Release, Words, release_from
from hvb_followup.pages.compared import GATE_NAMES, Compared, ComparedFigure, ComparedUnit, packed
from hvb_followup.web.templating import environment

TEMPLATES = Path(__file__).parents[2] / "dashboards" / "templates"
STATIC = Path(__file__).parents[2] / "dashboards" / "static"

ALMEN, ANGEN, OSTER, WAITING = "H7K2QX1", "HM4RDA2", "H0ST3R3", "HW41T14"
HOSTILE = "<script>alert('hem')</script>"

SAY = Words(codes={"unit_types": {"hvb": "HVB", "stodboende": "stödboende"}})

TEXTS = (
    IndicatorText(
        id="U01",
        title="Känner sig trygga där de bor",
        why="Trygghet är det unga själva säger är viktigast.",
        how="Andelen som svarar ”alltid” eller ”oftast” på frågan ”Känner du dig trygg där du bor?”.",
        not_for="Att rangordna hem.",
        paired_with="U01x",
        domain="safety",
    ),
    IndicatorText(
        id="U02",
        title="Blir lyssnade på",
        why="Att bli hörd är en rättighet.",
        how="Andelen ”ja”.",
        domain="support",
    ),
    IndicatorText(id="U01x", title="Känner sig aldrig trygga där de bor", domain="safety"),
)


def shown(indicator: str, level: str, whose: str, **numbers: Any) -> dict[str, Any]:
    """A shown figure as a release holds it."""
    return {
        "indicator": indicator,
        "level": level,
        "whose": whose,
        "audience": "public",
        "status": "",
        "outcome": "shown",
        "period_from": "2025H1",
        "period_to": "2026H2",
        "response": "50–69 %",
        "flags": ["g"] if level == "unit" else [],
        "band": None,
        **numbers,
    }


def withheld(indicator: str, whose: str, status: str = "..", outcome: str = "too_few") -> dict[str, Any]:
    """A withheld figure: its reason and nothing else."""
    sentence = "Visas inte: för få svar, till skydd för de unga."
    return {"indicator": indicator, "level": "unit", "whose": whose, "status": status, "outcome": outcome,
            "sentence_sv": sentence, "sentence_en": "Not shown: too few answers."}  # fmt: skip


def class_of_staff(whose: str) -> dict[str, Any]:
    """What a release tells of every home that has handed in a list of its staff."""
    nothing = dict.fromkeys(("n", "x_lo", "x_hi", "lo", "hi", "value", "response"))
    says = {
        "class_sv": "hemmet har inte visat det",
        "sentence_sv": "Hemmet har inte visat det den 31 december 2026.",
    }
    return {**shown("P03", "unit", whose, **nothing), "outcome": "class", **says}


def home(unit: str, name: str, **other: Any) -> dict[str, Any]:
    """A home as a release holds it."""
    return {
        "id": unit,
        "name": name,
        "lan": "Skåne",
        "places": 8,
        "provider": "PA1B2C3",
        "provider_name": "Påhittade Hem AB",
        "operating_form": "private",
        "unit_type": "hvb",
        **other,
    }


def content() -> dict[str, Any]:
    """The release as plain values, as the database gives it."""
    return {
        "id": "2026H2.1",
        "period": "2026H2",
        "published_on": "2026-11-15",
        "signed_by": "ansvarig analytiker",
        "method": "1",
        "pending_share": 0.12,
        "figures": [
            shown("U01", "nation", "SE", persons=1234, n=1210, x_lo=912, x_hi=912, lo=72.9, hi=77.7,
                  value=75.4, sentence_sv="912 av 1 210 svarade så. Nivån kan vara 72 till 78 av 100."),
            shown("U01x", "nation", "SE", persons=1234, n=1210, x_lo=61, x_hi=61, lo=3.9, hi=6.4, value=5.0,
                  sentence_sv="61 av 1 210 svarade så."),
            shown("U02", "nation", "SE", persons=1234, n=1198, x_lo=770, x_hi=770, lo=61.5, hi=66.9,
                  value=64.3, sentence_sv="770 av 1 198 svarade så."),
            shown("U01", "lan", "Skåne", n=34, x_lo=25, x_hi=28, lo=56.0, hi=92.0, value=78.0,
                  sentence_sv="25–28 av 34 i länet är trygga."),
            {**withheld("U01", "Gävleborg"), "level": "lan"},
            shown("U01", "group", "bought", n=400, x_lo=300, x_hi=300, lo=70.5, hi=79.0, value=75.0,
                  sentence_sv="300 av 400 svarade så."),
            {**withheld("U01", "own"), "level": "group"},
            shown("U01", "provider", "PA1B2C3", n=40, x_lo=30, x_hi=33, lo=59.0, hi=91.0, value=79.0,
                  sentence_sv="30–33 av 40 är trygga."),
            shown("U01", "provider", "PB1B2C3", n=50, x_lo=28, x_hi=32, lo=42.3, hi=76.2, value=60.0,
                  sentence_sv="28–32 av 50 är trygga."),
            shown("U01", "unit", ALMEN, persons=20, n=20, x_lo=17, x_hi=18, lo=64.0, hi=97.2,
                  value=87.5, sentence_sv="17–18 av 20 är trygga. Det går inte att skilja från landet."),
            shown("U01x", "unit", ALMEN, persons=20, n=20, x_lo=0, x_hi=1, lo=0.0, hi=23.6, value=2.5,
                  sentence_sv="Högst en av 20 känner sig aldrig trygg."),
            withheld("U02", ALMEN),
            withheld("U01", WAITING),
            withheld("U01x", WAITING),
            withheld("U02", WAITING, status="-"),
            {**shown("U02", "unit", ALMEN, sentence_sv="De flesta säger att någon lyssnar."),
             "audience": "unit", "band": "de flesta", "flags": []},
            shown("U02", "unit", ANGEN, persons=14, n=14, x_lo=4, x_hi=4, lo=11.7, hi=54.6, value=28.6,
                  flags=["g", "?", "p"], sentence_sv="Färre än i landet blir lyssnade på."),
            withheld("U02", OSTER, status="-"),
        ],
        "units": [
            home(OSTER, "Österhemmet", lan="Gävleborg", operating_form="municipal_own",
                 unit_type="stodboende"),
            home(ANGEN, "Ängens behandlingshem", lan="Västra Götaland", operating_form="nonprofit",
                 provider="PB1B2C3", provider_name="Ängens stiftelse"),
            home(WAITING, "Zetterlunds hus"),
            home(ALMEN, "Almens HVB"),
            home("H0ST1LE", HOSTILE, provider="PH0ST1L", provider_name=HOSTILE),
        ],
    }  # fmt: skip


def gates(*outcomes: str) -> tuple[tuple[str, str], ...]:
    """Every gate with its outcome; those not named were not reached."""
    return tuple(zip(GATE_NAMES, (*outcomes, *["not_reached"] * len(GATE_NAMES)), strict=False))


def beside(whose: str, verdict: str, words: str, **numbers: Any) -> ComparedUnit:
    """A place that passed every gate."""
    passed = ("open", "open", "open", "not_adjusted", "open", "open", verdict)
    return ComparedUnit(
        whose=whose, gates=gates(*passed), verdict=verdict, words_sv=words, words_en=f"({words})", **numbers
    )


ALIKE, LOWER = "Går inte att skilja från jämförelsegruppen", "Säkerställt lägre än jämförelsegruppen"


def compared() -> Compared:
    """What is said of places beside each other: one home and one provider differ for certain, one home has waited."""
    group: dict[str, Any] = {"period_from": "2025H1", "period_to": "2026H2", "row_hash": "0123456789abcdef"}
    of_providers = ComparedFigure(
        indicator="U01", level="provider", n_units=12, n_compared=2, centre=76.1, spread=0.4, reliability=0.7,
        n_needed=34, expected_by_chance=0.004, pairs=packed([(99, "first")]), **group,
        units=(beside("PA1B2C3", "alike", ALIKE, lo=66.2, middle=77.9, hi=87.4, above=0.64, tail=0.31,
                      reliability=0.66, kind=0, silent_lo=37.5, silent_hi=91.3),
               beside("PB1B2C3", "lower", LOWER, lo=51.0, middle=62.4, hi=72.9, above=0.012, tail=0.02,
                      reliability=0.74, kind=1, exact="low", silent_lo=28.0, silent_hi=79.0)),
    )  # fmt: skip
    of_homes = ComparedFigure(
        indicator="U02", level="unit", n_units=11, n_compared=1, centre=64.3, spread=0.52, reliability=0.6,
        n_needed=17, expected_by_chance=0.002, flagged=1, **group,
        hidden={"too_few": (ALMEN, WAITING)},
        units=(beside(ANGEN, "lower", LOWER, lo=18.9, middle=38.2, hi=58.7, above=0.004, tail=0.0004,
                      reliability=0.58, kind=0, exact="low", flagged=True, silent_lo=14.3, silent_hi=64.3),),
    )  # fmt: skip
    says = "Sannolikheten att {first} ligger högre än {second}: {chance} %. Det är säkerställt att "
    return Compared(
        period="2026H2",
        method="1",
        row_hash="0123456789abcdef",
        figures=(of_providers, of_homes),
        pair_words={code: (f"{says}{{{code}}} ligger högre.", "Sure.") for code in ("first", "second")},
        no_pair=("Ingen av dem skiljer sig säkert från någon annan.", "None of them differs for certain."),
        overview=(("1 av 5 hem har så många svar att någon siffra får jämföras.", "1 of 5 homes."),),
    )


def release(**changes: Any) -> Release:
    """The release as pages read it."""
    return release_from({**content(), "compared": compared().whole(), **changes})


def render(template: str, context: dict[str, object], **web: Any) -> str:
    """The page, rendered strictly: what the web adds arrives as ``web``."""
    files = {"site_css": "/static/site.css", "site_icon": "/static/svara.svg"}
    return environment(TEMPLATES, SWEDISH).get_template(template).render(**{**files, **context, **web})
