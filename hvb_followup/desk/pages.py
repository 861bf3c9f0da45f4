"""The desk's pages as bytes of HTML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from jinja2 import Environment, PackageLoader, StrictUndefined

from hvb_followup.actions.review.cases import LONGEST_PURPOSE, Opened
from hvb_followup.actions.review.own_words import AT_ONCE, MOST_THEMES, Read, Told
from hvb_followup.catalogue import Catalogue
from hvb_followup.errors import Problem
from hvb_followup.periods import STOCKHOLM
from hvb_followup.safeguarding.cases import Ending, State
from hvb_followup.safeguarding.deadlines import Urgency
from hvb_followup.store.help_cases import HelpCase

URGENCIES = {
    Urgency.DANGER: "Nu: det är fara",
    Urgency.TODAY: "I dag",
    Urgency.DAYS: "Inom några dagar",
}
STATES = {
    State.RECEIVED: "Ingen har läst",
    State.READ: "Läst, ingen har tagit det",
    State.TAKEN: "Någon har det",
    State.CLOSED: "Avslutat",
}
ENDINGS = {
    Ending.SOCIAL_SERVICES: "Socialtjänsten har fått veta",
    Ending.TALKED: "Vi har talat med den som skrev",
    Ending.OTHER_HELP: "Annan hjälp är ordnad",
    Ending.UNKNOWN_WHO: "Det gick inte att veta vem som skrev",
}
_environment = Environment(
    loader=PackageLoader("hvb_followup.desk"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


def sign_in(css: str, *, failed: bool) -> bytes:
    """Name, password, and a one-time code outside demonstrations."""
    return _page("sign_in.html", css, failed=failed)


def cases(css: str, found: Sequence[HelpCase], now: dt.datetime) -> bytes:
    """Every case that is not closed, and nothing of what it says."""
    return _page("cases.html", css, cases=[_line(case, now) for case in found])


def case(css: str, line: HelpCase, now: dt.datetime) -> bytes:
    """One case before it is opened: a purpose is asked for."""
    return _page(
        "case.html", css, case=_line(line, now), opened=None, longest=LONGEST_PURPOSE, endings=ENDINGS
    )


def opened(css: str, found: Opened, now: dt.datetime) -> bytes:
    """An opened letter, and what can be done next."""
    return _page(
        "case.html",
        css,
        case=_line(found.case, now),
        opened=found,
        longest=LONGEST_PURPOSE,
        endings=ENDINGS,
    )


def words(css: str, found: Sequence[Told]) -> bytes:
    """Every question answered in own words, with the themes that enough texts have."""
    return _page("words.html", css, pools=found)


def pool(css: str, found: Told) -> bytes:
    """One question before its texts are opened: a purpose is asked for."""
    return _page("pool.html", css, told=found, read=None, longest=LONGEST_PURPOSE)


def read_words(css: str, found: Told, read: Read, catalogue: Catalogue) -> bytes:
    """Some of its texts, each with the themes to choose among."""
    content = {"themes": catalogue.word_themes.theme, "most": MOST_THEMES, "at_once": AT_ONCE}
    return _page("pool.html", css, told=found, read=read, longest=LONGEST_PURPOSE, **content)


def problem(css: str, problems: Sequence[Problem]) -> bytes:
    """What is wrong, and how to mend it."""
    return _page("problem.html", css, problems=problems)


def _line(case: HelpCase, now: dt.datetime) -> dict[str, object]:
    is_taken = case.state in {State.TAKEN, State.CLOSED}
    return {
        "id": case.id.hex(),
        "number": case.id.hex()[:8],
        "urgency": URGENCIES[Urgency(case.urgency)],
        "crowded": case.crowded,
        "put": _written(case.put_at),
        "due": "" if is_taken else _written(case.due_at),
        "is_late": not is_taken and case.due_at <= now,
        "state": STATES[State(case.state)],
        "may_take": case.state == State.READ,
        "may_close": case.state == State.TAKEN,
    }


def _written(instant: dt.datetime) -> str:
    return f"{instant.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"


def _page(template: str, css: str, **content: object) -> bytes:
    return _environment.get_template(template).render(css=css, **content).encode()
