"""The context of each page: what its template needs, ready in words, and nothing else.

The web adds what only it knows: ``demo``, ``operator``, ``contact``, ``signed_in`` and ``csrf_token``.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from urllib.parse import quote

from hvb_followup.errors import Problem, not_found
from hvb_followup.pages.blocks import Block, blocks_of, csv_address
from hvb_followup.pages.facts import CodeWords, feedback_lines, inspection_lines
from hvb_followup.pages.figures import (
    FLAGS,
    REASONS,
    SHOWN,
    STATES,
    percent_words,
    said_mark,
    said_state,
)
from hvb_followup.pages.folds import folds
from hvb_followup.pages.grid import NATION
from hvb_followup.pages.homes import facts_of, state_of_home
from hvb_followup.pages.model import Home, IndicatorText, Release
from hvb_followup.pages.words import SWEDISH, Words
from hvb_followup.registry import swedish_sort_key

Context = dict[str, object]

# The signs that can stand in a release today; the others are drawn but not yet explained to anybody.
STATUSES_IN_USE = ("..", "-", ".")
FLAGS_IN_USE = ("g",)

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


def start(release: Release | None, texts: Sequence[IndicatorText], say: Words = SWEDISH) -> Context:
    """The first page: what is found for the nation, what is certain, what is not known, and the doors on.

    Without a release the page says so.
    """
    if release is None:
        return {"release": None}
    nation = blocks_of(release, release.at("nation", NATION), texts, "/", say=say)
    hero = next((block for block in nation if block.has_numbers), None)
    n_homes = len(release.homes)
    n_waiting = sum(state_of_home(release, home) is not SHOWN for home in release.homes)
    return {
        "release": release,
        "hero": hero,
        "tiles": [block for block in nation if block is not hero],
        "certain": _certain(release, n_homes - n_waiting, say),
        "unknown": _unknown(release, n_waiting, n_homes, say),
        "compared": _compared(release, say),
        "csv": csv_address(release),
    }


def home(
    release: Release,
    unit: str,
    texts: Sequence[IndicatorText],
    say: Words = SWEDISH,
    codes: CodeWords | None = None,
) -> Context:
    """A home as anybody may see it; raises ``NotFound`` where the release has no such home.

    ``codes`` are the words of its inspections, which are None before any facts were published.
    """
    facts = release.homes.get(unit)
    if facts is None:
        raise not_found()
    blocks = blocks_of(release, release.at("unit", unit), texts, f"/hem/{quote(unit)}", say=say)
    context = _home_context(release, facts, blocks, say)
    inspections = inspection_lines(facts.known, codes or {}, say) if facts.known else None
    told = feedback_lines(facts.known, say) if facts.known else []
    return {**context, "inspections": inspections, "told_back": told, "search": f"/hitta?ou={quote(unit)}"}


def own_unit(release: Release | None, unit: Home, texts: Sequence[IndicatorText]) -> Context:
    """A home as its own manager sees it: what is public, and the words few, mixed, most where 5–9 answered.

    That the person may see this home is decided before (access); here nothing is asked.
    """
    if release is None:
        return {"release": None, "home": unit, "facts": facts_of(unit)}
    figures = [figure for figure in release.figures if figure.whose == unit.id]
    blocks = blocks_of(release, figures, texts, f"/enhet/{quote(unit.id)}/resultat", is_open=False)
    return _home_context(release, unit, blocks, SWEDISH)


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
        ],
        "reports": any(unit.id in reporting for unit in in_order),
    }


def method(release: Release | None = None, say: Words = SWEDISH) -> Context:
    """How the figures are made, and which signs stand for what."""
    return {
        "release": release,
        "states": [said_state(STATES[status], say) for status in STATUSES_IN_USE],
        "flags": [said_mark(FLAGS[flag], say) for flag in FLAGS_IN_USE],
    }


def data(release: Release | None = None, say: Words = SWEDISH) -> Context:
    """Where the figures can be fetched; signs as in the files."""
    return {
        "release": release,
        "csv": csv_address(release) if release is not None else "",
        "statuses": [(status, said_state(STATES[status], say)) for status in STATUSES_IN_USE],
        "flags": [(flag, said_mark(FLAGS[flag], say)) for flag in FLAGS_IN_USE],
        "outcomes": [(outcome, say(says)) for outcome, says in REASONS.items()],
    }


def problem(status: int, problems: Sequence[Problem] = (), say: Words = SWEDISH) -> Context:
    """The page of an error: neutral words, and what to do. The foreign and the missing look alike."""
    heading, mend = _PROBLEMS.get(status, _PROBLEMS[500 if status >= 500 else 400])
    shown = () if status in (404, 500) else problems
    return {"status": status, "heading": say(heading), "mend": say(mend), "problems": shown}


def _home_context(release: Release, unit: Home, blocks: Sequence[Block], say: Words) -> Context:
    return {
        "release": release,
        "home": unit,
        "facts": facts_of(unit, say),
        "folds": folds(blocks, say),
        "n_shown": sum(any(row.state is None and not row.is_fact for row in block.rows) for block in blocks),
    }


def _certain(release: Release, n_shown: int, say: Words) -> list[str]:
    return [
        say(
            "%(homes)s\u00a0hem hos %(owners)s utförare i %(lan)s av 21 län är med i uppföljningen.",
            homes=say.number(len(release.homes)),
            owners=say.number(len(release.providers)),
            lan=len({unit.lan for unit in release.units}),
        ),
        say("%(n)s\u00a0hem har så många svar att minst en siffra får visas.", n=say.number(n_shown)),
        say(
            "Siffrorna publicerades %(day)s och är undertecknade av en %(who)s.",
            day=release.published_on,
            who=say(release.signed_by),
        ),
    ]


def _unknown(release: Release, n_waiting: int, n_homes: int, say: Words) -> list[str]:
    unknown = []
    if release.pending_share > 0:
        share = _share_words(release.pending_share, say)
        unknown.append(
            say("%(share)s av svaren väntar: de är ännu för få tillsammans för att räknas med.", share=share)
        )
    if n_waiting:
        said = say(
            "%(n)s av %(all)s hem väntar på fler svar.", n=say.number(n_waiting), all=say.number(n_homes)
        )
        unknown.append(said)
    return [*unknown, say("Vi vet inte hur de unga som inte har svarat har det.")]


def _compared(release: Release, say: Words) -> list[str]:
    """How many homes have words of comparison, and the budget of false alarms, as the release says it."""
    beside = release.compared
    return [] if beside is None else [said[say.language == "en"] for said in beside.overview]


def _share_words(share: float, say: Words) -> str:
    if share >= 0.01:
        return say("Ungefär %(share)s", share=percent_words(share * 100, say))
    return say("Mindre än %(share)s", share=percent_words(1, say))
