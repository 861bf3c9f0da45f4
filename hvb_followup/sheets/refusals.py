"""How the child turns a file away: with a code and a place, which the parent puts into words."""

from __future__ import annotations


class Turned(Exception):
    """The file cannot be read; ``where`` is a sheet or a cell in it, or empty."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where
