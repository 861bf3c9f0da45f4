"""A sitting: what the web remembers of a young person while she answers, all of it in her own sealed cookie."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.periods import local_day
from hvb_followup.pseudonyms import keyed

IDLE, IDLE_SHARED = dt.timedelta(minutes=30), dt.timedelta(minutes=3)
_NONCE = 12
_STEP = 256  # bytes: every sitting of today fits in one step, so that a cookie's length tells nothing of whose it is


class Sitting(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The right to write in one wave, whose it is, and how the questions are to be shown."""

    code_hash: bytes
    draft_key: bytes
    wave: str
    half_year: str
    family: str
    major: int
    placement: str
    issue: int
    age: int
    language: str
    edition: str
    mark: str
    seen_at: int
    panels: tuple[str, ...] = ()
    moment: str = ""
    starts_on: int = 0  # the placement's first day as an ordinal, where placements are followed
    sound: bool = False
    pictures: bool | None = None  # None: as the edition has it
    shared: bool = False
    mode: str = "self"
    last_on: int = (
        0  # the last day on which the code opens as an ordinal, where that is before the wave's last
    )

    @property
    def age_now(self) -> int | None:
        """The age she reaches this year; where placements are followed the card has that at the start. None: unknown."""
        began = dt.date.fromordinal(self.starts_on).year if self.starts_on else 0
        now = local_day(dt.datetime.fromtimestamp(self.seen_at, dt.UTC)).year
        return self.age + (now - began if began else 0) if self.age else None

    @property
    def shows_pictures(self) -> bool:
        """True when pictures stand beside the questions: in the easy edition, where nothing else was chosen."""
        return self.edition == "easy" if self.pictures is None else self.pictures

    @property
    def idle(self) -> dt.timedelta:
        """How long nothing may happen: half an hour, and on a screen that several use three minutes."""
        return IDLE_SHARED if self.shared else IDLE

    def seen(self, now: dt.datetime) -> Sitting:
        """The sitting, seen now."""
        return msgspec.structs.replace(self, seen_at=int(now.timestamp()))

    def is_idle(self, now: dt.datetime) -> bool:
        """True when nothing has happened for too long."""
        return now.timestamp() - self.seen_at > self.idle.total_seconds()


@lru_cache(maxsize=4)
def _cipher(web_secret: bytes) -> AESGCM:
    """The cipher of cookies; made once, since every page needs it."""
    return AESGCM(keyed(web_secret, "sitting", b""))


def new_mark() -> str:
    """A mark that tells this sitting's answers from an earlier one's."""
    return secrets.token_hex(3)


def seal_sitting(sitting: Sitting, web_secret: bytes) -> str:
    """The sitting as a cookie that only this service can read, as long as everybody's."""
    nonce, packed = secrets.token_bytes(_NONCE), msgspec.msgpack.encode(sitting)
    sealed = _cipher(web_secret).encrypt(nonce, pad(packed, -(-len(packed) // _STEP) * _STEP), None)
    return (nonce + sealed).hex()


def open_sitting(cookie: str | None, web_secret: bytes, now: dt.datetime) -> Sitting | None:
    """The sitting of a cookie, while it lasts."""
    if not cookie or len(cookie) > 2000:
        return None
    try:
        raw = bytes.fromhex(cookie)
        packed = _cipher(web_secret).decrypt(raw[:_NONCE], raw[_NONCE:], None)
        sitting = msgspec.msgpack.decode(unpad(packed), type=Sitting)
    except (ValueError, InvalidTag, msgspec.DecodeError):
        return None
    return None if sitting.is_idle(now) else sitting
