"""What a match between used codes and opened answers can be guessed from; each guess says what it would mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from hvb_followup.questionnaires.model import NOT_SHOWN
from tests.ballot.adversary import Answers, Scene, Scores
from tests.ballot.watcher import SeenCode

STANDARD_ONLY = "plan"  # an item that the easy edition leaves out


def is_easy(answers: Answers) -> bool:
    """True when the answer set comes from the easy edition."""
    return answers[STANDARD_ONLY] == NOT_SHOWN


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


def by_letter(scene: Scene) -> Scores:
    """Stored in the order in which the letters lay on paper."""
    places = {code: place for place, code in enumerate(scene.printed)}
    return _by_order([places[use.code.hash] for use in scene.uses], len(scene.answers))


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


def by_tried(scene: Scene) -> Scores:
    """Stored in the order of the tries in vain that came before."""
    return _by_beside(scene, "tried")


def by_wish(scene: Scene) -> Scores:
    """Stored in the order of the wishes of silence that came after."""
    return _by_beside(scene, "silence_wish")


def by_silenced(scene: Scene) -> Scores:
    """Stored in the order of the addresses that were silenced."""
    return _by_beside(scene, "silenced")


def by_withdrawal(scene: Scene) -> Scores:
    """Stored in the order of the wishes to take back."""
    return _by_beside(scene, "withdrawal")


def by_taken_back(scene: Scene) -> Scores:
    """Whose "Klar" was followed by a wish to take back has no answer there."""
    gone = np.array([-float("withdrawal" in use.beside) for use in scene.uses])
    return np.repeat(gone[:, None], len(scene.answers), axis=1)


def _by_beside(scene: Scene, table: str) -> Scores:
    return _by_order([use.beside.get(table, b"") for use in scene.uses], len(scene.answers))


def by_known_age(scene: Scene) -> Scores:
    """The one with the list of letters knows how old each is."""
    young = dict(scene.residents)
    return _young_took_easy(scene, [young[one] for one in scene.who])


GUESSES: dict[str, Callable[[Scene], Scores]] = {
    guess.__name__: guess
    for guess in (
        *(by_use, by_envelope, by_code, by_who, by_card, by_length, by_pattern),
        *(by_tried, by_wish, by_silenced, by_withdrawal),
    )
}
# With the letters beside it, and so whose each code is.
GUESSES_OF_LETTERS: dict[str, Callable[[Scene], Scores]] = {**GUESSES, "by_letter": by_letter}
# With the register beside it: what the database tells of ages, and anything that could lead from it to a code.
GUESSES_OF_AGE: dict[str, Callable[[Scene], Scores]] = {
    guess.__name__: guess
    for guess in (by_age_as_stored, by_age_and_hash, by_age_and_holder, by_age_and_card, by_age_and_use)
}


def apart(scene: Scene) -> list[Scene]:
    """The scene in two: the younger with the easy answers, the older with the others."""
    young = dict(scene.residents)
    return [
        part(
            scene,
            [row for row, one in enumerate(scene.who) if young[one] == easy],
            [column for column, one in enumerate(scene.answers) if is_easy(one) == easy],
        )
        for easy in (True, False)
    ]


def part(scene: Scene, rows: Sequence[int], columns: Sequence[int]) -> Scene:
    """Only these uses and these answers of a scene."""
    return msgspec.structs.replace(
        scene,
        uses=tuple(scene.uses[row] for row in rows),
        who=tuple(scene.who[row] for row in rows),
        expected=tuple(scene.expected[row] for row in rows),
        answers=tuple(scene.answers[column] for column in columns),
        seen=tuple(scene.seen[column] for column in columns),
    )
