"""The templates of the pages in one language, and the links that keep what a reader has chosen.

A template says its Swedish sentences inside ``{% trans %}`` or ``_()``; the table of another language has them as keys.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from hvb_followup.pages.words import Words


class View(msgspec.Struct, frozen=True, kw_only=True):
    """How a page is asked for: in which language, bound to which release (a permalink's), and at which address.

    ``other`` is the same page in the other language; "" where a page has no other.
    """

    language: str = "sv"
    pinned: str = ""
    other: str = ""


def environment(folder: Path, say: Words) -> Environment:
    """The templates of a folder, in the language of these words."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(say.text, say.plural, newstyle=True)  # type: ignore[attr-defined]
    made.globals["language"] = say.language
    made.filters["link"] = link
    made.filters["number"] = say.number
    made.filters["whole_days"] = whole_days
    return made


@pass_context
def link(context: Context, address: str) -> str:
    """An address of ours that keeps the language, and the release that a permalink is bound to."""
    address, mark, part = address.partition("#")
    kept = []
    if context["language"] != "sv":
        kept.append(f"lang={context['language']}")
    if context.get("pinned") and "r=" not in address.partition("?")[2].split("&")[-1][:2]:
        kept.append(f"r={quote(context['pinned'])}")
    if kept:
        address += ("&" if "?" in address else "?") + "&".join(kept)
    return f"{address}{mark}{part}"


def whole_days(text: str) -> Markup:
    """A text in which no day is broken in two at the end of a line."""
    return Markup(re.sub(r"\d{4}-\d\d-\d\d", r'<span class="whole">\g<0></span>', str(escape(text))))
