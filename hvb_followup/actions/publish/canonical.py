"""The one way in which content is written out: the same content is the same text, and has the same hash."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec


def six(value: float) -> float:
    """Six significant figures: two machines then agree (DESIGN §5)."""
    return float(f"{value:.6g}")


def canonical(body: Any) -> str:
    """JSON with sorted keys and no spaces: the same content is the same text."""
    return msgspec.json.encode(body, order="sorted").decode()


def encoded(body: Any) -> msgspec.Raw:
    """A part that is written out once, to stand in several bodies as it is."""
    return msgspec.Raw(msgspec.json.encode(body, order="sorted"))


def digest(body: Any) -> str:
    """SHA-256 of the canonical text."""
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()


def hash_of(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
