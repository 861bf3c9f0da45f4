"""The likelihood-ratio sums of case 30, found under the names inputs have and told in the shape that is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from hvb_followup.gates import Floats, Gate, floats
from hvb_followup.outcomes import streams
from hvb_followup.verification.case import Asked, fitting

EVENTS, SIZES = ("x", "events", "count", "counts"), ("n", "size", "sizes", "trials")
OUTCOMES, RISKS = ("y", "outcome", "outcomes", "event"), ("p", "risk", "risks", "expected", "p_hat")
ODDS, LIMITS = ("RA", "OR", "odds_ratio", "odds", "R1"), ("h", "H", "limit")


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A sum over time with what each point added, its limit, and the columns it was made of."""

    kind: str
    sums: Floats
    weights: Floats
    limit: float | None
    columns: dict[str, Any]

    @property
    def first(self) -> int | None:
        """The first point above the limit, counted from 1."""
        beyond = np.flatnonzero(self.sums > self.limit) if self.limit is not None else np.array([], dtype=int)
        return int(beyond[0]) + 1 if beyond.size else None


def told(asked: Asked) -> dict[str, Any]:
    """Every question that a stream of the inputs answers."""
    made = dict(_streams(asked))
    found = {}
    for key, question in asked.questions.items():
        stream = _meant(key, made)
        if stream is not None:
            found[key] = _shaped(key, question, stream)
    return found


def _streams(asked: Asked) -> Iterator[tuple[str, Stream]]:
    common = {key: value for key, value in asked.inputs.items() if isinstance(value, int | float)}
    given: dict[str, Mapping[str, Any]] = {"": asked.inputs}
    given |= {key: {**common, **value} for key, value in asked.inputs.items() if isinstance(value, Mapping)}
    given |= {
        key: {**common, **{name: [row[name] for row in rows] for name in rows[0]}}
        for key, rows in asked.sets().items()
        if rows and key not in given
    }
    for name, source in given.items():
        for stream in (_binomial(source), _adjusted(source)):
            if stream is not None:
                yield (name or stream.kind), stream


def _of(source: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((source[key] for key in keys if source.get(key) is not None), None)


def _binomial(source: Mapping[str, Any]) -> Stream | None:
    """Counts of sizes, the normal share, and the bad one or how much the odds are multiplied."""
    x, n, normal = _of(source, EVENTS), _of(source, SIZES), source.get("p0")
    bad, odds = source.get("p1"), _of(source, ODDS)
    if not isinstance(x, list) or n is None or normal is None or (bad is None and odds is None):
        return None
    shifted = bad if bad is not None else odds * normal / (1 - normal + odds * normal)
    sizes = np.broadcast_to(np.asarray(n, dtype=float), np.shape(x))
    sums = streams.binomial_cusum(x, sizes, normal, shifted)
    counts = floats(x)
    weights = counts * np.log(shifted / normal) + (sizes - counts) * np.log((1 - shifted) / (1 - normal))
    return _stream("binomial", sums, weights, source, x=x, n=sizes)


def _adjusted(source: Mapping[str, Any]) -> Stream | None:
    """Steiner's sum: outcomes, own risks and an odds ratio."""
    y, p = _of(source, OUTCOMES), _of(source, RISKS)
    if not isinstance(y, list) or not isinstance(p, list):
        return None
    odds, now = _of(source, ODDS) or 2.0, source.get("R0", 1.0)
    sums = streams.risk_adjusted_cusum(y, p, odds, now)
    return _stream("risk_adjusted", sums, streams.risk_weights(y, p, odds, now), source, y=y, p=p)


def _stream(
    kind: str, sums: Floats | Gate, weights: Floats | Gate, source: Mapping[str, Any], **columns: ArrayLike
) -> Stream | None:
    if isinstance(sums, Gate) or isinstance(weights, Gate):
        return None
    return Stream(kind=kind, sums=sums, weights=weights, limit=_of(source, LIMITS), columns=columns)


def _meant(key: str, made: Mapping[str, Stream]) -> Stream | None:
    """The stream of that name, or of that kind, or the only one."""
    name = fitting(key, made)
    if name is not None:
        return made[name]
    kinds = {stream.kind: stream for stream in made.values()}
    if "binom" in key:
        return kinds.get("binomial")
    if re.search(r"risk|adjust|steiner|(^|_)ra(_|$)", key, re.IGNORECASE):
        return kinds.get("risk_adjusted")
    if re.search("weight", key):
        return kinds.get("risk_adjusted", kinds.get("binomial"))
    plain = re.search(r"^(cusum|S|s|sums?|first|signal|max)", key) is not None
    return next(iter(made.values())) if plain and len(made) == 1 else None


def _shaped(key: str, question: Any, stream: Stream) -> Any:
    """A row for each point, a part for each name, or what the one name says."""
    if isinstance(question, Mapping):
        return {name: _shaped(name, inner, stream) for name, inner in question.items()}
    if not isinstance(question, list):
        return float(stream.sums.max()) if "max" in key else stream.first
    if not any(isinstance(row, Mapping) for row in question):
        own = stream.columns.get(key)
        return own if own is not None else stream.weights if _is_weight(key) else stream.sums
    given = {**stream.columns, "i": np.arange(1, len(stream.sums) + 1)}
    return [
        {name: _of_row(name, at, given, stream) for name in row if name in given or _is_told(name)}
        for at, row in enumerate(question[: len(stream.sums)])
    ]


def _is_weight(name: str) -> bool:
    return re.match(r"w(eights?)?$|llr|score", name, re.IGNORECASE) is not None or name.endswith("_weights")


def _is_told(name: str) -> bool:
    return _is_weight(name) or re.match(r"s(ums?)?$|cusum|signal", name, re.IGNORECASE) is not None


def _of_row(name: str, at: int, given: Mapping[str, Any], stream: Stream) -> Any:
    if name in given:
        return given[name][at]
    if name.lower().startswith("signal"):
        return bool(stream.limit is not None and stream.sums[at] > stream.limit)
    return (stream.weights if _is_weight(name) else stream.sums)[at]
