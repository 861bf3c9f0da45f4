"""How far a demonstration has come, as one line that is drawn over; nothing where nobody is looking."""

from __future__ import annotations

import sys

WIDTH = 30


def show_progress(what: str, share: float) -> None:
    """Draw the bar on a terminal; in a pipe, nothing. ``share`` 0–1; at 1 the line is wiped."""
    if sys.stderr.isatty():
        sys.stderr.write(line(what, share))
        sys.stderr.flush()


def line(what: str, share: float) -> str:
    """The bar as it is drawn over the one before it."""
    if share >= 1:
        return "\r\x1b[K"
    full = round(share * WIDTH)
    return f"\r\x1b[K[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {what}"
