"""Somebody who wants to know which answer was whose, what she has, and how well a guess of hers does.

There are two of them. The thief has the whole database at many moments (``watcher``) and no key: to her a code is
nobody's. The one with the printed letters also knows whose each code is (``owners``) and in which order they lay in the
pile (``printed``). A guess gives every pair of a used code and an opened answer a score; ``auc`` says how often the true
pair scores above a false one. 0.5 is chance.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import numpy as np

from tests.ballot.watcher import SeenCode, Use

Answers = Mapping[str, str]
Scores = np.ndarray
Owners = Mapping[bytes, str]  # code hash → placement


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One wave of one home: the uses in order of time, and the opened answers in stored order.

    ``uses`` are those the adversary expects to be counted: the latest code of each, unless she was counted in the
    half-year before (the rules are public). ``who`` says whose each is: a placement to the one with the list, to the
    thief a holder, who is another in every wave. ``expected`` says in which waves each was. ``token`` joins an
    answer with answers of other waves: the link where it stands in clear, otherwise what was said. ``codes`` are
    all that were issued, as stored; ``printed`` the same in the order of the letters, to whoever has them; ``residents``
    are those who got them, in the register's order: is she young?
    """

    wave: str
    uses: tuple[Use, ...]
    who: tuple[str, ...]
    answers: tuple[Answers, ...]
    expected: tuple[frozenset[str], ...]
    seen: tuple[frozenset[str], ...]
    codes: tuple[SeenCode, ...]
    printed: tuple[bytes, ...]
    residents: tuple[tuple[str, bool], ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What an adversary has, by wave; ``all_counted``: no rule drops any answer."""

    uses: Mapping[str, Sequence[Use]]
    codes: Mapping[str, Sequence[SeenCode]]
    residents: Mapping[str, Sequence[tuple[str, bool]]]
    answers: Mapping[str, Sequence[Answers]]
    tokens: Mapping[str, Sequence[str]] | None = None
    owners: Owners | None = None
    printed: Mapping[str, Sequence[bytes]] = {}
    all_counted: bool = False

    def who(self, use: Use) -> str:
        """Whose the code is, as far as this adversary can tell."""
        return self.owners[use.code.hash] if self.owners is not None else use.code.holder.hex()


def scenes(evidence: Evidence) -> list[Scene]:
    """What the adversary makes of each wave, the waves in order of time."""
    answers = evidence.answers
    tokens = evidence.tokens or {wave: [said_in(one) for one in found] for wave, found in answers.items()}
    expected = _expected(evidence)
    seen: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for wave, found in tokens.items():
        for token in found:
            seen[_home(wave), token].add(_when(wave))
    made = []
    for wave in sorted(answers, key=_when):
        counted = [use for use in _latest(evidence.uses[wave]) if _when(wave) in expected[evidence.who(use)]]
        who = tuple(evidence.who(use) for use in counted)
        scene = Scene(
            wave=wave,
            uses=tuple(counted),
            who=who,
            answers=tuple(answers[wave]),
            expected=tuple(frozenset(expected[one]) for one in who),
            seen=tuple(frozenset(seen[_home(wave), token]) for token in tokens[wave]),
            codes=tuple(evidence.codes[wave]),
            printed=tuple(evidence.printed.get(wave, ())),
            residents=tuple(evidence.residents[wave]),
        )
        made.append(scene)
    return made


def said_in(answers: Answers) -> str:
    """An answer set as a text of its own."""
    return hashlib.sha256(msgspec.json.encode(dict(sorted(answers.items())))).hexdigest()


def _latest(uses: Iterable[Use]) -> list[Use]:
    """Each holder's latest code, in order of use."""
    issues: dict[bytes, int] = {}
    for use in uses:
        issues[use.code.holder] = max(use.code.issue, issues.get(use.code.holder, 0))
    return [use for use in uses if use.code.issue == issues[use.code.holder]]


def _expected(evidence: Evidence) -> dict[str, set[str]]:
    """In which half-years each should be counted: when she answered, unless counted just before."""
    answered: defaultdict[str, set[str]] = defaultdict(set)
    for wave, found in evidence.uses.items():
        for use in found:
            answered[evidence.who(use)].add(_when(wave))
    if evidence.all_counted:
        return answered
    waves = sorted({_when(wave) for wave in evidence.uses})
    expected: defaultdict[str, set[str]] = defaultdict(set)
    for before, now in zip(["", *waves], waves, strict=False):
        for one, when in answered.items():
            if now in when and before not in expected[one]:
                expected[one].add(now)
    return expected


def _home(wave: str) -> str:
    return wave.split(":")[0]


def _when(wave: str) -> str:
    return wave.rsplit(":", 1)[1]


Truth = Mapping[tuple[str, str], bytes]  # with which code something was said, by wave and ``said_in``


def auc(all_scenes: Iterable[Scene], truth: Truth, guess: Callable[[Scene], Scores]) -> float:
    """How often a true pair scores above a false one of the same wave that shares its code or its answer.

    Ties count half. Comparing within a wave keeps the size of the wave out of it: that three answered in a small
    home is no match.
    """
    better, compared = 0.0, 0
    for scene in all_scenes:
        if not scene.uses or not scene.answers:
            continue
        scores = guess(scene)
        rows = {use.code.hash: row for row, use in enumerate(scene.uses)}
        for column, answers in enumerate(scene.answers):
            row = rows.get(truth[scene.wave, said_in(answers)])
            if row is None:
                continue
            others = np.concatenate((np.delete(scores[row], column), np.delete(scores[:, column], row)))
            mine = scores[row, column]
            better += float((mine > others).sum() + (mine == others).sum() / 2)
            compared += len(others)
    return better / compared


def order_correlation(all_scenes: Iterable[Scene], truth: Truth) -> float:
    """The correlation between the place in the order of use and the place in store, both from 0 to 1."""
    used: list[float] = []
    stored: list[float] = []
    for scene in all_scenes:
        order = {use.code.hash: place for place, use in enumerate(scene.uses)}
        for place, answers in enumerate(scene.answers):
            whose = truth[scene.wave, said_in(answers)]
            if whose in order and len(order) > 1 and len(scene.answers) > 1:
                used.append(order[whose] / (len(order) - 1))
                stored.append(place / (len(scene.answers) - 1))
    return float(np.corrcoef(used, stored)[0, 1])
