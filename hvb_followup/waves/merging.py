"""What is asked together, and when it would be too much: one sitting out of all that is due (R7 R3, DESIGN §12).

Exit always wins, takes in what else is due, and is never lost to the burden cap. The room must never know who has
answered: the cap counts invitations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence

import msgspec

from hvb_followup.registry import Placement
from hvb_followup.waves.following import AROUND_EXIT
from hvb_followup.waves.moments import FOLLOW_UP_DAYS, Moment, moments

BURDEN = dt.timedelta(weeks=10)  # never more than one invitation in so long a time
SETTLED = dt.timedelta(weeks=4)  # before that there is little to say of how it is to live there
LEFT = dt.timedelta(weeks=1)  # who is asked at the very end of a season has no time to answer
EXPERIENCE = "experience"  # how it is to live there, asked in the half-year's window
OUTCOME = "outcome"  # how she is, asked at moments


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One questionnaire of a sitting: which of the two, its moment ("" for none), and its last day."""

    about: str
    moment: str
    last_on: dt.date


class Sitting(msgspec.Struct, frozen=True, kw_only=True):
    """What one invitation asks for, and the moments it serves with the first day of each."""

    parts: tuple[Part, ...]
    serves: tuple[tuple[str, dt.date], ...]

    @property
    def last_on(self) -> dt.date:
        """The last day on which anything of it can be answered."""
        return max(part.last_on for part in self.parts)


def without(whole: Sitting, abouts: Collection[str]) -> Sitting:
    """What is left where these are not asked in the home: the other part, and the moments that it serves."""
    serves = [one for one in whole.serves if _about(one[0]) not in abouts]
    parts = [one for one in whole.parts if one.about not in abouts]
    return Sitting(parts=tuple(parts), serves=tuple(serves))


def _about(key: str) -> str:
    return EXPERIENCE if key.partition(" ")[0] == EXPERIENCE else OUTCOME


class Season(msgspec.Struct, frozen=True, kw_only=True):
    """The days between which the half-year's question of how it is to live there is open, and the half-year."""

    half_year: str
    first_on: dt.date
    last_on: dt.date


# When the moment with this key was last asked about; None: never.
AskedOn = Callable[[str], dt.date | None]


def sitting(
    placement: Placement, day: dt.date, asked_on: AskedOn, latest: dt.date | None, season: Season | None
) -> Sitting | None:
    """The one sitting to invite to on a day, or None.

    ``latest``: the day of the placement's latest invitation, whatever it asked; ``season``: where one is open.
    """
    due = [one for one in moments(placement, day) if one.is_open_on(day) and not _is_served(one, asked_on)]
    exits = [one for one in due if one.name == "exit"]
    lives = _experience(placement, day, asked_on, season)
    if exits:
        return _together(exits[-1], due, lives)
    if latest is not None and day - latest < BURDEN:
        return None
    due = [one for one in due if one.name in {"start", "after"} or not exit_is_near(placement, day)]
    if due:
        return _together(due[-1], due, lives)
    if lives is None or exit_is_near(placement, day) or _waits_for_another(placement, day, lives):
        return None
    return _together(None, (), lives)


def _is_served(one: Moment, asked_on: AskedOn) -> bool:
    """An end that was moved is another exit: what was asked before its days does not serve it."""
    asked = asked_on(one.key)
    return asked is not None and asked >= one.first_on


def _experience(
    placement: Placement, day: dt.date, asked_on: AskedOn, season: Season | None
) -> Season | None:
    """The season, where she lives there, is settled, and has not been asked in it."""
    if season is None or not season.first_on <= day <= season.last_on - LEFT:
        return None
    if not placement.is_resident_on(day):
        return None
    asked = asked_on(f"{EXPERIENCE} {season.half_year}")
    return season if asked is None and day - placement.starts_on >= SETTLED else None


def exit_is_near(placement: Placement, day: dt.date) -> bool:
    """True when the exit would come within the cap: what is due along the way waits for it."""
    if placement.ends_on is None:
        return False
    return placement.ends_on - dt.timedelta(days=AROUND_EXIT) - day < BURDEN


def _waits_for_another(placement: Placement, day: dt.date, season: Season) -> bool:
    """True when a moment along the way begins in time for one sitting, or would be lost to the cap if asked now."""
    in_season = season.last_on - LEFT
    not_lost = day + BURDEN - dt.timedelta(days=FOLLOW_UP_DAYS)
    latest = max(in_season, not_lost)
    return any(day < one.first_on <= latest for one in moments(placement, latest) if one.name == "follow_up")


def _together(main: Moment | None, due: Sequence[Moment], season: Season | None) -> Sitting:
    parts, serves = [], [(one.key, one.first_on) for one in due]
    if main is not None:
        parts.append(Part(about=OUTCOME, moment=main.name, last_on=main.answer_by))
    if season is not None:
        parts.append(Part(about=EXPERIENCE, moment="", last_on=season.last_on))
        serves.append((f"{EXPERIENCE} {season.half_year}", season.first_on))
    return Sitting(parts=tuple(parts), serves=tuple(serves))
