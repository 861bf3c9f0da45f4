"""Every screen of the player once, filled with invented content, for the tests to read and to look at."""

from __future__ import annotations

from types import SimpleNamespace
from typing import get_args

import msgspec
from words import ARABIC, ENGLISH, SWEDISH

from hvb_followup.content import root
from hvb_followup.questionnaires.player import PlayerWords
from hvb_followup.web.end_screens import (
    MessageKind,
    finish_page,
    message_page,
    stop_page,
    thanks_page,
    withdraw_page,
)
from hvb_followup.web.form_screen import Choices, form_page
from hvb_followup.web.help_screens import Form, help_page, sent_page, status_page
from hvb_followup.web.pictures import read_pictures
from hvb_followup.web.screens import (
    Assets,
    Option,
    QuestionView,
    Seat,
    code_page,
    question_page,
    start_page,
)

ASSETS = Assets(
    css="/static/svara.0123abcd.css", js="/static/svara.0123abcd.js", icon="/static/svara.0123abcd.svg"
)
EXIT = "/weather"
SURVEYS = root(None) / "surveys"
PICTURES = read_pictures(SURVEYS / "pictures")
SEAT = Seat(idle=180, shared=True, form_href="/svara/form")
WORDS = msgspec.toml.decode((SURVEYS / "player" / "sv.toml").read_bytes(), type=PlayerWords)
ASKING = WORDS.asking
LANGUAGES = (("sv", "Svenska"), ("en", "English"), ("ar", "العربية"))
HELPLINES = (
    ("Bris, för dig under 18", "116 111", "Alla dagar, hela dygnet", "Gratis. Syns inte på räkningen."),
    ("IVO:s barn- och ungdomslinje", "020-120 06 06", "Vardagar 12–19", "Gratis. Du kan vara anonym."),
)
PARAGRAPHS = (
    ("Hej! Vi vill veta hur du har det där du bor.", ""),
    ("Du bestämmer", "Du kan hoppa över frågor. Du kan sluta när du vill. Inget händer om du inte svarar."),
    (
        "Vem ser mina svar?",
        (
            "Personalen ser inte dina svar. Din socialsekreterare ser inte dina svar. "
            "De ser bara hur alla har svarat tillsammans. Minst 5 måste ha svarat."
        ),
    ),
    ("Om någon gör dig illa", "Ingen läser dina svar direkt. Behöver du hjälp? Tryck på Hjälp nu."),
    ("Sen då?", "Du får veta vad som händer senast 15 december."),
    ("Ångrar du dig?", "Du får fyra ord när du är klar. Med dem kan du ta bort dina svar till 1 december."),
)
OFTEN = (("always", "Alltid"), ("mostly", "Oftast"), ("sometimes", "Ibland"), ("never", "Aldrig"))
GOALS = (("sleep", "Sova bättre"), ("calm", "Känna mig lugn"), ("friends", "Ha vänner"), ("work", "Få jobb"))
HAPPENED = (("never", "Nej"), ("once", "Ja, en gång"), ("several", "Ja, flera gånger"))


def options(
    *pairs: tuple[str, str], chosen: str = "", apart: tuple[str, str] | None = None
) -> tuple[Option, ...]:
    """Options of these values and labels, one of them chosen, and one more that is no step of the scale."""
    own = [Option(value=value, label=label, checked=value == chosen) for value, label in pairs]
    extra = [Option(value=apart[0], label=apart[1], checked=apart[0] == chosen, apart=True)] if apart else []
    return (*own, *extra)


def question(**changes: object) -> QuestionView:
    """A question as most are, changed in what is named."""
    usual: dict[str, object] = {
        "language": "sv",
        "direction": "ltr",
        "number": 4,
        "total": 20,
        "text": "Behandlar personalen dig med respekt?",
        "hint": "Personalen är de vuxna som jobbar där du bor.",
        "options": options(*OFTEN),
        "bars": True,
        "prompt": False,
        "resumed": False,
        "action": "/svara/4",
        "back": "/svara/3",
        "help_href": "/svara/hjalp",
        "exit_href": EXIT,
    }
    return QuestionView(**(usual | changes))  # type: ignore[arg-type]


