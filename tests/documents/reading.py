"""Second readers of what typst made: its text and tags by pypdf, its QR codes by zxing from a picture of the page."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from hvb_followup.documents import child
from hvb_followup.documents.slips import Paper, Slip, told


def pages(pdf: bytes) -> list[str]:
    """The text of each page, in reading order, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def catalog(pdf: bytes) -> Any:
    """The document's own description: language, tags, metadata."""
    return PdfReader(io.BytesIO(pdf)).trailer["/Root"]


def title(pdf: bytes) -> str | None:
    """What a reader shows as the document's name."""
    metadata = PdfReader(io.BytesIO(pdf)).metadata
    return metadata.title if metadata else None


def scanned(template: str, paper: Paper, slips: Sequence[Slip]) -> list[str]:
    """What a phone reads from a picture of the only page, row by row."""
    made = child.filled(template, msgspec.json.encode(told(paper, slips))).compile(format="png", ppi=150)
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(made)))
    return [one.text for one in sorted(found, key=_place)]


def _place(one: Any) -> tuple[int, int]:
    corner = one.position.top_left
    return round(corner.y / 50), corner.x


def texts_in(pdf: bytes) -> list[str]:
    """The alternative text of each picture, in reading order."""
    return list(_alternatives(catalog(pdf)["/StructTreeRoot"]))


def _alternatives(node: Any) -> Iterator[str]:
    if "/Alt" in node:
        yield str(node["/Alt"])
    children = node.get("/K", [])
    for child_ in children if isinstance(children, list) else [children]:
        inner = child_.get_object()
        if isinstance(inner, dict):
            yield from _alternatives(inner)
