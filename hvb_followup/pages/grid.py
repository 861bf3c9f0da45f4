"""Figures side by side: rows are indicators by domain, columns are homes, providers or groups; no order by result.

Of two homes or providers the page says what the release says of the pair, and of groups that nothing is tested.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from urllib.parse import quote, urlencode

import msgspec

from hvb_followup.pages.blocks import FigureRow, beside_of, csv_address, latest_of, paired, row_of
from hvb_followup.pages.charts import Cell, dot_of, has_share
from hvb_followup.pages.finding import MOST_CHOSEN, Pairs, named
from hvb_followup.pages.homes import facts_of, state_of_home
from hvb_followup.pages.model import Figure, IndicatorText, Release
from hvb_followup.pages.words import SWEDISH, Words

NATION = "SE"
FEWEST = 2
BAR_WIDTH = 160
_LONGEST = 12

# The five parts of good care, and what surrounds them (SOU 2023:66).
DOMAINS = {
    "upbringing": "Omtanke och uppväxt",
    "support": "Råd, stöd och hjälp",
    "contact": "Kontakt med familj och närstående",
    "education": "Skola och utbildning",
    "health": "Hälsa",
    "stability": "Stabilitet",
    "staff": "Personal",
    "safety": "Trygghet och säkerhet",
    "cost": "Kostnad",
    "data_quality": "Så mycket vet vi",
}
GROUPS = {"own": "Kommunens egen regi", "bought": "Köpt vård"}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One home, provider or group; ``facts`` stand above its figures."""

    level: str
    whose: str
    title: str
    href: str = ""
    facts: tuple[tuple[str, str], ...] = ()


class GridRow(msgspec.Struct, frozen=True, kw_only=True):
    """One indicator over all columns.

    ``finding`` says that none differ for certain, or, of two, what the one pair says; ``pairs`` are those that
    differ for certain or give a sign, ``others`` the rest. ``is_untested`` where no two were compared.
    """

    id: str
    title: str
    href: str
    cells: tuple[FigureRow, ...]
    is_first: bool
    is_last: bool
    is_untested: bool
    finding: str = ""
    pairs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


class GridDomain(msgspec.Struct, frozen=True, kw_only=True):
    """The indicators of one domain; pairs stand next to each other."""

    id: str
    title: str
    rows: tuple[GridRow, ...]


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """A whole comparison."""

    columns: tuple[Column, ...]
    domains: tuple[GridDomain, ...]


