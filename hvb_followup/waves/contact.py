"""How a young person wants to be asked, and whether an address can be one. It never knows who she is."""

from __future__ import annotations

import hmac
import re
from enum import StrEnum

import msgspec

from hvb_followup.pseudonyms import keyed

MESSAGES = ("sms", "email")
_PHONE = re.compile(r"\+[1-9][0-9]{7,14}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")


class Channel(StrEnum):
    """By what she is reached. A letter is printed by the municipality; nothing is sent."""

    LETTER = "letter"
    SMS = "sms"
    EMAIL = "email"


class Contact(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Channel, address and language. Protected identity is a letter without address: nothing tells the two apart."""

    channel: Channel
    address: str = ""
    language: str = "sv"

    @property
    def is_sent(self) -> bool:
        """True when a message can be sent."""
        return self.channel in MESSAGES


def contact(channel: Channel, typed: str, language: str, *, protected: bool = False) -> Contact | None:
    """The contact as it is kept, or None when the address is none of the channel's."""
    if protected or channel is Channel.LETTER:
        return Contact(channel=Channel.LETTER, language=language)
    address = _phone(typed) if channel is Channel.SMS else typed.strip()
    shape = _PHONE if channel is Channel.SMS else _EMAIL
    if not shape.fullmatch(address) or len(address) > 120:
        return None
    return Contact(channel=channel, address=address, language=language)


STOP = re.compile(r"\W*(?:stopp?|avsluta|unsubscribe)\b", re.I)


def is_stop(text: str) -> bool:
    """True when an answer to a message asks for no more of them (R7 R2)."""
    return STOP.match(text) is not None


def stop_id(outbox_key: bytes, address: str) -> bytes:
    """What an address that wants nothing more is known by: whoever sends can make it, and nobody else."""
    return keyed(outbox_key, "silence", address)[:16]


def stop_token(issuing: bytes, stop: bytes) -> str:
    """What stands in the link of a message: the id, signed, so that a stranger can put nothing in its place."""
    return (stop + keyed(issuing, "stop link", stop)[:8]).hex()


def read_stop_token(issuing: bytes, token: str) -> bytes | None:
    """The id of a link, or None when we have not signed it."""
    if not re.fullmatch(r"[0-9a-f]{48}", token):
        return None
    stop = bytes.fromhex(token)[:16]
    return stop if hmac.compare_digest(stop_token(issuing, stop), token) else None


def _phone(typed: str) -> str:
    """A number as gateways want it; one without country is Swedish."""
    digits = re.sub(r"[\s()–-]", "", typed)
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+46{digits[1:]}" if digits.startswith("0") else digits
