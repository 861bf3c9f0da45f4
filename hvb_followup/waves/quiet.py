"""When a message may reach somebody: afternoons of working days (R7 R2). It never knows what the message says.

Never at night, on a weekend or on a Swedish holiday; so neither daylight-saving night is ever near.
"""

from __future__ import annotations

import datetime as dt

from hvb_followup.periods import STOCKHOLM, is_working_day, local_day, local_instant

FROM_HOUR, TO_HOUR = 15, 19  # local: after school, before the evening is somebody's own


def may_send(instant: dt.datetime) -> bool:
    """True when a message may go out at this instant."""
    local = instant.astimezone(STOCKHOLM)
    return FROM_HOUR <= local.hour < TO_HOUR and is_working_day(local.date())


def sending_from(instant: dt.datetime) -> dt.datetime:
    """The first instant from this one on at which a message may go out."""
    if may_send(instant):
        return instant
    day = local_day(instant)
    if instant.astimezone(STOCKHOLM).hour >= FROM_HOUR:
        day += dt.timedelta(days=1)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return local_instant(day, FROM_HOUR)
