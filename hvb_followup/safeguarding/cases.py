"""What becomes of a help case, and what she who put it is told of that."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """A case's way: received, read by a named reviewer, taken by somebody, closed."""

    RECEIVED = "received"
    READ = "read"
    TAKEN = "taken"
    CLOSED = "closed"


# What each state may follow on: nothing goes back, and a case is never taken or closed unread.
BEFORE = {
    State.READ: (State.RECEIVED,),
    State.TAKEN: (State.READ,),
    State.CLOSED: (State.TAKEN,),
}
UNTAKEN = (State.RECEIVED, State.READ)


class Ending(StrEnum):
    """How a case ended; kept in the audit trail, never shown."""

    SOCIAL_SERVICES = "social_services"
    TALKED = "talked"
    OTHER_HELP = "other_help"
    UNKNOWN_WHO = "unknown_who"


def told(state: str | None) -> State:
    """The state that receipt words are answered with: wrong words as a case that nobody has read."""
    return State(state) if state else State.RECEIVED
