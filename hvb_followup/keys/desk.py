"""The desk's key pair: the public half lies in the open, the private half is locked with a passphrase.

Only the desk may import this room. The passphrase is kept nowhere: who loses it can open no case any more.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from hvb_followup.errors import Problem, Refused, Unsound
from hvb_followup.keys.files import write_key
from hvb_followup.keys.web import desk_public_path

FEWEST = 16  # characters of a passphrase
_SALT, _NONCE = 16, 12
_WORK = 2**17  # with eight blocks 128 MB and about half a second: a stolen file is dear to guess at
NAME = "desk.locked"


def make_desk_key(folder: Path, public_folder: Path, passphrase: str) -> None:
    """A new pair; Refused where there is one already, or the passphrase is too short."""
    if len(passphrase) < FEWEST:
        raise Refused(_problem("Lösenfrasen är för kort.", f"Minst {FEWEST} tecken."))
    if desk_public_path(public_folder).exists() or (folder / NAME).exists():
        raise Refused(
            _problem("Det finns redan en nyckel.", "Den öppnar det som redan är förseglat: byt den inte.")
        )
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    locked = AESGCM(_stretched(passphrase, salt)).encrypt(nonce, key.private_bytes_raw(), public)
    write_key(folder / NAME, salt + nonce + locked)
    write_key(desk_public_path(public_folder), public, is_public=True)


def unlock(folder: Path, public_folder: Path, passphrase: str) -> X25519PrivateKey:
    """The private half; Refused for a wrong passphrase, Unsound where there is no key."""
    try:
        body = (folder / NAME).read_bytes()
        public = desk_public_path(public_folder).read_bytes()
    except FileNotFoundError:
        raise Unsound(_problem("Nyckeln saknas.", "Gör den med `hvb desk --new-key`.")) from None
    salt, nonce, locked = body[:_SALT], body[_SALT : _SALT + _NONCE], body[_SALT + _NONCE :]
    try:
        raw = AESGCM(_stretched(passphrase, salt)).decrypt(nonce, locked, public)
    except InvalidTag:
        raise Refused(_problem("Lösenfrasen är fel.", "Försök igen.")) from None
    return X25519PrivateKey.from_private_bytes(raw)


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=_WORK, r=8, p=1).derive(passphrase.encode())


def _problem(says: str, mend: str) -> Problem:
    return Problem(code="desk-key", where="HVB_DESK_KEYS", says=says, mend=mend)
