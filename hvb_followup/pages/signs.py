"""The signs that stand in a release, and what each of them says: none is explained that nobody meets, none is left out."""

from __future__ import annotations

from collections.abc import Iterable

from hvb_followup.pages.figures import FLAGS, REASONS, STATES, Mark, State, said_mark, said_state, state_of
from hvb_followup.pages.model import Figure, Release
from hvb_followup.pages.words import SWEDISH, Words


def states(release: Release | None, say: Words = SWEDISH) -> list[State]:
    """Why figures of the release show no number, as its pages say it."""
    silent = {(figure.status, figure.is_fact): figure for figure in _public(release) if figure.status}
    found = (state_of(silent[kind], say) for kind in sorted(silent))
    return [state for state in found if state is not None]


def statuses(release: Release | None, say: Words = SWEDISH) -> list[tuple[str, State]]:
    """The values of the column ``status`` that stand in the release's files, but for the empty one."""
    told = {figure.status for figure in _public(release)}
    return [(status, said_state(state, say)) for status, state in STATES.items() if status in told]


def flags(release: Release | None, say: Words = SWEDISH) -> list[tuple[str, Mark]]:
    """The marks that stand beside its figures."""
    told = {flag for figure in _public(release) for flag in figure.flags}
    return [(flag, said_mark(mark, say)) for flag, mark in FLAGS.items() if flag in told]


def outcomes(release: Release | None, say: Words = SWEDISH) -> list[tuple[str, str]]:
    """The values of the column ``outcome`` that stand in the release's files."""
    told = {figure.outcome for figure in _public(release)}
    return [(outcome, say(says)) for outcome, says in REASONS.items() if outcome in told]


def _public(release: Release | None) -> Iterable[Figure]:
    return (figure for figure in release.figures if figure.audience == "public") if release else ()
