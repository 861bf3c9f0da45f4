"""The child: data from a pipe, a QR code for each address in it, one template, and the document back.

Run as a file of its own, so that it loads nothing of the house.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import segno
import typst


def qr(url: str) -> str:
    """The QR code of an address, as SVG without a margin: a quarter of it may be dirty or torn."""
    picture = io.BytesIO()
    segno.make(url, error="q", micro=False).save(picture, kind="svg", border=0, xmldecl=False)
    return picture.getvalue().decode()


def filled(template: str, data: bytes) -> typst.Compiler:
    """The template filled in. Only fonts that come with typst are used, so every machine sets the same lines."""
    told = json.loads(data)
    slips = [{**one, "qr": qr(one["url"])} for one in told["slips"]]
    return typst.Compiler(
        Path(__file__).with_name(f"{template}.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**told, "slips": slips})},
    )


if __name__ == "__main__":
    made = filled(sys.argv[1], sys.stdin.buffer.read()).compile(format="pdf", pdf_standards=["ua-1"])
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)
