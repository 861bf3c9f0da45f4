"""Codes, keyed hashes and links: the only names a young person has here.

A secret always arrives as an argument. Nothing in this room remembers anything.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable

from hvb_followup.registry import CROCKFORD, check_symbol, has_right_check

CODE_SYMBOLS = 10  # 50 bits: 5 000 live codes and 1 000 guesses an hour give 1e-5 hits in 90 days (R6 G10)
_FOLDED = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": "", " ": "", "\u00a0": ""})


def keyed(secret: bytes, purpose: str, text: str | bytes) -> bytes:
    """HMAC-SHA-256 of a text for one purpose; two purposes never share a hash."""
    message = text.encode() if isinstance(text, str) else text
    return hmac.digest(secret, purpose.encode() + b"\0" + message, "sha256")


def make_code(random_bits: Callable[[int], int]) -> str:
    """A fresh code: ten random symbols and a check symbol that tells a typing error from a guess."""
    bits = random_bits(CODE_SYMBOLS * 5)
    body = "".join(CROCKFORD[bits >> (5 * place) & 31] for place in range(CODE_SYMBOLS))
    return body + check_symbol(body)


def written(code: str) -> str:
    """The code as a card shows it: ``K7MQ2-9TRXD-A``."""
    return f"{code[:5]}-{code[5:10]}-{code[10:]}"


def read_code(typed: str) -> str:
    """What was typed, with case, separators and look-alike letters folded."""
    return typed[:64].upper().translate(_FOLDED)


def is_code(folded: str) -> bool:
    """True when it has a code's length and its check symbol is right."""
    return len(folded) == CODE_SYMBOLS + 1 and has_right_check(folded)


def link(link_key: bytes, placement: str) -> str:
    """What joins one person's own answers, and nothing else (DESIGN §4.3); made only beside the counter."""
    return keyed(link_key, "link", placement).hex()[:32]
