"""Reading and making one key file, readable by its owner only."""

from __future__ import annotations

import contextlib
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


def write_key(path: Path, key: bytes, *, is_public: bool = False) -> None:
    """The key in a new file, on disk before this returns; FileExistsError rather than overwrite one.

    Whole or not at all: whoever is killed, or looks in meanwhile, never finds half a key. A public half may be
    read by everybody: the counter writes it and another user's web reads it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if is_public else 0o700)
    beside = _write_beside(path, key, mode=0o644 if is_public else 0o600)
    try:
        os.link(beside, path)
    finally:
        beside.unlink()
    _sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """The file with new content, on disk before this returns; the old content or the new, never a mixture."""
    os.replace(_write_beside(path, content), path)
    _sync_folder(path.parent)


def _write_beside(path: Path, content: bytes, *, mode: int = 0o600) -> Path:
    """A new file in the same folder, readable by its owner only unless told otherwise."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return beside


def _sync_folder(folder: Path) -> None:
    """A new name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def ensure_secret(path: Path) -> None:
    """A fresh random secret, where there is none; another process may have been first."""
    if not path.exists():
        with contextlib.suppress(FileExistsError):
            write_key(path, secrets.token_bytes(KEY_BYTES))


def _problem(path: Path, says: str) -> Problem:
    return Problem(
        code="key-unfit", where=path.name, says=says, mend="Kör `hvb init` eller återställ nyckeln."
    )
