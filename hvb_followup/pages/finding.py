"""Finding homes: filters as the address says them, in; homes in alphabetical order, out. Never by result (DESIGN §5).

A filter looks at what is open about a home. One over a fact that no home of the release has is not offered,
so that it appears by itself when the register that brings the fact does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal
from urllib.parse import urlencode

import msgspec

from hvb_followup.pages.homes import OPERATING_FORMS, lines, type_called
from hvb_followup.pages.model import Home, Release
from hvb_followup.pages.words import SWEDISH, Words
from hvb_followup.registry import swedish_sort_key

Pairs = Sequence[tuple[str, str]]
Asked = Mapping[str, tuple[str, ...]]

PAGE = 100  # homes on a page
MOST_CHOSEN = 6
_LONGEST = 80
_GREATEST = 10_000_000


class Filter(msgspec.Struct, frozen=True):
    """One question about a home: how it is asked, and what of the home answers it.

    ``choice``: the home's value is one of those asked for; ``least`` and ``most``: its number is at least, at
    most, the one asked for; ``within``: the one asked for lies between its two numbers. None is not known.
    """

    id: str
    label: str
    kind: Literal["choice", "one", "least", "most", "within"]
    value: Callable[[Release, Home], str | int | tuple[int, int] | None]
    words: Mapping[str, str] = {}


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """A value that may be asked for, and how many homes have it."""

    value: str
    words: str
    n: str
    is_chosen: bool


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A filter in the form."""

    id: str
    label: str
    kind: str
    options: tuple[Option, ...] = ()
    value: str = ""
    problem: str = ""


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """A filter in use: in words, and the way to the same search without it, with how many homes that gives."""

    words: str
    without: str
    n: int
    homes: str


def _ages(_: Release, home: Home) -> tuple[int, int] | None:
    low, high = home.facts.get("age_from"), home.facts.get("age_to")
    return (low, high) if isinstance(low, int) and isinstance(high, int) else None


def _price(_: Release, home: Home) -> int | None:
    price = home.facts.get("price")
    return price // 100 if isinstance(price, int) else None


def _has_free(_: Release, home: Home) -> str | None:
    """ja where the home lately said so; None where it has none, did not say, or said it too long ago."""
    capacity = home.known.capacity if home.known else None
    return "ja" if capacity is not None and capacity.free else None


YES = {"ja": "ja"}
FILTERS = (
    Filter("lan", "Län", "choice", lambda _, home: home.lan),
    Filter("typ", "Typ av hem", "choice", lambda _, home: home.unit_type),
    Filter("regi", "Driftsform", "choice", lambda _, home: home.operating_form, OPERATING_FORMS),
    Filter("hos", "Utförare", "one", lambda _, home: home.provider),
    Filter("platser", "Minst så många platser", "least", lambda _, home: home.places),
    Filter("ledig", "Har ledig plats", "choice", _has_free, YES),
    Filter("alder", "Tar emot ålder (år)", "within", _ages),
    Filter("pris", "Högsta dygnspris, kronor", "most", _price),
    Filter("svar", "Minst så många svar", "least", lambda release, home: release.answers.get(home.id, 0)),
)


def search(release: Release | None, pairs: Pairs, say: Words = SWEDISH) -> dict[str, object]:
    """The page of a search: its form, its criteria in words, a page of homes, and those chosen so far.

    ``pairs`` are the address's names and values, in order; what cannot be understood is told beside its field
    and asks for nothing.
    """
    if release is None:
        return {"release": None}
    filters = [one for one in FILTERS if _is_known(one, release)]
    asked, problems = _asked(filters, pairs, say)
    found = matching(release, filters, asked)
    chosen = chosen_homes(release, pairs)
    number, n_pages = _page_number(pairs, len(found))
    shown = found[PAGE * (number - 1) : PAGE * number]
    away = [home for home in chosen if home not in {one.id for one in shown}]
    return {
        "release": release,
        "fields": [_field(one, release, asked, problems, say) for one in filters],
        "criteria": [
            _criterion(one, release, filters, asked, chosen, say) for one in filters if one.id in asked
        ],
        "homes": lines(release, shown, say, chosen),
        "found": say.count("ett hem", "%(n)s hem", len(found)),
        "n_found": len(found),
        "of_all": say.number(len(release.homes)),
        "carried": lines(release, [release.homes[home] for home in away], say, chosen),
        "page": number,
        "n_pages": n_pages,
        "pages_around": _around(asked, chosen, number, n_pages),
        "address": address(asked, chosen),
        "most_chosen": MOST_CHOSEN,
    }


def matching(release: Release, filters: Iterable[Filter], asked: Asked) -> list[Home]:
    """The homes that fit all that is asked, in Swedish alphabetical order."""
    used = [one for one in filters if one.id in asked]
    return [home for home in release.homes.values() if all(_fits(one, release, home, asked) for one in used)]