def grid(
    release: Release, columns: Sequence[Column], texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> Grid:
    """Every indicator for every column, in the order of ``texts`` within its domain, pairs together."""
    figures = [latest_of(release.at(column.level, column.whose)) for column in columns]
    groups = [group for group in paired(texts) if _is_told(group, figures)]
    domains = [
        GridDomain(
            id=domain,
            title=say(DOMAINS.get(domain, domain)),
            rows=tuple(
                row
                for group in groups
                if group[0].domain == domain
                for row in _rows(release, columns, group, figures, say)
            ),
        )
        for domain in dict.fromkeys((*DOMAINS, *(group[0].domain for group in groups)))
    ]
    return Grid(columns=tuple(columns), domains=tuple(domain for domain in domains if domain.rows))


def compare(
    release: Release | None, pairs: Pairs, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> tuple[dict[str, object], int]:
    """The page of a comparison and its HTTP status: two to six homes (``ou``) or providers (``utforare``).

    With none it says how to choose; with one, with seven or with unknown ones it says what is wrong.
    """
    if release is None:
        return {"release": None}, 200
    level = "provider" if named(pairs, "utforare") and not named(pairs, "ou") else "unit"
    asked = named(pairs, "utforare" if level == "provider" else "ou")
    known = release.providers if level == "provider" else release.homes
    kpis = named(pairs, "kpi")
    chosen = [one for one in asked if one in known]
    problems, status = _problems(asked, chosen, kpis, texts, say)
    columns = [_column(release, level, one, say) for one in chosen] if asked and not problems else []
    nation = [nation_column(say)] if columns else []
    made = grid(release, [*columns, *nation], _picked(texts, kpis), say) if columns else None
    return {
        "release": release,
        "level": level,
        "problems": problems,
        "chosen": [_column(release, level, one, say) for one in chosen[: MOST_CHOSEN + 1]],
        "grid": made,
        "indicators": [(text.id, text.title, text.id in kpis) for text in texts],
        "permalink": _permalink(level, chosen, kpis, release),
        "back": _back(pairs, chosen) if level == "unit" else "",
        "csv": csv_address(release),
        "most_chosen": MOST_CHOSEN,
        "axis": _axis(level, chosen, kpis, release, say) if made and _is_drawn(made) else "",
    }, status


def cells(
    release: Release, pairs: Pairs, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> tuple[Cell, ...]:
    """Every share of a comparison's places on one axis, as its page has them; nothing where the page has a problem."""
    context, status = compare(release, pairs, texts, say)
    made = context.get("grid")
    if status != 200 or not isinstance(made, Grid):
        return ()
    columns = [column for column in made.columns if column.level != "nation"]
    figures = [latest_of(release.at(column.level, column.whose)) for column in columns]
    return tuple(
        Cell(indicator=row.title, place=column.title, dot=dot_of(found[row.id], column.title))
        for domain in made.domains
        for row in domain.rows
        for column, found in zip(columns, figures, strict=True)
        if row.id in found and has_share(found[row.id])
    )


def operating_forms(
    release: Release | None, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> dict[str, object]:
    """Own against bought care, as groups, beside the nation."""
    if release is None:
        return {"release": None}
    own = sum(home.operating_form == "municipal_own" for home in release.units)
    homes = {"own": own, "bought": len(release.units) - own}
    columns = [
        Column(
            level="group",
            whose=group,
            title=say(title),
            facts=((say("Hem"), say.number(homes[group])),),
        )
        for group, title in GROUPS.items()
    ]
    return {
        "release": release,
        "grid": grid(release, [*columns, nation_column(say)], texts, say),
        "permalink": f"/regi?r={quote(release.id)}",
        "csv": csv_address(release),
    }


def nation_column(say: Words) -> Column:
    """The whole country."""
    return Column(level="nation", whose=NATION, title=say("Hela landet"))


def _column(release: Release, level: str, whose: str, say: Words) -> Column:
    if level == "unit":
        home = release.homes[whose]
        state = (say("Läge"), say(state_of_home(release, whose).words))
        facts = (*facts_of(home, say), state)
        return Column(level=level, whose=whose, title=home.name, href=f"/hem/{quote(whose)}", facts=facts)
    homes = release.providers[whose]
    return Column(
        level=level,
        whose=whose,
        title=homes[0].provider_name,
        href=f"/utforare/{quote(whose)}",
        facts=(
            (say("Hem"), say.number(len(homes))),
            (say("Platser"), say.number(sum(one.places for one in homes))),
        ),
    )


def _is_told(group: Sequence[IndicatorText], figures: Iterable[Mapping[str, Figure]]) -> bool:
    """Some indicators are never told at a level; a row of nothing but waiting says nothing."""
    return any(text.id in found for found in figures for text in group)


def _rows(
    release: Release,
    columns: Sequence[Column],
    group: Sequence[IndicatorText],
    figures: Sequence[Mapping[str, Figure]],
    say: Words,
) -> Iterable[GridRow]:
    for number, text in enumerate(group):
        told = [found.get(text.id) for found in figures]
        cells = tuple(_cell(release, text, figure, say) for figure in told)
        row = GridRow(
            id=text.id,
            title=text.title,
            href=f"/indikator/{quote(text.id)}",
            cells=cells,
            is_first=number == 0,
            is_last=number == len(group) - 1,
            is_untested=sum(cell.bar is not None for cell in cells) > 1,
        )
        yield _with_pairs(row, release, columns, say)


def _cell(release: Release, text: IndicatorText, figure: Figure | None, say: Words) -> FigureRow:
    beside = beside_of(release, figure) if figure is not None else None
    return row_of(text, figure, say, BAR_WIDTH, beside)


def _with_pairs(row: GridRow, release: Release, columns: Sequence[Column], say: Words) -> GridRow:
    """The row with what its release says of each two of the columns."""
    places = [column for column in columns if column.level in ("unit", "provider")]
    beside = release.compared
    figure = beside.at(row.id, places[0].level) if beside is not None and places else None
    if beside is None or figure is None:
        return row
    told = [
        (pair, beside.sentence(pair, one.title, other.title, say.language))
        for one, other in combinations(places, 2)
        for pair in [figure.pair(one.whose, other.whose)]
        if pair is not None
    ]
    if len(told) == 1:
        return msgspec.structs.replace(row, is_untested=False, finding=told[0][1])
    if not told:
        return row
    none_sure = "" if any(pair.is_sure for pair, _ in told) else beside.no_pair[say.language == "en"]
    return msgspec.structs.replace(
        row,
        is_untested=False,
        finding=none_sure,
        pairs=tuple(says for pair, says in told if pair.code != "alike"),
        others=tuple(says for pair, says in told if pair.code == "alike"),
    )


def _picked(texts: Sequence[IndicatorText], kpis: Sequence[str]) -> Sequence[IndicatorText]:
    """The indicators asked for, each with its pair; all where none is asked for."""
    if not kpis:
        return texts
    return [text for group in paired(texts) if any(one.id in kpis for one in group) for text in group]


def _problems(
    asked: Sequence[str],
    chosen: Sequence[str],
    kpis: Sequence[str],
    texts: Sequence[IndicatorText],
    say: Words,
) -> tuple[list[str], int]:
    unknown = [one[:_LONGEST] for one in asked if one not in chosen]
    odd = [one[:_LONGEST] for one in kpis if one not in {text.id for text in texts}]
    found = [say("Det finns ingen med id %(id)s i den här publiceringen.", id=one) for one in unknown[:10]]
    found += [say("Det finns inget nyckeltal som heter %(id)s.", id=one) for one in odd[:10]]
    if found:
        return found, 404
    if len(chosen) == 1:
        return [say("Du har valt en. Välj minst en till.")], 400
    if len(chosen) > MOST_CHOSEN:
        said = say(
            "Du har valt %(n)s. Välj högst %(most)s, så att de får plats bredvid varandra.",
            n=len(chosen),
            most=MOST_CHOSEN,
        )
        return [said], 400
    return [], 200


def _is_drawn(made: Grid) -> bool:
    """Whether any of the chosen places has a share to draw; the nation alone is no comparison."""
    chosen = [number for number, column in enumerate(made.columns) if column.level != "nation"]
    return any(
        row.cells[number].bar is not None
        for domain in made.domains
        for row in domain.rows
        for number in chosen
    )


def _axis(level: str, chosen: Sequence[str], kpis: Sequence[str], release: Release, say: Words) -> str:
    """Where the comparison's chart is fetched."""
    name = "utforare" if level == "provider" else "ou"
    asked = [(name, ",".join(chosen)), *([("kpi", ",".join(kpis))] if kpis else []), ("r", release.id)]
    asked += [("lang", say.language)] if say.language != "sv" else []
    return f"/diagram/jamfor?{urlencode(asked, safe=',')}"


def _permalink(level: str, chosen: Sequence[str], kpis: Sequence[str], release: Release) -> str:
    name = "utforare" if level == "provider" else "ou"
    pairs = [(name, ",".join(chosen)), *([("kpi", ",".join(kpis))] if kpis else []), ("r", release.id)]
    return f"/jamfor?{urlencode(pairs, safe=',')}"


def _back(pairs: Pairs, chosen: Sequence[str]) -> str:
    """The search that the homes came from, with the same homes ticked."""
    kept = [
        (name, value) for name, value in pairs if name not in {"ou", "kpi", "r", "lang", "sida"} and value
    ]
    kept += [("ou", ",".join(chosen))] if chosen else []
    return f"/hitta?{urlencode(kept, safe=',')}" if kept else "/hitta"
