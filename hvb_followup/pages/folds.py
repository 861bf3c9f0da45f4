"""A home's figures folded by theme: a line for each theme that says what was found, and behind it its figures."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hvb_followup.pages.blocks import Block
from hvb_followup.pages.grid import DOMAINS
from hvb_followup.pages.words import SWEDISH, Words


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """One theme: its title, what was found first, how much more there is, and its figures."""

    id: str
    title: str
    finding: str
    rest: str
    blocks: tuple[Block, ...]


def folds(blocks: Sequence[Block], say: Words = SWEDISH, source: str = "young") -> tuple[Fold, ...]:
    """The blocks by theme, in the order that every page has them; a block is of its first indicator's theme.

    ``source`` keeps a theme's place in the page apart from the same theme's of another source.
    """
    members: dict[str, list[Block]] = {}
    for block in blocks:
        members.setdefault(block.texts[0].domain, []).append(block)
    order = dict.fromkeys((*DOMAINS, *members))
    return tuple(_fold(source, domain, members[domain], say) for domain in order if domain in members)


def _fold(source: str, domain: str, blocks: list[Block], say: Words) -> Fold:
    """What is told comes before what waits; the order of results is never by result."""
    told = [block for block in blocks if block.rows[0].state is None]
    waiting = len(blocks) - len(told)
    rest = []
    if len(told) > 1:
        rest.append(
            say("%(n)s siffror till", n=say.number(len(told) - 1)) if len(told) > 2 else say("en siffra till")
        )
    if waiting:
        rest.append(say("%(n)s visas inte", n=say.number(waiting)))
    return Fold(
        id=f"tema-{source}-{domain}".replace("_", "-"),
        title=say(DOMAINS.get(domain, domain)),
        finding=told[0].finding if told else say("Inget kan visas än"),
        rest=", ".join(rest),
        blocks=tuple(blocks),
    )
