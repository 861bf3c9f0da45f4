"""The context of each page: what its template needs, ready in words, and nothing else.

The web adds what only it knows: ``demo``, ``operator``, ``contact``, ``signed_in`` and ``csrf_token``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from urllib.parse import quote

import msgspec

from hvb_followup.errors import Problem, not_found
from hvb_followup.pages.blocks import Block, blocks_of, csv_address
from hvb_followup.pages.figures import (
    FLAGS,
    NBSP,
    REASONS,
    SHOWN,
    STATES,
    State,
    number_words,
    percent_words,
)
from hvb_followup.pages.model import Figure, Home, IndicatorText, Release
from hvb_followup.registry import swedish_sort_key

Context = dict[str, object]

OPERATING_FORMS = {
    "municipal_own": "Kommunal, egen regi",
    "municipal_contracted": "Kommunal, på entreprenad",
    "private": "Privat",
    "nonprofit": "Idéburen",
    "region": "Region",
}
# The signs that can stand in a release today; the others are drawn but not yet explained to anybody.
STATUSES_IN_USE = ("..",)
FLAGS_IN_USE = ("g",)
UNIT_TYPES = {"hvb": "HVB", "stodboende": "Stödboende"}

_PROBLEMS = {
    400: ("Det gick inte att läsa det som skickades", "Gå tillbaka, rätta och försök igen."),
    401: ("Du behöver logga in", "Logga in och försök igen."),
    404: ("Sidan finns inte", "Kontrollera adressen, eller börja om från startsidan."),
    409: ("Något hann ändras", "Ladda om sidan och försök igen."),
    413: ("Det som skickades är för stort", "Dela upp det i mindre delar."),
    429: ("För många försök", "Vänta en stund och försök igen."),
    500: ("Något gick fel hos oss", "Försök igen om en stund. Felet är antecknat."),
    503: ("Tjänsten är inte tillgänglig just nu", "Försök igen om en stund."),
}


class HomeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A home in a list: what is open about it, and whether anything is shown."""

    id: str
    name: str
    lan: str
    form: str
    kind: str
    href: str
    state: State


def start(release: Release | None, texts: Sequence[IndicatorText]) -> Context:
    """The first page: what is found for the nation, what is certain, what is not known, and every home.

    Homes stand in Swedish alphabetical order; there is no other order to be had (DESIGN §5). Without a
    release the page says so.
    """
    if release is None:
        return {"release": None}
    figures = [figure for figure in release.figures if figure.audience == "public"]
    nation = blocks_of(release, [figure for figure in figures if figure.level == "nation"], texts, "/")
    hero = next((block for block in nation if block.has_numbers), None)
    homes = _lines(release.units, figures)
    n_waiting = sum(line.state is not SHOWN for line in homes)
    return {
        "release": release,
        "hero": hero,
        "nation": [block for block in nation if block is not hero],
        "certain": _certain(release, len(homes) - n_waiting),
        "unknown": _unknown(release, n_waiting, len(homes)),
        "homes": homes,
        "csv": csv_address(release),
    }


def home(release: Release, unit: str, texts: Sequence[IndicatorText]) -> Context:
    """A home as anybody may see it; raises ``NotFound`` where the release has no such home."""
    facts = _home(release, unit)
    figures = [figure for figure in release.figures if figure.whose == unit and figure.audience == "public"]
    blocks = blocks_of(release, figures, texts, f"/hem/{quote(unit)}")
    return _home_context(release, facts, blocks)


def own_unit(release: Release | None, unit: Home, texts: Sequence[IndicatorText]) -> Context:
    """A home as its own manager sees it: what is public, and the words few, mixed, most where 5–9 answered.

    That the person may see this home is decided before (access); here nothing is asked.
    """
    if release is None:
        return {"release": None, "home": unit, "facts": _facts(unit)}
    figures = [figure for figure in release.figures if figure.whose == unit.id]
    blocks = blocks_of(release, figures, texts, f"/enhet/{quote(unit.id)}/resultat", is_open=False)
    return _home_context(release, unit, blocks)


def own_units(units: Iterable[Home], reporting: Container[str]) -> Context:
    """The signed-in person's own homes, in Swedish alphabetical order; who does not report there sees results."""
    in_order = sorted(units, key=lambda unit: swedish_sort_key(unit.name))
    return {
        "homes": [
            {
                "name": unit.name,
                "lan": unit.lan,
                "href": f"/enhet/{quote(unit.id)}" + ("" if unit.id in reporting else "/resultat"),
            }
            for unit in in_order
        ]
    }


