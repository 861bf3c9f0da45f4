"""How many tries in vain are too many, and how slowly one may go on then. Nobody is ever shut out.

Three counters are kept for a window of time: tries from one net, tries everywhere (the budget of the whole service),
and, where something is tried by name, tries on one name. Until one of them is full a visitor goes freely. Then she
goes slowly: one try a pause. A net that has hardly tried anything is never slowed by what others do, so that a young
person with a right code gets in at once even while somebody guesses from a thousand other nets; and one who shares her
net with the guesser waits for a turn. A try is let through or not *before* anything is looked up: being told "too many"
says nothing of what was typed, and guessing has a top speed. What is asked at the same instant is let through together:
the overshoot is what one process has on its way to the disk, not what can be kept up.

The arithmetic, as ``hits_a_year`` has it and tests/test_throttling.py checks it. A guesser who never rests, from so many
nets, against 10 000 live codes of 50 bits, or 10 000 receipts of 501 to the fourth:

    nets       codes guessed right in a year      answers taken back in a year
    1          0.00002                            0.002
    1 000      0.0005                             0.13
    100 000    0.02                               12

A code that is guessed lets its finder answer once and read nothing. The receipts are the weaker place: four words of 501
are 36 bits, behind the strictest limit. With three words, as before, every number was 501 times as large.

The room knows no clock, database or address: a net is a text here, and its counters' names are hashed by who keeps them.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from enum import StrEnum

import msgspec

from hvb_followup.periods import local_day, local_instant

YEAR = dt.timedelta(days=365)
# Nobody comes from these on the open net: it is a proxy that is not believed, or this machine.
OWN = tuple(
    ipaddress.ip_network(one)
    for one in (
        *("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)


class Pace(StrEnum):
    """How a visitor may go on: freely, slowly by herself, or in turn with all who are slowed together."""

    FREE = "free"
    SLOW = "slow"
    IN_TURN = "in_turn"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one kind of try may cost in a window.

    ``here`` from one net, ``everywhere`` from all, ``by_name`` on one name (0: nothing is tried by name); a net with
    fewer than ``fresh`` is not slowed by the other two. ``pause`` between tries of who goes slowly, ``turn`` between
    those of all who go in turn. Nets are counted in ``buckets``, several in each, where also those who do nothing wrong
    are counted: no counter is then one household's, not even to who has the key. 0: each by itself.
    """

    what: str
    window: dt.timedelta
    here: int
    everywhere: int
    fresh: int
    pause: dt.timedelta
    turn: dt.timedelta
    by_name: int = 0
    buckets: int = 0


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

# Only a code that is well formed and opens nothing is counted: the check symbol takes 31 of 32 slips of the finger.
CODES = Limits(
    what="code",
    window=HOUR,
    here=60,
    everywhere=1000,
    fresh=3,
    pause=dt.timedelta(seconds=20),
    turn=dt.timedelta(seconds=2),
)
# Taking an answer back: nobody knows before the close whether the words are right, so every try is counted.
RECEIPTS = Limits(
    what="receipt",
    window=DAY,
    here=5,
    everywhere=50,
    fresh=2,
    pause=HOUR,
    turn=dt.timedelta(minutes=10),
    buckets=4096,
)
# How a case goes: a hit tells that somebody has read something, and nothing else.
STATUS = Limits(
    what="status",
    window=DAY,
    here=20,
    everywhere=400,
    fresh=3,
    pause=dt.timedelta(minutes=10),
    turn=dt.timedelta(minutes=2),
    buckets=4096,
)
# Asking for help is never refused, and never made to wait: past these a case is marked, and read after those that are not.
HELP = Limits(
    what="help",
    window=HOUR,
    here=5,
    everywhere=100,
    fresh=2,
    pause=dt.timedelta(0),
    turn=dt.timedelta(0),
    buckets=256,
)
# Staff. No account is ever locked: its holder, from a net where nothing is wrong, signs in while others try her name.
SIGN_IN = Limits(
    what="sign-in",
    window=dt.timedelta(minutes=15),
    here=30,
    everywhere=500,
    fresh=3,
    pause=dt.timedelta(minutes=5),
    turn=dt.timedelta(seconds=2),
    by_name=5,
)


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """How many tries in vain there have been in this window; ``here`` is None where the net is not known."""

    here: int | None
    everywhere: int
    by_name: int = 0


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Who tries: the net, "" where it is not known, and the name that is tried, if any."""

    net: str = ""
    name: str = ""


def pace(limits: Limits, tried: Tried) -> Pace:
    """How a visitor may go on after so many tries in vain."""
    is_fresh = tried.here is not None and tried.here < limits.fresh
    if tried.everywhere >= limits.everywhere and not is_fresh:
        return Pace.IN_TURN
    if tried.here is not None and tried.here >= limits.here:
        return Pace.SLOW
    if limits.by_name and tried.by_name >= limits.by_name and not is_fresh:
        return Pace.SLOW
    return Pace.FREE


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """The names under which a window's tries are counted, in clear: to be hashed with a key of the ``day``."""

    day: dt.date
    here: str
    everywhere: str
    by_name: str

    @property
    def every(self) -> tuple[str, ...]:
        """The names of the counters that there are."""
        return tuple(one for one in (self.here, self.everywhere, self.by_name) if one)


def counters(limits: Limits, visitor: Visitor, now: dt.datetime) -> Counters:
    """The counters of a visitor's tries at an instant; every window begins anew at midnight, as the key does."""
    window = f"{limits.what} {_place(now, limits.window)}"
    return Counters(
        day=local_day(now),
        here=f"{window} net {visitor.net}" if visitor.net else "",
        everywhere=f"{window} all",
        by_name=f"{window} name {visitor.name}" if limits.by_name and visitor.name else "",
    )


def turn(limits: Limits, at: Pace, visitor: Visitor, now: dt.datetime) -> str:
    """The name of the turn that a slowed visitor takes now, if nobody has taken it."""
    if at is Pace.IN_TURN:
        return f"{limits.what} turn {_place(now, limits.turn)}"
    # By net and name: who tries somebody's name elsewhere takes no turn of hers.
    return f"{limits.what} pause {_place(now, limits.pause)} {visitor.net} {visitor.name}"


def net_of(address: str) -> str:
    """The net that an address is counted with: itself, of IPv6 the /48 that one customer has; "" for none of the open net."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if any(found in own for own in OWN if own.version == found.version):
        return ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 48), strict=False))


def tries_a_year(limits: Limits, nets: int) -> float:
    """The most tries in vain that somebody with so many nets can make in a year."""
    windows = YEAR / limits.window
    alone = limits.here + limits.window / limits.pause
    together = limits.everywhere + nets * limits.fresh + limits.window / limits.turn
    return windows * min(nets * alone, together)


def hits_a_year(limits: Limits, nets: int, live: int, possible: int) -> float:
    """How many of so many live secrets, among all possible ones, are expected to be hit in a year."""
    return tries_a_year(limits, nets) * live / possible


def _place(now: dt.datetime, length: dt.timedelta) -> int:
    """Which of the day's stretches of a length it is."""
    return int((now - local_instant(local_day(now), 0)) // length)
