"""A table as TOML text: texts, numbers and lists before the tables below them, in the order given; the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def toml(table: Mapping[str, Any]) -> str:
    """The table as a file's text; read back it is the same table."""
    return "".join(_lines(table, ())).lstrip("\n")


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    plain = {key: value for key, value in table.items() if not _is_below(value)}
    if path and (plain or not table):
        yield f"\n[{_name(path)}]\n"
    yield from _own(plain)
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _lines(value, (*path, key))
        elif _is_below(value):
            for one in value:
                yield f"\n[[{_name((*path, key))}]]\n"
                yield from _own(one)


def _is_below(value: Any) -> bool:
    """Whether it is written below, as a table or as a list of flat tables."""
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    )


def _own(plain: Mapping[str, Any]) -> Iterator[str]:
    return (f"{_key(key)} = {_value(value)}\n" for key, value in plain.items())


def _name(path: tuple[str, ...]) -> str:
    return ".".join(map(_key, path))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    return msgspec.json.encode(value).decode()


def _text(text: str) -> str:
    if "\n" not in text or "\r" in text:
        return _quoted(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"""\n{escaped}"""'


def _quoted(text: str) -> str:
    """What JSON writes of a text TOML reads, but for the one sign that only TOML wants escaped."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")
