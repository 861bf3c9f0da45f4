"""Addresses are sealed where they are typed and opened only where messages are sent.

Whoever seals one cannot open it again; each is bound to its placement and all have one length.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from hvb_followup.ballot.envelope import SUITE
from hvb_followup.ballot.padding import pad, unpad
from hvb_followup.keys.files import read_key
from hvb_followup.waves.contact import Contact

_WISH = b"hvb no more messages"
_SIZE = 192  # bytes for the longest address, its channel and language


def public_contacts_path(folder: Path) -> Path:
    """Where the public half lies that addresses are sealed to."""
    return folder / "contacts.pub"


def contacts_key(folder: Path) -> bytes:
    """The public half that addresses are sealed to; Unsound when it is missing."""
    return read_key(public_contacts_path(folder))


def seal_contact(contact: Contact, placement: str, public: bytes) -> bytes:
    """The contact as ciphertext of one length, for this placement only."""
    body = pad(msgspec.msgpack.encode(contact), _SIZE)
    return SUITE.encrypt(body, X25519PublicKey.from_public_bytes(public), info=_about(placement))


def open_contact(body: bytes, placement: str, private: X25519PrivateKey) -> Contact | None:
    """The contact back; None when it was sealed to another key or for another placement."""
    try:
        return msgspec.msgpack.decode(
            unpad(SUITE.decrypt(body, private, info=_about(placement))), type=Contact
        )
    except (InvalidTag, msgspec.DecodeError):
        return None


def seal_wish(stop: str, public: bytes) -> bytes:
    """An address, or the id of one, that wants no more messages: ciphertext of one length."""
    return SUITE.encrypt(pad(stop.encode(), _SIZE), X25519PublicKey.from_public_bytes(public), info=_WISH)


def open_wish(body: bytes, private: X25519PrivateKey) -> str | None:
    """The wish back; None when it was sealed to another key."""
    try:
        return unpad(SUITE.decrypt(body, private, info=_WISH)).decode()
    except InvalidTag:
        return None


def _about(placement: str) -> bytes:
    return f"hvb contact {placement}".encode()
