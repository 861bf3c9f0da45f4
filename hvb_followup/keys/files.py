"""Reading and making one key file, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from hvb_followup.errors import Problem, Unsound

KEY_BYTES = 32


def read_key(path: Path) -> bytes:
    """The 32 bytes of a key file; Unsound when it is missing or of another length."""
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise Unsound(_problem(path, "Nyckelfilen saknas.")) from None
    if len(key) != KEY_BYTES:
        raise Unsound(_problem(path, "Nyckelfilen har fel längd."))
    return key


def write_key(path: Path, key: bytes) -> None:
    """The key in a new file, on disk before this returns; an existing file is never overwritten."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def ensure_secret(path: Path) -> None:
    """A fresh random secret, where there is none."""
    if not path.exists():
        write_key(path, secrets.token_bytes(KEY_BYTES))


def _problem(path: Path, says: str) -> Problem:
    return Problem(
        code="key-unfit", where=path.name, says=says, mend="Kör `hvb init` eller återställ nyckeln."
    )
