"""Answer sets that nobody can have meant: a straight line that contradicts itself, and many copies of one set (R7 P5).

Only what was answered is looked at, by the counter, at close. How long it took and what came one after the other would
say more, and may not be known: times can be joined with codes (DESIGN §4.2). So a forger who only ever praises goes
free, as does everybody who means it: all best, or all worst, is an opinion, however many share it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hvb_followup.questionnaires.model import STATUSES, Item, Questionnaire
from hvb_followup.questionnaires.scoring import points

FEWEST = 8  # answered questions; of fewer, people do agree by chance
COPIES = 5  # as many as the smallest group that anything is told of


class Answered(NamedTuple):
    """One answer set, in the edition it was given in."""

    edition: str
    answers: Mapping[str, str]


def unmeant(questionnaire: Questionnaire, sets: Sequence[Answered]) -> frozenset[int]:
    """The places in a wave's answer sets that are not to be counted."""
    scored = [questionnaire.item(name) for score in questionnaire.scores for name in score.items]
    if not _is_suspect(scored, sets):
        return frozenset()
    worth = {edition: _worth(questionnaire, edition) for edition in {one.edition for one in sets}}
    judged = [_judged(worth[one.edition], one) for one in sets]
    straight = {place for place, one in enumerate(judged) if _is_contradiction(one)}
    return frozenset(straight | _copied(judged))


def _is_suspect(scored: Sequence[Item], sets: Sequence[Answered]) -> bool:
    """True where something could be found: in nearly every wave nothing can, and that is seen at once."""
    said = Counter(tuple([one.answers.get(item.id) for item in scored]) for one in sets)
    if max(said.values(), default=0) >= COPIES:
        return True
    return any(item.reverse for item in scored) and any(_may_be_straight(scored, one) for one in said)


def _may_be_straight(scored: Sequence[Item], said: Sequence[str | None]) -> bool:
    """True where each scale was answered by one code all the way, statuses apart."""
    codes: dict[str, str] = {}
    for item, code in zip(scored, said, strict=True):
        if code is not None and code not in STATUSES and codes.setdefault(item.scale, code) != code:
            return False
    return True


class _Judged(NamedTuple):
    """One scored answer: its item, where it stood on the page (0 first, 1 last) and what it is worth."""

    item: Item
    place: float
    value: float


def _worth(questionnaire: Questionnaire, edition: str) -> dict[str, dict[str, _Judged]]:
    """Each scored item's answers in an edition, judged."""
    scored = [questionnaire.item(name) for score in questionnaire.scores for name in score.items]
    found = {}
    for item in scored:
        worth = points(questionnaire, item, edition)
        last = max(len(worth) - 1, 1)
        found[item.id] = {
            code: _Judged(item, at / last, value) for at, (code, value) in enumerate(worth.items())
        }
    return found


def _judged(worth: Mapping[str, Mapping[str, _Judged]], one: Answered) -> tuple[_Judged, ...]:
    answered = ((codes, one.answers.get(name, "")) for name, codes in worth.items())
    return tuple(codes[code] for codes, code in answered if code in codes)


def _is_contradiction(one: Sequence[_Judged]) -> bool:
    """The same place all the way, through a question whose best answer stands last and others whose stands first."""
    is_straight = len({answer.place for answer in one}) == 1
    return len(one) >= FEWEST and is_straight and len({answer.item.reverse for answer in one}) == 2


def _copied(judged: Sequence[Sequence[_Judged]]) -> set[int]:
    """Five or more that are the same in every scored answer, and neither all best nor all worst."""
    alike: defaultdict[tuple[tuple[str, float], ...], list[int]] = defaultdict(list)
    for place, one in enumerate(judged):
        if len(one) >= FEWEST and {answer.value for answer in one} not in ({100.0}, {0.0}):
            alike[tuple((answer.item.id, answer.value) for answer in one)].append(place)
    return {place for places in alike.values() if len(places) >= COPIES for place in places}
