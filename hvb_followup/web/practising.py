"""One harmless question to try on, for those who read easily worded questions, listen or look at pictures (R7 §3.2).

It is met once, before the first answer of a code, and nothing of it is kept.
"""

from __future__ import annotations

from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.web import screens, screens_of
from hvb_followup.web.screens import Option, QuestionView
from hvb_followup.web.service import Service

PATH = "/svara/prova"
PICTURE = "practice"


def is_for(service: Service, sitting: Sitting) -> bool:
    """True where trying first is of use; adults are spared it."""
    wants = sitting.edition == "easy" or sitting.sound or sitting.shows_pictures
    return wants and service.box.questionnaire(sitting).audience == "youth"


def screen(service: Service, sitting: Sitting) -> bytes:
    """The question, as every other looks, without a mark."""
    words = service.catalogue.words[sitting.language].practice
    labels = (("yes", words.yes), ("sometimes", words.sometimes), ("no", words.no))
    view = QuestionView(
        language=sitting.language,
        direction=screens.text_direction(sitting.language),
        number=0,
        total=0,
        text=words.question,
        hint=words.hint,
        options=tuple(Option(value=value, label=label) for value, label in labels),
        bars=sitting.shows_pictures,
        prompt=False,
        resumed=False,
        action=PATH,
        back=screens_of.START,
        help_href=screens_of.HELP,
        exit_href=screens_of.EXIT,
        seat=screens_of.seat_of(sitting),
        picture=service.pictures.get(PICTURE, "") if sitting.shows_pictures else "",
        speaks=sitting.sound,
    )
    words_of = screens_of.words_of(service, sitting.language)
    return screens.question_page(view, words_of, assets=screens_of.assets_of(service))
