"""The screens after the last question, and those that only say how something stands; they know no sitting either."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Literal

from hvb_followup.web.screens import NO_SEAT, Assets, Helpline, Seat, render

MessageKind = Literal["over", "ended", "refused", "declined", "missing", "withdrawn", "stopped", "fault"]


def finish_page(
    words: object,
    *,
    language: str,
    action: str,
    back: str,
    help_href: str,
    exit_href: str,
    assets: Assets,
    seat: Seat = NO_SEAT,
) -> bytes:
    """After the last question: posts nothing but the press on "Klar" to ``action``."""
    return render(
        "finish.html",
        words,
        language,
        assets,
        action=action,
        back=back,
        help_href=help_href,
        exit_href=exit_href,
        seat=seat,
    )


def thanks_page(
    words: object,
    *,
    language: str,
    receipt: tuple[str, ...],
    helplines: Sequence[Helpline],
    results_by: str,
    help_href: str,
    exit_href: str,
    assets: Assets,
    withdraw_href: str = "",
    saved: str = "",
    results: str = "",
    closes_to: str = "",
) -> bytes:
    """The end: thanks, when results come (``results_by``, written out), the receipt and where help is.

    ``saved`` is what adults are told instead of what holds for young people, ``results`` what is said of them where
    they come on no promised day. ``closes_to`` is where a screen that
    several use goes by itself, unless told to wait.
    """
    return render(
        "thanks.html",
        words,
        language,
        assets,
        receipt=receipt,
        helplines=helplines,
        results=results or attrgetter("thanks_results")(words).format(date=results_by),
        help_href=help_href,
        exit_href=exit_href,
        withdraw_href=withdraw_href,
        saved=saved or attrgetter("thanks_text")(words),
        closes_to=closes_to,
    )


def message_page(
    words: object,
    *,
    language: str,
    kind: MessageKind,
    assets: Assets,
    help_href: str = "",
    again_href: str = "",
) -> bytes:
    """A few sentences where no question can be shown, with a way back to the code where one is given."""
    heading, text = attrgetter(f"{kind}_title", f"{kind}_text")(words)
    return render(
        "message.html",
        words,
        language,
        assets,
        heading=heading,
        text=text,
        help_href=help_href,
        again_href=again_href,
    )


def withdraw_page(
    words: object, *, language: str, failed: bool, assets: Assets, help_href: str = "", back: str = ""
) -> bytes:
    """The form that takes answers back: posts ``receipt``, four words, to its own address.

    ``failed`` means that what was written is not four words; whether they match is never told (DESIGN §4.2).
    """
    return render("withdraw.html", words, language, assets, failed=failed, help_href=help_href, back=back)


def stop_page(words: object, *, language: str, assets: Assets, help_href: str = "") -> bytes:
    """One button, that asks for no more messages: posts nothing but itself to its own address."""
    return render("stop.html", words, language, assets, help_href=help_href)
