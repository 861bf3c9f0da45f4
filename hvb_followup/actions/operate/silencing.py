"""Heeding who wants no more messages: the address is erased at once, and nobody is told.

Done by whoever sends, who alone can open an address, before anything is planned or sent. No audit row: it would tell
the trail's readers when somebody said no. What waits in the outbox is dropped when its time comes, as if answered.
"""

from __future__ import annotations

from hvb_followup.actions.context import Context
from hvb_followup.keys.contacts import open_contact, open_wish
from hvb_followup.keys.mailing import MailingKeys
from hvb_followup.periods import months_after
from hvb_followup.store import contacts, silences
from hvb_followup.waves.contact import stop_id

KEPT_MONTHS = 36  # as long as a link of her answers is


async def heed_wishes(context: Context, keys: MailingKeys) -> int:
    """Erase every address whose holder wants no more, of every placement that has it; how many wishes there were."""
    wishes = await silences.wishes(context.database)
    if not wishes:
        return 0
    said = [wish for body in wishes.values() if (wish := open_wish(body, keys.contacts)) is not None]
    silent = {_id_of(wish, keys) for wish in said}
    mine = [
        one.placement.id
        for one in await contacts.every(context.database)
        if (contact := open_contact(one.body, one.placement.id, keys.contacts)) is not None
        and stop_id(keys.outbox, contact.address) in silent
    ]
    async with context.database.transaction():
        await contacts.erase(context.database, mine)
        await silences.silence(context.database, sorted(silent), context.today)
        await silences.end_wishes(context.database, list(wishes))
        await silences.sweep(context.database, months_after(context.today, -KEPT_MONTHS))
    return len(wishes)


def _id_of(wish: str, keys: MailingKeys) -> bytes:
    """The id that a link carried, or that of the number an SMS came from."""
    return stop_id(keys.outbox, wish) if wish.startswith("+") else bytes.fromhex(wish)