def chosen_homes(release: Release, pairs: Pairs) -> list[str]:
    """The homes ticked so far that the release knows, each once, in the order they came."""
    return [home for home in named(pairs, "ou") if home in release.homes]


def named(pairs: Pairs, name: str) -> list[str]:
    """The values of one name, given several times or with commas between, each once."""
    parts = (part.strip() for key, value in pairs if key == name for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def address(asked: Asked, chosen: Sequence[str] = (), page: int = 1) -> str:
    """The address of a search."""
    pairs = [(name, value) for name, values in asked.items() for value in values]
    pairs += [("ou", ",".join(chosen))] if chosen else []
    pairs += [("sida", str(page))] if page > 1 else []
    return f"/hitta?{urlencode(pairs, safe=',')}" if pairs else "/hitta"


def _is_known(one: Filter, release: Release) -> bool:
    return any(one.value(release, home) is not None for home in release.units)


def _asked(
    filters: Iterable[Filter], pairs: Pairs, say: Words
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, str]]]:
    """What is asked of each filter, and beside which there stood something that is no number."""
    asked: dict[str, tuple[str, ...]] = {}
    problems: dict[str, tuple[str, str]] = {}
    for one in filters:
        values = tuple(
            dict.fromkeys(
                value.strip()[:_LONGEST] for name, value in pairs if name == one.id and value.strip()
            )
        )
        if one.kind in {"choice", "one"}:
            asked |= {one.id: values} if values else {}
        elif values and _number(values[-1]) is None:
            problems[one.id] = values[-1], say("Skriv ett helt tal, till exempel 6.")
        elif values:
            asked[one.id] = (str(_number(values[-1])),)
    return asked, problems


def _number(text: str) -> int | None:
    return min(int(text), _GREATEST) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _fits(one: Filter, release: Release, home: Home, asked: Asked) -> bool:
    value, wanted = one.value(release, home), asked[one.id]
    if isinstance(value, str):
        return value in wanted
    if value is None:
        return False
    number = int(wanted[0])
    if isinstance(value, tuple):
        low, high = value
        return low <= number <= high
    return value >= number if one.kind == "least" else value <= number


def _field(
    one: Filter, release: Release, asked: Asked, problems: Mapping[str, tuple[str, str]], say: Words
) -> Field:
    wrong = problems.get(one.id, ("", ""))
    is_list = one.kind in {"choice", "one"}
    return Field(
        id=one.id,
        label=say(one.label),
        kind=one.kind if is_list else "number",
        options=tuple(_options(one, release, asked, say)) if is_list else (),
        value=wrong[0] if is_list or wrong[0] else asked.get(one.id, ("",))[0],
        problem=wrong[1],
    )


def _options(one: Filter, release: Release, asked: Asked, say: Words) -> Iterable[Option]:
    counts: dict[str, int] = {}
    for home in release.homes.values():
        value = one.value(release, home)
        if value:
            counts[str(value)] = counts.get(str(value), 0) + 1
    options = [
        Option(
            value=value,
            words=_value_words(one, value, release, say),
            n=say.number(n),
            is_chosen=value in asked.get(one.id, ()),
        )
        for value, n in counts.items()
    ]
    return sorted(options, key=lambda option: swedish_sort_key(option.words))


def _value_words(one: Filter, value: str, release: Release, say: Words) -> str:
    if one.id == "hos":
        return release.providers[value][0].provider_name if value in release.providers else value
    if one.id == "typ":
        return type_called(value, say)
    return say(one.words[value]) if value in one.words else value


def _criterion(
    one: Filter, release: Release, filters: Sequence[Filter], asked: Asked, chosen: Sequence[str], say: Words
) -> Criterion:
    others = {name: values for name, values in asked.items() if name != one.id}
    n = len(matching(release, filters, others))
    said = f" {say('eller')} ".join(_value_words(one, value, release, say) for value in asked[one.id])
    return Criterion(
        words=f"{say(one.label)}: {said}",
        without=address(others, chosen),
        n=n,
        homes=say.count("ett hem", "%(n)s hem", n),
    )


def _page_number(pairs: Pairs, n_found: int) -> tuple[int, int]:
    n_pages = max(1, -(-n_found // PAGE))
    wanted = _number(dict(pairs).get("sida", "1")) or 1
    return min(max(wanted, 1), n_pages), n_pages


def _around(asked: Asked, chosen: Sequence[str], number: int, n_pages: int) -> dict[str, str]:
    """The way to the page before and the page after, where there are any."""
    around = {"before": number - 1, "after": number + 1}
    return {name: address(asked, chosen, page) for name, page in around.items() if 1 <= page <= n_pages}
