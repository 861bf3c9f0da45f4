"""What was computed beside what was expected: the largest deviation of each part, and whether it is near enough."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

State = Literal["pass", "fail", "unsupported"]
_MISSING = object()
_NOTHING = 1e-9
# How a part of the expected is meant where its tolerance has another name.
# Only ends of intervals are intervals: quantiles of a model's own level and spread lie on another scale than shares.
_MEANT = {
    "lo": "interval",
    "hi": "interval",
    "rank_lo": "rank_interval",
    "rank_hi": "rank_interval",
}
_LONGER = {"est": "estimate", "var": "variance"}


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a case: its largest deviation as a share of what is allowed, where that was, and its state."""

    name: str
    state: State
    values: int
    deviation: float
    used: float
    worst: str


class _Leaf(msgspec.Struct, frozen=True, kw_only=True):
    path: tuple[str, ...]
    state: State
    deviation: float
    used: float


def parts(expected: Mapping[str, Any], got: Mapping[str, Any], tolerance: Mapping[str, Any]) -> list[Part]:
    """One part for each key at the top of what is expected."""
    found: list[Part] = []
    for name, value in expected.items():
        leaves = list(_leaves(value, got.get(name, _MISSING), (name,), tolerance))
        if leaves:
            found.extend(_parts(name, leaves))
    return found


def _parts(name: str, leaves: list[_Leaf]) -> Iterator[Part]:
    """Where only some of a part is unsupported, that is a part of its own."""
    known = [leaf for leaf in leaves if leaf.state != "unsupported"]
    if known:
        yield _part(name, known)
    for key in sorted({_stem(leaf) for leaf in leaves if leaf.state == "unsupported"}):
        yield _part(key, [leaf for leaf in leaves if leaf.state == "unsupported" and _stem(leaf) == key])


def _stem(leaf: _Leaf) -> str:
    """The path without places in lists."""
    return ".".join(step for step in leaf.path if not step.isdigit())


def _part(name: str, leaves: list[_Leaf]) -> Part:
    worst = max(leaves, key=lambda leaf: (leaf.state == "fail", leaf.used))
    return Part(
        name=name,
        state=worst.state,
        values=len(leaves),
        deviation=max(leaf.deviation for leaf in leaves),
        used=worst.used,
        worst=".".join(worst.path),
    )


def _leaves(expected: Any, got: Any, path: tuple[str, ...], tolerance: Mapping[str, Any]) -> Iterator[_Leaf]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            inner = got.get(key, _MISSING) if isinstance(got, Mapping) else _MISSING
            yield from _leaves(value, inner, (*path, str(key)), tolerance)
    elif isinstance(expected, list):
        if isinstance(got, list) and len(got) != len(expected):
            yield _Leaf(path=path, state="fail", deviation=math.inf, used=math.inf)
            return
        for place, value in enumerate(expected):
            inner = got[place] if isinstance(got, list) else _MISSING
            yield from _leaves(value, inner, (*path, str(place)), tolerance)
    else:
        leaf = _leaf(expected, got, path, tolerance)
        if leaf is not None:
            yield leaf


def _leaf(expected: Any, got: Any, path: tuple[str, ...], tolerance: Mapping[str, Any]) -> _Leaf | None:
    if isinstance(expected, str) or expected is None:
        # A word that nobody computes is a label; "not defined" holds for anything that is not told.
        if got is _MISSING or (expected is None and isinstance(got, Mapping | list)):
            return None
        # R pads its labels to one width.
        same = str(got).split() == expected.split() if isinstance(expected, str) else _undefined(got)
        return _Leaf(
            path=path, state="pass" if same else "fail", deviation=0.0, used=0.0 if same else math.inf
        )
    if got is _MISSING:
        return _Leaf(path=path, state="unsupported", deviation=0.0, used=0.0)
    if _undefined(got) or isinstance(got, str | Mapping | list):
        return _Leaf(path=path, state="fail", deviation=math.inf, used=math.inf)
    away = abs(float(got) - float(expected))
    allowed = _allowed(tolerance, path, abs(float(expected)))
    used = away / allowed if allowed > 0 else (0.0 if away == 0 else math.inf)
    return _Leaf(path=path, state="pass" if away <= allowed else "fail", deviation=away, used=used)


def _undefined(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _allowed(tolerance: Mapping[str, Any], path: tuple[str, ...], size: float) -> float:
    rule = _rule(tolerance, path)
    # A share of next to nothing is asked more than floating point holds: what is zero to nine decimals is zero.
    floor = _NOTHING if "abs" not in rule and size < _NOTHING else 0.0
    return max(float(rule.get("abs", 0.0)) + float(rule.get("rel", 0.0)) * size, floor)


def _rule(tolerance: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    """The tolerance of the part whose name fits deepest and best; else the top level's; else the first named."""
    named = {key: value for key, value in tolerance.items() if isinstance(value, Mapping)}
    for step in reversed(path):
        if _MEANT.get(step) in named:
            return dict(named[_MEANT[step]])
        fitting = [key for key in named if _fits(key, step)]
        if fitting:
            return dict(named[max(fitting, key=len)])
    plain = {key: value for key, value in tolerance.items() if not isinstance(value, Mapping)}
    return plain or dict(next(iter(named.values()), {}))


def _fits(key: str, step: str) -> bool:
    """Whether a tolerance's name is the step, its beginning up to a letter, or a word in it."""
    return any(
        re.search(rf"(^|_){re.escape(name)}(?![A-Za-z])", step) is not None
        for name in (key, _LONGER.get(key, key))
    )
