"""The screens of help: the lines first, then the form that asks for it, its receipt, and how it goes.

Every one carries the player's neutral title, so that a tab or a history does not tell who asked for help.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hvb_followup.questionnaires.player import AskingPage
from hvb_followup.web.screens import NO_SEAT, Assets, Helpline, Seat, render


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The form that asks for help. ``known`` where a sitting knows who she is and she may let the reader know too.

    What she wrote stands in it again only where it could not be sent.
    """

    words: AskingPage
    action: str
    status_href: str
    known: bool = False
    unsent: bool = False
    text: str = ""
    reach: str = ""


def help_page(
    words: object,
    *,
    language: str,
    helplines: Sequence[Helpline],
    back: str | None,
    panel: bool,
    assets: Assets,
    told: str = "",
    exit_href: str = "",
    form: Form | None = None,
    seat: Seat = NO_SEAT,
) -> bytes:
    """Where help is; with ``panel`` as the page after an answer of harm, and what is ``told`` of that.

    Without ``form`` where nobody would read what is sent.
    """
    return render(
        "help.html",
        words,
        language,
        assets,
        helplines=helplines,
        back=back,
        panel=panel,
        told=told,
        exit_href=exit_href,
        form=form,
        seat=seat,
    )


def sent_page(
    words: object,
    asking: AskingPage,
    *,
    language: str,
    receipt: tuple[str, ...],
    aim: str,
    back: str | None,
    status_href: str,
    assets: Assets,
    exit_href: str = "",
    seat: Seat = NO_SEAT,
) -> bytes:
    """It is sent: ``aim`` says by when somebody is to have taken care of it; and four words of receipt."""
    return render(
        "sent.html",
        words,
        language,
        assets,
        asking=asking,
        receipt=receipt,
        aim=aim,
        back=back,
        status_href=status_href,
        exit_href=exit_href,
        seat=seat,
    )


def status_page(
    words: object,
    asking: AskingPage,
    *,
    language: str,
    told: str,
    failed: bool,
    help_href: str,
    assets: Assets,
    exit_href: str = "",
) -> bytes:
    """Where the four words are typed; ``told`` is what they are answered with, "" before."""
    return render(
        "status.html",
        words,
        language,
        assets,
        asking=asking,
        told=told,
        failed=failed,
        help_href=help_href,
        exit_href=exit_href,
    )
