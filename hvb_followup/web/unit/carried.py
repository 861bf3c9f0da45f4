"""The upload between dry run and import: sealed and carried by the page itself, so that nothing is stored here.

A database row would have to be swept and would reach backups; a second choice of file could be another file. What
the page carries is sealed to the session, home and register, and is no longer taken after an hour.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import secrets

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hvb_followup.pseudonyms import keyed

LASTS = dt.timedelta(hours=1)
_NONCE = 12


class Upload(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A file on its way: for which home and register, when it was read, and its bytes."""

    unit: str
    kind: str
    read_at: int
    data: bytes


def seal(upload: Upload, web_secret: bytes, session: str) -> str:
    """The upload as text for a hidden field; only this service can open it, and only for this session."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _cipher(web_secret, session).encrypt(nonce, msgspec.msgpack.encode(upload), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def opened(carried: bytes, web_secret: bytes, session: str, now: dt.datetime) -> Upload | None:
    """The upload again; None when it is not ours, another session's, or too old."""
    try:
        raw = base64.urlsafe_b64decode(carried)
        packed = _cipher(web_secret, session).decrypt(raw[:_NONCE], raw[_NONCE:], None)
        upload = msgspec.msgpack.decode(packed, type=Upload)
    except (ValueError, binascii.Error, InvalidTag, msgspec.DecodeError):
        return None
    return upload if 0 <= now.timestamp() - upload.read_at <= LASTS.total_seconds() else None


def _cipher(web_secret: bytes, session: str) -> AESGCM:
    return AESGCM(keyed(web_secret, "upload", session))
