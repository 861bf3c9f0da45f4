"""Pages of places wider than a home: a provider, and the län as a map of equal tiles."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

import msgspec

from hvb_followup.errors import not_found
from hvb_followup.pages.blocks import FigureRow, blocks_of, csv_address, latest_of, paired, row_of
from hvb_followup.pages.finding import Pairs, named
from hvb_followup.pages.homes import form_words, lines
from hvb_followup.pages.model import IndicatorText, Release
from hvb_followup.pages.sections import sections
from hvb_followup.pages.words import SWEDISH, Words
from hvb_followup.registry import LAN, swedish_sort_key

BAR_WIDTH = 160

# A name that can stand in an address and a style sheet, and the letters that people know the län by.
LAN_SIGNS = {
    "Blekinge": ("blekinge", "K"),
    "Dalarna": ("dalarna", "W"),
    "Gotland": ("gotland", "I"),
    "Gävleborg": ("gavleborg", "X"),
    "Halland": ("halland", "N"),
    "Jämtland": ("jamtland", "Z"),
    "Jönköping": ("jonkoping", "F"),
    "Kalmar": ("kalmar", "H"),
    "Kronoberg": ("kronoberg", "G"),
    "Norrbotten": ("norrbotten", "BD"),
    "Skåne": ("skane", "M"),
    "Stockholm": ("stockholm", "AB"),
    "Södermanland": ("sodermanland", "D"),
    "Uppsala": ("uppsala", "C"),
    "Värmland": ("varmland", "S"),
    "Västerbotten": ("vasterbotten", "AC"),
    "Västernorrland": ("vasternorrland", "Y"),
    "Västmanland": ("vastmanland", "U"),
    "Västra Götaland": ("vastra-gotaland", "O"),
    "Örebro": ("orebro", "T"),
    "Östergötland": ("ostergotland", "E"),
}


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One län: its figure of the indicator and of its pair, or why there is none."""

    id: str
    letters: str
    name: str
    homes: str
    href: str
    rows: tuple[FigureRow, ...]


def provider(
    release: Release, provider_id: str, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> dict[str, object]:
    """A provider: its homes, what is open about it, and its figures; NotFound where the release has no such."""
    homes = release.providers.get(provider_id)
    if homes is None:
        raise not_found(provider_id)
    figures = release.at("provider", provider_id)
    told = {figure.indicator for figure in figures}
    forms = sorted({form_words(home, say) for home in homes}, key=swedish_sort_key)
    own_texts = [text for text in texts if text.id in told]
    blocks = blocks_of(release, figures, own_texts, f"/utforare/{quote(provider_id)}", say=say)
    return {
        "release": release,
        "name": homes[0].provider_name,
        "provider": provider_id,
        "facts": [
            (say("Hem"), say.number(len(homes))),
            (say("Platser"), say.number(sum(home.places for home in homes))),
            (say("Län"), ", ".join(sorted({home.lan for home in homes}, key=swedish_sort_key))),
            (say("Driftsform"), ", ".join(forms)),
        ],
        "homes": lines(release, homes, say),
        "compare": f"/jamfor?{urlencode({'ou': ','.join(home.id for home in homes)}, safe=',')}",
        "n_homes": len(homes),
        "others": [
            (other, members[0].provider_name)
            for other, members in release.providers.items()
            if other != provider_id
        ],
        "sections": sections(blocks, say("Så svarar unga hos utföraren"), say),
    }


def counties(
    release: Release | None, pairs: Pairs, texts: Sequence[IndicatorText], say: Words = SWEDISH
) -> dict[str, object]:
    """The 21 län as equal tiles, for the indicator that the address names (``kpi``); NotFound for an unknown one."""
    if release is None:
        return {"release": None}
    figures = {lan: latest_of(release.at("lan", lan)) for lan in LAN}
    told = {indicator for found in figures.values() for indicator in found}
    groups = [group for group in paired(texts) if group[0].id in told]
    if not groups:
        return {"release": release, "group": (), "groups": [], "tiles": [], "csv": csv_address(release)}
    wanted = (named(pairs, "kpi") or [groups[0][0].id])[0]
    group = next((one for one in groups if any(text.id == wanted for text in one)), None)
    if group is None:
        raise not_found(wanted[:20])
    n_homes = {lan: sum(home.lan == lan for home in release.units) for lan in LAN}
    return {
        "release": release,
        "group": group,
        "groups": [(one[0].id, one[0].title) for one in groups],
        "tiles": [
            Tile(
                id=LAN_SIGNS[lan][0],
                letters=LAN_SIGNS[lan][1],
                name=lan,
                homes=say.count("ett hem", "%(n)s hem", n_homes[lan]),
                href=f"/hitta?{urlencode({'lan': lan})}" if n_homes[lan] else "",
                rows=tuple(row_of(text, figures[lan].get(text.id), say, BAR_WIDTH) for text in group)
                if n_homes[lan]
                else (),
            )
            for lan in sorted(LAN, key=swedish_sort_key)
        ],
        "permalink": f"/lan?kpi={quote(group[0].id)}&r={quote(release.id)}",
        "csv": csv_address(release),
    }
