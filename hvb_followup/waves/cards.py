"""At which moment a placement is to be given a card or a letter today (R7 §3.9, DESIGN §12).

The same moments as messages are sent about, by the register's dates alone. The room must never know who has answered,
nor who has been given what: that a card is given once in a wave is seen to by whoever gives it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from hvb_followup.registry import Placement
from hvb_followup.waves.merging import exit_is_near
from hvb_followup.waves.moments import Moment, is_still_of, moments


def due(placement: Placement, names: Collection[str], today: dt.date) -> Moment | None:
    """What to ask about the placement today, of the moments that a questionnaire has; None: nothing.

    Exit wins over all else, and what is asked along the way waits for an exit that is near.
    """
    found = [
        one
        for one in moments(placement, today, still=today)
        if one.name in names and one.is_open_on(today) and is_still_of(one.name, placement, today)
    ]
    if "follow_up" in names and exit_is_near(placement, today):
        found = [one for one in found if one.name != "follow_up"]
    exits = [one for one in found if one.name == "exit"]
    return next(reversed(exits or found), None)