def shown(view: QuestionView, words: SimpleNamespace = SWEDISH) -> str:
    """The question's page as text."""
    return question_page(view, words, assets=ASSETS).decode()


def questions() -> dict[str, bytes]:
    """The kinds of question: first, usual, answered, prompted, harm, ladder, Arabic."""
    views = {
        "question-first": question(number=1, back=None, resumed=True, hint="", options=options(*OFTEN)),
        "question": question(),
        "question-chosen": question(options=options(*OFTEN, chosen="mostly")),
        "question-prompt": question(prompt=True),
        "question-relevant": question(
            text="Hjälper personalen dig så att skolan går bra?",
            hint="Jobb och praktik räknas också.",
            options=options(*OFTEN, apart=("not_relevant", "Jag går inte i skolan")),
        ),
        "question-harm": question(
            text="Har någon i personalen gjort dig illa de senaste 3 månaderna?",
            hint="Det kan vara slag, hot, elaka ord eller att någon rört dig när du inte ville.",
            options=options(*HAPPENED, apart=("refuse", "Vill inte svara"), chosen="once"),
            bars=False,
        ),
        "question-shared": question(seat=Seat(idle=180, shared=True, form_href="/svara/form?n=4")),
        "question-pictured": question(picture=PICTURES["listens"]),
        "question-spoken": question(speaks=True),
        "question-recorded": question(sounds=tuple(f"/svara/ljud/{number}.mp3" for number in range(5))),
        "question-practice": question(number=0, total=0),
        "question-ladder": question(
            text="Hur bra är ditt liv just nu?",
            hint="0 är det sämsta du kan tänka dig. 10 är det bästa.",
            options=options(*((str(step), str(step)) for step in range(11)), chosen="7"),
            bars=False,
        ),
    }
    views["question-words"] = question(
        text="Vad är bra här?",
        hint="Du behöver inte svara. Skriv inga namn.",
        options=(),
        bars=False,
        longest=500,
        who_reads="Någon som inte jobbar där du bor läser det du skriver. Skriv inga namn.",
    )
    views |= {
        f"question-goals{state}": question(
            text="Vilka är dina mål just nu?",
            hint="Välj högst tre.",
            options=tuple(
                msgspec.structs.replace(one, checked=bool(state) and one.value in ("sleep", "friends"))
                for one in options(*GOALS, apart=("not_relevant", "Jag har inget av de målen"))
            ),
            bars=False,
            at_most=3,
            prompt=bool(state),
        )
        for state in ("", "-prompt")
    }
    pages = {name: question_page(view, SWEDISH, assets=ASSETS) for name, view in views.items()}
    arabic = question(
        language="ar",
        direction="rtl",
        text="هل يستمع إليك الموظفون؟",
        hint="الموظفون هم الكبار الذين يعملون حيث تسكن.",
        options=options(
            ("always", "دائماً"),
            ("mostly", "غالباً"),
            ("sometimes", "أحياناً"),
            ("never", "أبداً"),
            chosen="always",
        ),
    )
    return pages | {"question-arabic": question_page(arabic, ARABIC, assets=ASSETS)}


