"""How each young person wants to be asked: given by the placing municipality, never by the home, and never read again.

The municipality sees for which of its own placements there is an address and which of them is to be mended: one to
which a first invitation could not be delivered. Of reminders nothing is told, for that would tell who has answered.
"""

from __future__ import annotations

import msgspec

from hvb_followup.access import POLICY, Permission
from hvb_followup.actions.context import Context
from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.keys.contacts import seal_contact
from hvb_followup.registry import Placement
from hvb_followup.store import contacts, homes
from hvb_followup.waves.contact import Channel, contact
from hvb_followup.waves.moments import last_moment_on

NO_ADDRESS = Problem(
    code="contact-address",
    where="Adress",
    says="Det går inte att läsa som ett mobilnummer eller en e-postadress.",
    mend="Skriv till exempel 070-123 45 67 eller namn@exempel.se.",
)
LANGUAGES = ("sv", "en")


class OwnContact(msgspec.Struct, frozen=True, kw_only=True):
    """A placement of the municipality that can still be asked something, and whether it has an address to mend."""

    placement: Placement
    is_given: bool
    to_mend: bool


async def own_contacts(context: Context) -> list[OwnContact]:
    """The municipality's placements that can still be asked something; the look leaves an audit row."""
    municipality = _municipality(context)
    given = await contacts.of_municipality(context.database, municipality)
    found = [
        OwnContact(placement=one, is_given=one.id in given, to_mend=given.get(one.id, False))
        for one in await homes.placements_of(municipality)
        if (last_on := last_moment_on(one)) is None or last_on >= context.today
    ]
    async with context.database.transaction():
        await context.note(Permission.CONTACT_KEEP, f"{municipality} sett")
    return found


async def keep_contact(
    context: Context,
    public: bytes,
    placement: str,
    channel: str,
    typed: str,
    language: str,
    *,
    protected: bool = False,
) -> None:
    """Seal the address of an own placement; Refused when it is none.

    By letter nothing is kept, and what was is erased: then the page says that the municipality writes. Protected
    identity is a letter like any other, and nothing here tells the two apart.
    """
    await _own(context, placement)
    if channel not in list(Channel) or language not in LANGUAGES:
        raise Refused(NO_ADDRESS)
    made = contact(Channel(channel), typed, language, protected=protected)
    if made is None:
        raise Refused(NO_ADDRESS)
    async with context.database.transaction():
        if made.is_sent:
            await contacts.put(context.database, placement, seal_contact(made, placement, public))
        else:
            await contacts.erase(context.database, [placement])
        await context.note(Permission.CONTACT_KEEP, f"{placement} lagd")


async def erase_contact(context: Context, placement: str) -> None:
    """Forget the address of an own placement: nothing more is sent to it, from this moment."""
    await _own(context, placement)
    async with context.database.transaction():
        await contacts.erase(context.database, [placement])
        await context.note(Permission.CONTACT_KEEP, f"{placement} borttagen")


async def _own(context: Context, placement: str) -> None:
    """NotFound unless the municipality made the placement; foreign and missing look alike."""
    if placement not in await homes.placed_by(_municipality(context)):
        raise not_found(placement)


def _municipality(context: Context) -> str:
    """The municipality that the person speaks for; NotFound when she speaks for none or may not do this."""
    if Permission.CONTACT_KEEP not in POLICY[context.person.role] or not context.person.scope:
        raise not_found()
    return context.person.scope
