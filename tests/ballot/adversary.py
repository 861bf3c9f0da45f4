"""Somebody who wants to know which answer was whose, and what a match can be guessed from.

There are two of them. The thief has the whole database at many moments (``watcher``) and no key: to her a code is
nobody's. The one with the list of letters also knows whose each code is (``owners``). Each guess gives every pair of
a used code and an opened answer a score; ``auc`` says how often the true pair scores above a false one. 0.5 is
chance.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import numpy as np

from hvb_followup.questionnaires.model import NOT_SHOWN
from tests.ballot.watcher import SeenCode, Use

Answers = Mapping[str, str]
Scores = np.ndarray
Owners = Mapping[bytes, str]  # code hash → placement

STANDARD_ONLY = "plan"  # an item that the easy edition leaves out


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """One wave of one home: the uses in order of time, and the opened answers in stored order.

    ``uses`` are those the adversary expects to be counted: the latest code of each, unless she was counted in the
    half-year before (the rules are public). ``who`` says whose each is: a placement to the one with the list, to the
    thief a holder, who is another in every wave. ``expected`` says in which waves each was. ``token`` joins an
    answer with answers of other waves: the link where it stands in clear, otherwise what was said. ``codes`` are
    all that were issued, as stored; ``residents`` are those who got them, in the register's order: is she young?
    """

    wave: str
    uses: tuple[Use, ...]
    who: tuple[str, ...]
    answers: tuple[Answers, ...]
    expected: tuple[frozenset[str], ...]
    seen: tuple[frozenset[str], ...]
    codes: tuple[SeenCode, ...]
    residents: tuple[tuple[str, bool], ...]


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What an adversary has, by wave; ``all_counted``: no rule drops any answer."""

    uses: Mapping[str, Sequence[Use]]
    codes: Mapping[str, Sequence[SeenCode]]
    residents: Mapping[str, Sequence[tuple[str, bool]]]
    answers: Mapping[str, Sequence[Answers]]
    tokens: Mapping[str, Sequence[str]] | None = None
    owners: Owners | None = None
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
            residents=tuple(evidence.residents[wave]),
        )
        made.append(scene)
    return made


def said_in(answers: Answers) -> str:
    """An answer set as a text of its own."""
    return hashlib.sha256(msgspec.json.encode(dict(sorted(answers.items())))).hexdigest()


def is_easy(answers: Answers) -> bool:
    """True when the answer set comes from the easy edition."""
    return answers[STANDARD_ONLY] == NOT_SHOWN


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


def _by_order(names: Sequence[object], n_answers: int) -> Scores:
    """Those who come early stand early: the nearer the two places, the higher the score."""
    order = np.empty(len(names))
    order[sorted(range(len(names)), key=lambda place: names[place])] = np.arange(len(names))  # type: ignore[arg-type,return-value]
    rows = order / max(len(names) - 1, 1)
    columns = np.arange(n_answers) / max(n_answers - 1, 1)
    return -np.abs(rows[:, None] - columns[None, :])


def by_use(scene: Scene) -> Scores:
    """Stored in the order in which the codes were used."""
    return _by_order(range(len(scene.uses)), len(scene.answers))


def by_envelope(scene: Scene) -> Scores:
    """Stored in the order of the envelopes' ids."""
    return _by_order([use.envelope for use in scene.uses], len(scene.answers))


def by_code(scene: Scene) -> Scores:
    """Stored in the order of the code hashes."""
    return _by_order([use.code.hash for use in scene.uses], len(scene.answers))


def by_who(scene: Scene) -> Scores:
    """Stored in the order of the placements, or of the holders."""
    return _by_order(scene.who, len(scene.answers))


def by_card(scene: Scene) -> Scores:
    """Stored in the order of the sealed cards."""
    return _by_order([use.code.card for use in scene.uses], len(scene.answers))


def by_length(scene: Scene) -> Scores:
    """A long answer lies in a long envelope: everything but the answers adds the same length to all."""
    around = np.subtract.outer(
        [use.length for use in scene.uses], [len(msgspec.json.encode(dict(one))) for one in scene.answers]
    )
    usual, _ = Counter(around.ravel().tolist()).most_common(1)[0]
    return -np.abs(around - usual)


def by_pattern(scene: Scene) -> Scores:
    """Who is in the same waves is the same person."""
    return np.array([[-len(mine ^ its) for its in scene.seen] for mine in scene.expected], dtype=float)


def _by_age(scene: Scene, codes: Sequence[SeenCode]) -> Scores:
    """The first code is the first resident's, and so on; the younger of them took the easy edition."""
    firsts = [code.holder for code in codes if code.issue == 1]
    young = dict(zip(firsts, [young for _, young in scene.residents], strict=True))
    return _young_took_easy(scene, [young[use.code.holder] for use in scene.uses])


def _young_took_easy(scene: Scene, young: Sequence[bool]) -> Scores:
    return np.equal.outer(young, [is_easy(one) for one in scene.answers]).astype(float)


def by_age_as_stored(scene: Scene) -> Scores:
    """The codes were stored in the order of the register: row by row in the file, the heap, the transactions."""
    return _by_age(scene, scene.codes)


def by_age_and_hash(scene: Scene) -> Scores:
    """The codes' hashes are in the order of the register."""
    return _by_age(scene, sorted(scene.codes, key=lambda code: code.hash))


def by_age_and_holder(scene: Scene) -> Scores:
    """The holders are in the order of the register."""
    return _by_age(scene, sorted(scene.codes, key=lambda code: code.holder))


def by_age_and_card(scene: Scene) -> Scores:
    """The sealed cards are in the order of the register."""
    return _by_age(scene, sorted(scene.codes, key=lambda code: code.card))


def by_age_and_use(scene: Scene) -> Scores:
    """Those who live there answered in the order of the register."""
    young = [young for _, young in scene.residents]
    guessed = [young[place * len(young) // len(scene.uses)] for place in range(len(scene.uses))]
    return _young_took_easy(scene, guessed)


def by_known_age(scene: Scene) -> Scores:
    """The one with the list of letters knows how old each is."""
    young = dict(scene.residents)
    return _young_took_easy(scene, [young[one] for one in scene.who])


GUESSES: dict[str, Callable[[Scene], Scores]] = {
    guess.__name__: guess for guess in (by_use, by_envelope, by_code, by_who, by_card, by_length, by_pattern)
}
# With the register beside it: what the database tells of ages, and anything that could lead from it to a code.
GUESSES_OF_AGE: dict[str, Callable[[Scene], Scores]] = {
    guess.__name__: guess
    for guess in (by_age_as_stored, by_age_and_hash, by_age_and_holder, by_age_and_card, by_age_and_use)
}


def apart(scene: Scene) -> list[Scene]:
    """The scene in two: the younger with the easy answers, the older with the others."""
    young = dict(scene.residents)
    return [
        msgspec.structs.replace(
            scene,
            uses=tuple(scene.uses[row] for row in rows),
            who=tuple(scene.who[row] for row in rows),
            expected=tuple(scene.expected[row] for row in rows),
            answers=tuple(scene.answers[column] for column in columns),
            seen=tuple(scene.seen[column] for column in columns),
        )
        for easy in (True, False)
        for rows in [[row for row, one in enumerate(scene.who) if young[one] == easy]]
        for columns in [[column for column, one in enumerate(scene.answers) if is_easy(one) == easy]]
    ]


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