def screens() -> dict[str, bytes]:
    """Every screen by name."""
    door = {"language": "sv", "languages": LANGUAGES, "help_href": "/svara/hjalp", "assets": ASSETS}
    start = {
        "paragraphs": PARAGRAPHS,
        "action": "/svara/start",
        "exit_href": EXIT,
    }
    pages = {
        "code": code_page(SWEDISH, failed=False, withdraw_href="/svara/angra", **door),
        "code-failed": code_page(SWEDISH, failed=True, **door),
        "code-shared": code_page(SWEDISH, failed=False, shared=True, **door),
        "code-english": code_page(ENGLISH, failed=False, **door | {"language": "en"}),
        "start": start_page(SWEDISH, edition="easy", **door, **start),
        "start-listens": start_page(SWEDISH, edition="easy", listens=True, seat=SEAT, **door, **start),
        "start-one-edition": start_page(SWEDISH, edition=None, **door, **start),
        "finish": finish_page(
            SWEDISH,
            language="sv",
            action="/svara/klar",
            back="/svara/fraga/20",
            help_href="/svara/hjalp",
            exit_href=EXIT,
            assets=ASSETS,
        ),
        "thanks": thanks_page(
            SWEDISH,
            language="sv",
            receipt=("lampa", "tiger", "penna", "sol"),
            helplines=HELPLINES,
            results_by="15 december",
            help_href="/svara/hjalp",
            exit_href=EXIT,
            withdraw_href="/svara/angra",
            assets=ASSETS,
        ),
        "thanks-shared": thanks_page(
            SWEDISH,
            language="sv",
            receipt=("lampa", "tiger", "penna", "sol"),
            helplines=HELPLINES,
            results_by="15 december",
            help_href="/svara/hjalp",
            exit_href=EXIT,
            closes_to="/svara?delad=1",
            assets=ASSETS,
        ),
        "form": form_page(
            SWEDISH,
            WORDS.form,
            Choices(languages=LANGUAGES, easy=True, pictures=True, sound=False, recorded=False, mode="self"),
            language="sv",
            action="/svara/form?n=4",
            back="/svara/fraga/4",
            help_href="/svara/hjalp",
            exit_href=EXIT,
            assets=ASSETS,
            seat=SEAT,
        ),
        "help": help_page(SWEDISH, language="sv", helplines=HELPLINES, back=None, panel=False, assets=ASSETS),
        "help-panel": help_page(
            SWEDISH,
            language="sv",
            helplines=HELPLINES,
            back="/svara/19",
            panel=True,
            exit_href=EXIT,
            assets=ASSETS,
        ),
        "help-form": help_page(
            SWEDISH,
            language="sv",
            helplines=HELPLINES,
            back="/svara/19",
            panel=False,
            exit_href=EXIT,
            assets=ASSETS,
            form=Form(words=ASKING, action="/svara/hjalp", status_href="/svara/hjalp/svar", known=True),
        ),
        "help-unsent": help_page(
            SWEDISH,
            language="sv",
            helplines=HELPLINES,
            back=None,
            panel=False,
            assets=ASSETS,
            form=Form(
                words=ASKING, action="/svara/hjalp", status_href="/svara/hjalp/svar", unsent=True, text="Hej"
            ),
        ),
        "help-sent": sent_page(
            SWEDISH,
            ASKING,
            language="sv",
            receipt=("katt", "regn", "stol", "måne"),
            aim=ASKING.sent.format(day="22 november 2026", hour="20.00"),
            back="/svara/19",
            status_href="/svara/hjalp/svar",
            assets=ASSETS,
            exit_href=EXIT,
        ),
        "help-status": status_page(
            SWEDISH,
            ASKING,
            language="sv",
            told=ASKING.received,
            failed=False,
            help_href="/svara/hjalp",
            assets=ASSETS,
            exit_href=EXIT,
        ),
        "help-status-failed": status_page(
            SWEDISH,
            ASKING,
            language="sv",
            told="",
            failed=True,
            help_href="/svara/hjalp",
            assets=ASSETS,
            exit_href=EXIT,
        ),
        "withdraw": withdraw_page(SWEDISH, language="sv", failed=False, back="/svara", assets=ASSETS),
        "withdraw-failed": withdraw_page(SWEDISH, language="sv", failed=True, back="/svara", assets=ASSETS),
        "stop": stop_page(SWEDISH, language="sv", assets=ASSETS),
    }
    way_back = dict.fromkeys(("ended", "refused", "missing", "fault"), "/svara")
    messages = {
        f"message-{kind}": message_page(
            SWEDISH,
            language="sv",
            kind=kind,
            assets=ASSETS,
            help_href="/svara/hjalp",
            again_href=way_back.get(kind, ""),
        )
        for kind in get_args(MessageKind)
    }
    return pages | messages | questions()
