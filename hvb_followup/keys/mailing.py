"""What whoever sends messages holds: the private half for addresses, the outbox's secret, and the issuer of codes.

They lie in the counter's folder, for the jobs process does both. The issuer is made one way from the web's secret
where both are at hand (``hvb init``): with it the jobs give out codes and see whether one was used, but open no draft.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.ballot.card import Issuer, issuer
from hvb_followup.keys.contacts import public_contacts_path
from hvb_followup.keys.files import ensure_secret, read_key, write_key

CONTACTS, OUTBOX, ISSUING = "contacts.key", "outbox.secret", "issuing.secret"


class MailingKeys(msgspec.Struct, frozen=True):
    """The keys of the errands that plan and send messages."""

    contacts: X25519PrivateKey
    outbox: bytes
    issuer: Issuer


def open_mailing_keys(folder: Path) -> MailingKeys:
    """The keys; Unsound when one is missing."""
    private = X25519PrivateKey.from_private_bytes(read_key(folder / CONTACTS))
    return MailingKeys(private, read_key(folder / OUTBOX), Issuer(read_key(folder / ISSUING)))


def make_mailing_keys(folder: Path, public_folder: Path, web_secret: bytes) -> MailingKeys:
    """The keys, made where they are missing; the public half for addresses is laid where the web finds it."""
    ensure_secret(folder / OUTBOX)
    for path, key in (
        (folder / CONTACTS, X25519PrivateKey.generate().private_bytes_raw()),
        (folder / ISSUING, issuer(web_secret).secret),
    ):
        if not path.exists():
            with contextlib.suppress(FileExistsError):
                write_key(path, key)
    made = open_mailing_keys(folder)
    public = public_contacts_path(public_folder)
    if not public.exists():
        with contextlib.suppress(FileExistsError):
            write_key(public, made.contacts.public_key().public_bytes_raw(), is_public=True)
    return made
