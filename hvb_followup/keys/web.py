"""What the web process holds: one secret, and the public halves of the counting keys and of the desk's."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import msgspec

from hvb_followup.keys.files import ensure_secret, read_key


class WebKeys(msgspec.Struct, frozen=True):
    """The web's secret (codes, drafts, cookies), and where the counter lays the public halves."""

    secret: bytes
    public: Path

    def counting_key(self, half_year: str) -> bytes:
        """The public half that this half-year's envelopes are sealed to."""
        return _kept(public_path(self.public, half_year))

    def desk_key(self) -> bytes | None:
        """The public half that help cases and own words are sealed to; None where there is no desk."""
        return desk_key_in(self.public)


@lru_cache(maxsize=16)
def _kept(path: Path) -> bytes:
    """A public half, read once: it never changes, and every "Klar" needs it."""
    return read_key(path)


def public_path(folder: Path, half_year: str) -> Path:
    """Where a half-year's public half lies."""
    return folder / f"counting-{half_year}.pub"


def desk_public_path(folder: Path) -> Path:
    """Where the desk's public half lies."""
    return folder / "desk.pub"


def desk_key_in(folder: Path) -> bytes | None:
    """The public half of the desk's key; None where there is no desk.

    It may be made while the web runs, so it is looked for until it is there, and then no more.
    """
    with suppress(FileNotFoundError):
        return _desk_key(folder)
    return None


@lru_cache(maxsize=16)
def _desk_key(folder: Path) -> bytes:
    path = desk_public_path(folder)
    if not path.exists():
        raise FileNotFoundError(path)
    return read_key(path)


def open_web_keys(folder: Path, public: Path) -> WebKeys:
    """The web's keys; Unsound when the secret is missing."""
    return WebKeys(read_key(folder / "web.secret"), public)


def make_web_keys(folder: Path, public: Path) -> WebKeys:
    """The web's keys, made where they are missing."""
    ensure_secret(folder / "web.secret")
    return open_web_keys(folder, public)
