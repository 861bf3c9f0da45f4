"""What the counter holds: storage key, link key, audit key, and the private halves of the counting keys.

The web door may not import this room; a half-year's private half is destroyed when its waves are counted and
the last backup that can hold its envelopes has expired (DESIGN §4.3).
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.keys.files import KEY_BYTES, ensure_secret, read_key, replace_file, write_key
from hvb_followup.keys.web import public_path

BACKUP_DAYS = 35
ANCHOR = "audit-anchor"


class CounterKeys(msgspec.Struct, frozen=True):
    """The counter's key folder and its secrets."""

    folder: Path
    storage: bytes
    link: bytes
    audit: bytes

    def counting_key(self, half_year: str) -> X25519PrivateKey:
        """The private half that opens this half-year's envelopes."""
        return X25519PrivateKey.from_private_bytes(read_key(self._private(half_year)))

    def has_counting_key(self, half_year: str) -> bool:
        """True while the private half exists."""
        return self._private(half_year).exists()

    def make_counting_key(self, half_year: str, public_folder: Path) -> None:
        """A half-year's pair, where there is none: the private half here first, then the public half.

        Unsound when only the public half is left; several processes may do this at once.
        """
        public = public_path(public_folder, half_year)
        if public.exists():
            # A second private half would open none of the envelopes sealed to this public one.
            self.counting_key(half_year)
            return
        with contextlib.suppress(FileExistsError):
            write_key(self._private(half_year), X25519PrivateKey.generate().private_bytes_raw())
        with contextlib.suppress(FileExistsError):
            write_key(public, self.counting_key(half_year).public_key().public_bytes_raw(), is_public=True)

    def half_years(self) -> list[str]:
        """The half-years whose private half still exists, in order."""
        return sorted(path.stem.removeprefix("counting-") for path in self.folder.glob("counting-*.key"))

    def destroy_counting_key(self, half_year: str) -> None:
        """Overwrite and remove a private half: its envelopes can never be opened again."""
        path = self._private(half_year)
        with contextlib.suppress(FileNotFoundError):  # another process got there first
            with path.open("r+b") as file:
                file.write(b"\0" * KEY_BYTES)
                file.flush()
                os.fsync(file.fileno())
            path.unlink()

    def anchors(self) -> dict[str, tuple[int, bytes]]:
        """The newest audit row of each day, its id and its link, as they were written down that day."""
        path = self.folder / ANCHOR
        lines = path.read_text(encoding="ascii").splitlines() if path.exists() else []
        days = (line.split() for line in lines)
        return {day: (int(row), bytes.fromhex(link)) for day, row, link in days}

    def anchor(self, day: dt.date, row: int, link: bytes) -> None:
        """Write down the day's newest audit row where whoever holds the database cannot reach."""
        known = {**self.anchors(), day.isoformat(): (row, link)}
        lines = (f"{each} {number} {what.hex()}\n" for each, (number, what) in sorted(known.items()))
        replace_file(self.folder / ANCHOR, "".join(lines).encode("ascii"))

    def _private(self, half_year: str) -> Path:
        return self.folder / f"counting-{half_year}.key"


def open_counter_keys(folder: Path) -> CounterKeys:
    """The counter's keys; Unsound when one is missing."""
    return CounterKeys(folder, *(read_key(folder / name) for name in SECRETS))


def make_counter_keys(folder: Path) -> CounterKeys:
    """The counter's keys, made where they are missing."""
    for name in SECRETS:
        ensure_secret(folder / name)
    return open_counter_keys(folder)


SECRETS = ("storage.secret", "link.secret", "audit.secret")
