"""One indicator: what it says and does not say, the nation's figure, and every place that has one, by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

import msgspec

from hvb_followup.errors import not_found
from hvb_followup.pages.blocks import FigureRow, beside_of, blocks_of, csv_address, latest_of, row_of
from hvb_followup.pages.grid import DOMAINS, GROUPS, NATION
from hvb_followup.pages.model import IndicatorText, Release
from hvb_followup.pages.verdicts import Told, budget, compared_at, counted, finding
from hvb_followup.pages.words import SWEDISH, Words
from hvb_followup.registry import LAN, swedish_sort_key

BAR_WIDTH = 160


class PlaceRow(msgspec.Struct, frozen=True, kw_only=True):
    """One place's figure in a table of places."""

    name: str
    href: str
    row: FigureRow
    pair: FigureRow | None = None


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What the release says of all the indicator's places beside one another."""

    level: str
    finding: str
    counted: tuple[Told, ...]
    budget: str
    card: str


class PlaceTable(msgspec.Struct, frozen=True, kw_only=True):
    """The places of one level in alphabetical order; those that only wait are also counted."""

    id: str
    title: str
    rows: tuple[PlaceRow, ...]
    n_waiting: int
    has_words: bool = False
    is_fact: bool = False


def indicator(
    release: Release | None, kpi: str, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> dict[str, object]:
    """The page of an indicator; NotFound for one that is not defined. Without a release: the definition alone."""
    text = next((one for one in texts if one.id == kpi), None)
    if text is None:
        raise not_found(kpi)
    pair = [one for one in texts if one.id == text.paired_with or one.paired_with == kpi]
    known: dict[str, object] = {
        "text": text,
        "domain": say(DOMAINS.get(text.domain, text.domain)),
        "pair": pair,
        "release": release,
    }
    if release is None:
        return {**known, "beside": None, "block": None, "tables": []}
    blocks = blocks_of(
        release, release.at("nation", NATION), [text, *pair], f"/indikator/{quote(kpi)}", say=say
    )
    return {
        **known,
        "beside": _beside(release, kpi, say),
        "block": blocks[0],
        "tables": [table for table in _tables(release, text, pair[:1], say) if table.rows],
        "csv": csv_address(release),
        "permalink": f"/indikator/{quote(kpi)}?r={quote(release.id)}",
    }


def _beside(release: Release, kpi: str, say: Words) -> Beside | None:
    """The comparison of homes, or of providers where homes are not compared; None of a release without any."""
    found = compared_at(release, kpi)
    if found is None or release.compared is None:
        return None
    return Beside(
        level=found.level,
        finding=finding(found, say),
        counted=counted(release.compared, found, say),
        budget=budget(found, say) if found.n_compared else "",
        card=f"/metod/modell/{quote(kpi)}",
    )


def indicators(texts: Iterable[IndicatorText], say: Words = SWEDISH) -> list[tuple[str, list[IndicatorText]]]:
    """All indicators by domain, as title and texts."""
    found: dict[str, list[IndicatorText]] = {domain: [] for domain in DOMAINS}
    for text in texts:
        found.setdefault(text.domain, []).append(text)
    return [(say(DOMAINS.get(domain, domain)), members) for domain, members in found.items() if members]


def _tables(
    release: Release, text: IndicatorText, pair: Sequence[IndicatorText], say: Words
) -> Iterator[PlaceTable]:
    providers = [
        (provider, homes[0].provider_name, f"/utforare/{quote(provider)}")
        for provider, homes in release.providers.items()
    ]
    homes = [(home.id, home.name, f"/hem/{quote(home.id)}") for home in release.homes.values()]
    groups = [(group, say(title), "/regi") for group, title in GROUPS.items()]
    lan = [(one, one, f"/lan?kpi={quote(text.id)}") for one in sorted(LAN, key=swedish_sort_key)]
    yield _table(release, text, pair, "group", say("Egen regi och köpt vård"), groups, say)
    yield _table(release, text, pair, "lan", say("Län"), lan, say)
    yield _table(release, text, pair, "provider", say("Utförare"), providers, say)
    yield _table(release, text, pair, "unit", say("Hem"), homes, say)


def _table(
    release: Release,
    text: IndicatorText,
    pair: Sequence[IndicatorText],
    level: str,
    title: str,
    places: Iterable[tuple[str, str, str]],
    say: Words,
) -> PlaceTable:
    rows, is_fact = [], False
    for whose, name, href in places:
        found = latest_of(release.at(level, whose))
        if text.id in found:
            is_fact = found[text.id].is_fact
            beside = beside_of(release, found[text.id])
            row = row_of(text, found[text.id], say, BAR_WIDTH, beside)
            other = row_of(pair[0], found.get(pair[0].id), say, BAR_WIDTH) if pair else None
            rows.append(PlaceRow(name=name, href=href, row=row, pair=other))
    waiting = sum(row.row.state is not None for row in rows)
    return PlaceTable(
        id=f"niva-{level}",
        title=title,
        rows=tuple(rows),
        n_waiting=0 if is_fact else waiting,  # nobody's answers are waited for
        is_fact=is_fact,
        has_words=any(place.row.outcome for place in rows),
    )
