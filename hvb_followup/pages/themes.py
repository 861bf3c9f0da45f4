"""A theme: a public page written as data (dashboards/pages/): a heading, a few words, and some indicators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec

from hvb_followup.pages.blocks import blocks_of, csv_address
from hvb_followup.pages.grid import NATION
from hvb_followup.pages.model import IndicatorText, Release
from hvb_followup.pages.words import Words

LANGUAGES = ("sv", "en")


class Theme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file in dashboards/pages/ says; title and lead by language."""

    id: str
    title: dict[str, str]
    lead: dict[str, str]
    indicators: tuple[str, ...]


def faults(theme: Theme, known: set[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a theme, as (key, sentence); ``known`` are the indicators there are."""
    for key in ("title", "lead"):
        missing = [language for language in LANGUAGES if not getattr(theme, key).get(language, "").strip()]
        if missing:
            yield key, f"Texten saknas på {', '.join(missing)}."
    for one in theme.indicators:
        if one not in known:
            yield "indicators", f"Nyckeltalet {one!r} finns inte."
    if not theme.indicators:
        yield "indicators", "Sidan har inga nyckeltal."


def theme(
    release: Release | None, asked: Theme, texts: Sequence[IndicatorText], say: Words
) -> dict[str, object]:
    """The theme's figures for the nation, in the order of the file; a pair is never shown apart (DESIGN §5)."""
    shown = {"title": asked.title[say.language], "lead": asked.lead[say.language]}
    if release is None:
        return {**shown, "release": None, "blocks": ()}
    place = {one: number for number, one in enumerate(asked.indicators)}
    pairs = {text.id: text.paired_with for text in texts}
    order = {
        text.id: place.get(text.id, place.get(pairs[text.id], len(place)) + 0.5)
        for text in texts
        if text.id in place or pairs[text.id] in place
    }
    chosen = sorted((text for text in texts if text.id in order), key=lambda text: order[text.id])
    figures = release.at("nation", NATION)
    blocks = blocks_of(release, figures, chosen, f"/tema/{quote(asked.id)}", say=say)
    return {**shown, "release": release, "blocks": blocks, "csv": csv_address(release)}