def method(release: Release | None = None) -> Context:
    """How the figures are made, and which signs stand for what."""
    return {
        "release": release,
        "states": [STATES[status] for status in STATUSES_IN_USE],
        "flags": [FLAGS[flag] for flag in FLAGS_IN_USE],
    }


def data(release: Release | None = None) -> Context:
    """Where the figures can be fetched; signs as in the files."""
    return {
        "release": release,
        "csv": csv_address(release) if release is not None else "",
        "statuses": [(status, STATES[status].words, STATES[status].says) for status in STATUSES_IN_USE],
        "flags": [(flag, FLAGS[flag]) for flag in FLAGS_IN_USE],
        "outcomes": list(REASONS.items()),
    }


def problem(status: int, problems: Sequence[Problem] = ()) -> Context:
    """The page of an error: neutral words, and what to do. The foreign and the missing look alike."""
    heading, mend = _PROBLEMS.get(status, _PROBLEMS[500 if status >= 500 else 400])
    shown = () if status in (404, 500) else problems
    return {"status": status, "heading": heading, "mend": mend, "problems": shown}


def _home_context(release: Release, unit: Home, blocks: Sequence[Block]) -> Context:
    return {
        "release": release,
        "home": unit,
        "facts": _facts(unit),
        "blocks": list(blocks),
        "n_shown": sum(any(row.state is None for row in block.rows) for block in blocks),
    }


def _home(release: Release, unit: str) -> Home:
    found = next((facts for facts in release.units if facts.id == unit), None)
    if found is None:
        raise not_found()
    return found


def _facts(unit: Home) -> list[tuple[str, str]]:
    return [
        ("Typ", UNIT_TYPES.get(unit.unit_type, unit.unit_type)),
        ("Driftsform", OPERATING_FORMS.get(unit.operating_form, unit.operating_form)),
        ("Utförare", unit.provider_name),
        ("Län", unit.lan),
        ("Platser", number_words(unit.places)),
    ]


def _lines(units: Sequence[Home], figures: Sequence[Figure]) -> list[HomeLine]:
    own: dict[str, list[Figure]] = {}
    for figure in figures:
        own.setdefault(figure.whose, []).append(figure)
    return [
        _line(unit, own.get(unit.id, []))
        for unit in sorted(units, key=lambda unit: swedish_sort_key(unit.name))
    ]


def _line(unit: Home, figures: Sequence[Figure]) -> HomeLine:
    return HomeLine(
        id=unit.id,
        name=unit.name,
        lan=unit.lan,
        form=OPERATING_FORMS.get(unit.operating_form, unit.operating_form),
        kind=UNIT_TYPES.get(unit.unit_type, unit.unit_type),
        href=f"/hem/{quote(unit.id)}",
        state=_state_of_home(figures),
    )


def _state_of_home(figures: Sequence[Figure]) -> State:
    """A home has figures, or waits, or has handed in nothing; what is not there waits."""
    statuses = {figure.status for figure in figures}
    if "" in statuses:
        return SHOWN
    return STATES["-"] if statuses == {"-"} else STATES[".."]


def _certain(release: Release, n_shown: int) -> list[str]:
    providers = len({unit.provider for unit in release.units})
    lan = len({unit.lan for unit in release.units})
    homes, owners = number_words(len(release.units)), number_words(providers)
    return [
        f"{homes}{NBSP}hem hos {owners} utförare i {lan} av 21 län är med i uppföljningen.",
        f"{number_words(n_shown)}{NBSP}hem har så många svar att minst en siffra får visas.",
        f"Siffrorna publicerades {release.published_on} och är undertecknade av en {release.signed_by}.",
    ]


def _unknown(release: Release, n_waiting: int, n_homes: int) -> list[str]:
    unknown = []
    if release.pending_share > 0:
        share = _share_words(release.pending_share)
        unknown.append(f"{share} av svaren väntar: de är ännu för få tillsammans för att räknas med.")
    if n_waiting:
        unknown.append(f"{number_words(n_waiting)} av {number_words(n_homes)} hem väntar på fler svar.")
    return [*unknown, "Vi vet inte hur de unga som inte har svarat har det."]


def _share_words(share: float) -> str:
    return f"Ungefär {percent_words(share * 100)}" if share >= 0.01 else f"Mindre än 1{NBSP}%"
