"""One figure in words, symbols and the geometry of its bar: only places and spelling are computed."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from hvb_followup.pages.compared import ComparedUnit
from hvb_followup.pages.model import Figure
from hvb_followup.pages.words import NBSP, SWEDISH, Words
from hvb_followup.periods import first_quarter, last_quarter

_BAR_HEIGHT = 36
_TRACK_TOP = 4
_LEAST_WIDTH = 4.0


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """Where the parts of an interval bar lie, in SVG units: a thin interval, on it the coarse count."""

    width: int
    height: int
    interval_x: float
    interval_width: float
    count_x: float
    count_width: float
    top: int = _TRACK_TOP
    title: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no number: a symbol, a word or two, and the whole sentence."""

    code: str
    symbol: str
    words: str
    says: str


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A symbol with its word; never the one without the other (R8 §4)."""

    code: str
    symbol: str
    words: str


# The standard states of R8 §4, with the reason first and nothing that could point at anybody.
STATES: Mapping[str, State] = {
    "..": State(
        code="waiting",
        symbol="..",
        words="väntar på fler",
        says="För få svar för att visa. Vi visar hellre inget än något som kan peka ut någon.",
    ),
    "-": State(
        code="missing",
        symbol="–",
        words="inte inlämnat",
        says="Hemmet har inte lämnat in uppgifter för perioden.",
    ),
    ".": State(code="not-for", symbol=".", words="gäller inte", says="Frågan gäller inte det här hemmet."),
}
NOT_DUE = State(
    code="waiting",
    symbol="..",
    words="inget att räkna än",
    says="Ingen tidigare mätomgång har varit stängd i 30 dagar.",
)
SHOWN = State(code="shown", symbol="●", words="har siffror", says="Minst en siffra visas för hemmet.")

FLAGS: Mapping[str, Mark] = {
    "g": Mark(code="g", symbol="≈", words="grov siffra"),
    "l": Mark(
        code="l",
        symbol="▨",
        words="få har svarat: tolka försiktigt, vi vet inte hur de andra har det",
    ),
    "p": Mark(code="p", symbol="p", words="preliminärt, inte signerat ännu"),
    "r": Mark(code="r", symbol="r", words="rättat"),
    "?": Mark(code="invand", symbol="?", words="hemmet har invänt mot uppgiften"),
}
# The sign before the words of a comparison, by its verdict; hollow where they are uncertain. The words come with
# the release.
SIGNS: Mapping[str, tuple[str, str]] = {
    "higher": ("higher", "▲"),
    "unusual_high": ("higher", "▲"),
    "sign_higher": ("sign", "△"),
    "lower": ("lower", "▼"),
    "unusual_low": ("lower", "▼"),
    "sign_lower": ("sign", "▽"),
    "alike": ("similar", "●"),
}
NOT_COMPARED = ("not-compared", "○")
# What became of a figure, as the files say it.
REASONS: Mapping[str, str] = {
    "shown": "Siffran visas.",
    "response": "Bara svarsandelen visas, i fyra steg.",
    "waiting": "Väntar på fler svar.",
    "too_few": "För få svar för att visa.",
    "class": "En uppgift om personal, som en klass i ord.",
    "missing": "Hemmet har inte lämnat in uppgifter för perioden.",
    "not_applicable": "Frågan gäller inte det här hemmet.",
    "fact": "Allt är räknat, så det finns inget intervall.",
    "not_due": "Ingen tidigare mätomgång har varit stängd i 30 dagar.",
    "followed": "För få är uppföljda för att säga något.",
}


def bar(lo: float, hi: float, x_lo: int, x_hi: int, n: int, width: int = 240, say: Words = SWEDISH) -> Bar:
    """The geometry of an interval bar ``width`` wide: 0 % at its left edge, 100 % at its right.

    ``lo`` and ``hi`` are per cent; ``x_lo``–``x_hi`` of ``n`` is the coarse count. No part is thinner than
    can be seen, and none reaches outside the bar.
    """
    if not (0 <= lo <= hi <= 100 and 0 <= x_lo <= x_hi <= n and n > 0):
        raise ValueError("an interval bar needs 0 ≤ lo ≤ hi ≤ 100 and 0 ≤ x_lo ≤ x_hi ≤ n, n > 0")
    interval_x, interval_width = _span(lo / 100, hi / 100, width)
    count_x, count_width = _span(x_lo / n, x_hi / n, width)
    return Bar(
        width=width,
        height=_BAR_HEIGHT,
        interval_x=interval_x,
        interval_width=interval_width,
        count_x=count_x,
        count_width=count_width,
        title=say(
            "Intervall %(interval)s på en skala från 0 till 100 %%", interval=interval_words(lo, hi, say)
        ),
    )


def _span(start: float, end: float, width: int) -> tuple[float, float]:
    """Left edge and width of a part, widened about its middle to what can be seen, within the bar."""
    middle, wide = (start + end) / 2 * width, max((end - start) * width, _LEAST_WIDTH)
    return round(min(max(middle - wide / 2, 0.0), width - wide), 1), round(wide, 1)


def number_words(number: int) -> str:
    """A whole number as Swedish writes it: 1 234, with a space that does not break."""
    return SWEDISH.number(number)


def percent_words(percent: float, say: Words = SWEDISH) -> str:
    """Whole per cent, rounded half away from zero: 78 %."""
    return f"{int(percent + 0.5)}{say.percent}"


def interval_words(lo: float, hi: float, say: Words = SWEDISH) -> str:
    """An interval in whole per cent, rounded outwards so that it never says more than it knows: 64–98 %."""
    low, high = math.floor(round(lo, 6)), math.ceil(round(hi, 6))
    return f"{low}{say.percent}" if low == high else f"{low}–{high}{say.percent}"


def count_words(x_lo: int, x_hi: int, n: int, say: Words = SWEDISH) -> str:
    """The coarse count: 17–19 av 20, minst 19 av 20, högst 1 av 20; an exact one as it is."""
    low, high = say.number(x_lo), say.number(x_hi)
    of = f"{NBSP}{say('av')}{NBSP}{say.number(n)}"
    if x_lo == x_hi:
        return f"{low}{of}"
    if x_lo > 0 and x_hi == n:
        return f"{say('minst')} {low}{of}"
    if x_lo == 0 and x_hi < n:
        return f"{say('högst')} {high}{of}"
    return f"{low}–{high}{of}"


def rate_count_words(x_lo: int, x_hi: int, days: int, say: Words = SWEDISH) -> str:
    """Events against care days: 1–4 på 1 240 vårddygn."""
    low, high = say.number(x_lo), say.number(x_hi)
    events = low if x_lo == x_hi else f"{low}–{high}"
    return say("%(events)s på %(days)s vårddygn", events=events, days=say.number(days))


def rate_words(lo: float, hi: float, say: Words = SWEDISH) -> str:
    """What a rate may be, per 1 000 care days, with one decimal and rounded outwards: 0,8–8,3 per 1 000."""
    low, high = math.floor(round(10 * lo, 6)) / 10, math.ceil(round(10 * hi, 6)) / 10
    return f"{say.decimal(low)}–{say.decimal(high)} per {say.number(1000)}"


def response_words(band: str, say: Words = SWEDISH) -> str:
    """A response band as one says it: minst 70 %, 50–69 %."""
    said = band.replace("<", say("under")).replace("≥", say("minst")).replace(">", say("över"))
    return said.replace(" %", say.percent)


def period_words(first: str, last: str, say: Words = SWEDISH) -> str:
    """Half-years or quarters as months: jan 2025–dec 2026."""
    start, end = first_quarter(first), last_quarter(last)
    begins = (say("jan"), say("apr"), say("jul"), say("okt"))[start % 4]
    ends = (say("mar"), say("jun"), say("sep"), say("dec"))[end % 4]
    return f"{begins}{NBSP}{start // 4}–{ends}{NBSP}{end // 4}"


def outcome_of(beside: ComparedUnit | None, say: Words) -> Mark | None:
    """What is said of the place beside its group; None where nothing was compared."""
    if beside is None:
        return None
    code, symbol = SIGNS.get(beside.verdict, NOT_COMPARED)
    return Mark(code=code, symbol=symbol, words=beside.words_en if say.language == "en" else beside.words_sv)


def said_state(state: State, say: Words) -> State:
    """The state in the reader's language."""
    return msgspec.structs.replace(state, words=say(state.words), says=say(state.says))


def said_mark(mark: Mark, say: Words) -> Mark:
    """The mark in the reader's language."""
    return msgspec.structs.replace(mark, words=say(mark.words))


def state_of(figure: Figure | None, say: Words = SWEDISH) -> State | None:
    """Why a figure shows no number; None when it shows one. A figure that is not there waits."""
    if figure is None:
        return said_state(STATES[".."], say)
    if figure.status and figure.is_fact:
        return said_state(NOT_DUE, say)
    return said_state(STATES[figure.status], say) if figure.status else None


def sentence_of(figure: Figure, say: Words) -> str:
    """The figure's sentence in the reader's language."""
    return figure.sentence_en if say.language == "en" else figure.sentence_sv


def bar_of(figure: Figure, say: Words = SWEDISH, width: int = 240) -> Bar | None:
    """The figure's bar, where it carries numbers."""
    if None in (figure.lo, figure.hi, figure.x_lo, figure.x_hi, figure.n):
        return None
    return bar(
        figure.lo or 0.0, figure.hi or 0.0, figure.x_lo or 0, figure.x_hi or 0, figure.n or 0, width, say
    )
