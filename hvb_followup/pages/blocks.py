"""Figures gathered into the blocks a page shows: one finding, its table, its sentences; pairs never apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

import msgspec

from hvb_followup.pages.compared import ComparedUnit
from hvb_followup.pages.figures import (
    FLAGS,
    Bar,
    Mark,
    State,
    bar_of,
    count_words,
    interval_words,
    outcome_of,
    period_words,
    rate_count_words,
    rate_words,
    response_words,
    said_mark,
    sentence_of,
    state_of,
)
from hvb_followup.pages.model import Figure, IndicatorText, Release
from hvb_followup.pages.words import SWEDISH, Words


class FigureRow(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator in a block's table: a state, a band, a class of staff, the response alone, or all the numbers."""

    id: str
    title: str
    state: State | None = None
    is_response: bool = False
    is_class: bool = False
    is_fact: bool = False
    band: str | None = None
    bar: Bar | None = None
    answers: str = ""
    persons: str = ""
    count: str = ""
    interval: str = ""
    response: str = ""
    period: str = ""
    outcome: Mark | None = None
    flags: tuple[Mark, ...] = ()
    sentence: str = ""

    @property
    def is_told(self) -> bool:
        """True for a count, or its word where 5–9 answered: no class of staff, fact or band of the response."""
        return bool(self.count or self.band) and not (self.is_class or self.is_fact)


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One figure on a page: finding, rows (an indicator and its pair), words, and where to go from it."""

    id: str
    finding: str
    rows: tuple[FigureRow, ...]
    texts: tuple[IndicatorText, ...]
    has_numbers: bool
    has_words: bool
    permalink: str
    csv: str = ""


def blocks_of(
    release: Release,
    figures: Sequence[Figure],
    texts: Sequence[IndicatorText],
    page: str,
    *,
    is_open: bool = True,
    say: Words = SWEDISH,
) -> tuple[Block, ...]:
    """One block per indicator or pair, in the order of ``texts``; an indicator without a figure waits.

    ``page`` is the page's path, for permalinks; only an open page has those, and a link to the CSV.
    """
    latest = latest_of(figures)
    beside = {indicator: beside_of(release, figure) for indicator, figure in latest.items()}
    csv = csv_address(release) if is_open else ""
    groups = paired(texts)
    places = [f"{page}?r={quote(release.id)}#{quote(group[0].id)}" if is_open else "" for group in groups]
    return tuple(
        _block(group, latest, beside, permalink, csv, say)
        for group, permalink in zip(groups, places, strict=True)
    )


def csv_address(release: Release) -> str:
    """Where the release's values lie as CSV (DESIGN §8)."""
    return f"/export/{quote(release.id)}/figures.csv"


def paired(texts: Sequence[IndicatorText]) -> list[tuple[IndicatorText, ...]]:
    """Indicators in order, each with the ones it must be shown with; enough that one says so."""
    groups: list[tuple[IndicatorText, ...]] = []
    placed: set[str] = set()
    for text in texts:
        if text.id in placed:
            continue
        partners = [other for other in texts if other.id != text.id and _are_paired(text, other)]
        group = (text, *(other for other in partners if other.id not in placed))
        placed |= {member.id for member in group}
        groups.append(group)
    return groups


def _are_paired(one: IndicatorText, other: IndicatorText) -> bool:
    return one.paired_with == other.id or other.paired_with == one.id


def latest_of(figures: Sequence[Figure]) -> dict[str, Figure]:
    """One figure per indicator: a number before a band before a reason, then the latest period."""
    latest: dict[str, Figure] = {}
    for figure in sorted(figures, key=_weight):
        latest[figure.indicator] = figure
    return latest


def _weight(figure: Figure) -> tuple[bool, bool, str]:
    return (not figure.status, figure.n is not None, figure.period_to)


def beside_of(release: Release, figure: Figure) -> ComparedUnit | None:
    """What the release says of the figure's place beside the others of its level."""
    if release.compared is None or figure.audience != "public":
        return None
    return release.compared.of(figure.indicator, figure.level, figure.whose)


def _block(
    group: tuple[IndicatorText, ...],
    figures: Mapping[str, Figure],
    beside: Mapping[str, ComparedUnit | None],
    permalink: str,
    csv: str,
    say: Words,
) -> Block:
    rows = tuple(row_of(text, figures.get(text.id), say, beside=beside.get(text.id)) for text in group)
    return Block(
        id=group[0].id,
        finding=_finding(rows[0]),
        rows=rows,
        texts=group,
        has_numbers=any(row.count for row in rows),
        has_words=any(row.band for row in rows),
        permalink=permalink,
        csv=csv,
    )


def _finding(row: FigureRow) -> str:
    """The block's title says what was found, not what was measured."""
    if row.state is not None:
        return f"{row.title}: {row.state.words}"
    return f"{row.title}: {row.band or row.count or row.response}"


def row_of(
    text: IndicatorText,
    figure: Figure | None,
    say: Words,
    width: int = 240,
    beside: ComparedUnit | None = None,
) -> FigureRow:
    """An indicator's row; its bar is ``width`` wide, and ``beside`` what is said of it beside its group."""
    state = state_of(figure, say)
    if figure is None or state is not None:
        sentence = sentence_of(figure, say) if figure is not None else ""
        return FigureRow(id=text.id, title=text.title, state=state, sentence=sentence)
    shared = FigureRow(
        id=text.id,
        title=text.title,
        is_fact=figure.is_fact,
        is_response=figure.is_response,
        response=response_words(figure.response or "", say),
        period=period_words(figure.period_from, figure.period_to, say),
        outcome=outcome_of(beside, say),
        flags=tuple(said_mark(FLAGS[flag], say) for flag in figure.flags if flag in FLAGS),
        sentence=sentence_of(figure, say),
    )
    if figure.is_response:
        return shared
    if figure.is_class:
        words = figure.class_en if say.language == "en" else figure.class_sv
        return msgspec.structs.replace(shared, is_class=True, band=words)
    if figure.band is not None:
        return msgspec.structs.replace(shared, band=say(figure.band))
    if figure.scale == "rate":
        return msgspec.structs.replace(
            shared,
            answers=say.number(figure.n or 0),
            count=rate_count_words(figure.x_lo or 0, figure.x_hi or 0, figure.n or 0, say),
            interval=rate_words(figure.lo or 0.0, figure.hi or 0.0, say),
        )
    return msgspec.structs.replace(
        shared,
        bar=bar_of(figure, say, width),
        answers=say.number(figure.n or 0),
        persons=say.number(figure.persons) if figure.persons is not None else "",
        count=count_words(figure.x_lo or 0, figure.x_hi or 0, figure.n or 0, say),
        interval=interval_words(figure.lo or 0.0, figure.hi or 0.0, say),
    )
