"""The screen where one chooses how to read: a language, three switches, and who helps."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hvb_followup.questionnaires.player import FormPage
from hvb_followup.web.offered import MODES
from hvb_followup.web.screens import Assets, Seat, render


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What is chosen now; None where there is nothing to choose. ``recorded``: people's voices are heard."""

    languages: Sequence[tuple[str, str]]
    easy: bool | None
    pictures: bool | None
    sound: bool | None
    recorded: bool
    mode: str


def form_page(
    words: object,
    form: FormPage,
    choices: Choices,
    *,
    language: str,
    action: str,
    back: str,
    help_href: str,
    exit_href: str,
    assets: Assets,
    seat: Seat,
) -> bytes:
    """Posts ``lang``, the switches that are on as ``yes``, and ``mode`` to ``action``."""
    switches = (
        ("sound", choices.sound, form.listen, form.listen_about if choices.recorded else form.voice_about),
        ("pictures", choices.pictures, form.pictures, form.pictures_about),
        ("easy", choices.easy, form.easy, form.easy_about),
    )
    return render(
        "form.html",
        words,
        language,
        assets,
        form=form,
        languages=choices.languages,
        switches=[one for one in switches if one[1] is not None],
        modes=[(mode, getattr(form, mode), mode == choices.mode) for mode in MODES],
        action=action,
        back=back,
        help_href=help_href,
        exit_href=exit_href,
        seat=seat,
    )
