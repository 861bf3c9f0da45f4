"""What each of the player's screens is given, for a sitting in its language and edition."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import msgspec
from markupsafe import escape

from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.ballot.receipt import N_WORDS
from hvb_followup.questionnaires import answers, promise
from hvb_followup.questionnaires.help_lines import for_her, hours_of, told_of
from hvb_followup.questionnaires.model import AND, DONT_KNOW, REFUSE, REFUSED, Item, Questionnaire
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.web import end_screens, offered, screens
from hvb_followup.web.end_screens import MessageKind
from hvb_followup.web.pictures import picture_of
from hvb_followup.web.screens import Assets, Helpline, Option, QuestionView, Seat
from hvb_followup.web.service import Service

HELP = "/svara/hjalp"
WITHDRAW = "/svara/ta-bort"
CODE = "/svara"
SHARED_CODE = "/svara?delad=1"  # the same page on a screen that several use
START = "/svara/start"
FORM = "/svara/form"
DONE = "/svara/klar"
EXIT = "/svara/lamna"  # ends the sitting before it leads away, so that no page of it can come back
GAP = "\0"  # HTML cannot hold this character, so no text can
BARRED = frozenset({"often", "safe", "good"})  # scales whose options are shown with filled bars


def code(service: Service, language: str, *, failed: bool, shared: bool = False) -> bytes:
    """Where the code is typed."""
    return screens.code_page(
        words_of(service, language),
        language=language,
        languages=offered.named(service, offered.any_language(service)),
        failed=failed,
        shared=shared,
        help_href=in_tongue(HELP, language),
        assets=assets_of(service),
        withdraw_href=in_tongue(WITHDRAW, language),
    )


def start(service: Service, sitting: Sitting) -> bytes:
    """The start page: the privacy text made from facts, and two equal buttons."""
    questionnaire = service.box.questionnaire(sitting)
    facts = service.deployment.facts_for(sitting.half_year)
    edition = suggested_edition(sitting.age)
    words = service.catalogue.words[sitting.language]
    promised = promise.start_text(
        questionnaire,
        facts,
        sitting.language,
        edition,
        words,
        moment=sitting.moment,
        starts_on=_day(sitting.starts_on),
        age=sitting.age_now,
        last_on=_day(sitting.last_on),
        with_text=service.box.asks_for_words,
    )
    return screens.start_page(
        words_of(service, sitting.language),
        language=sitting.language,
        paragraphs=[(paragraph.heading, paragraph.text) for paragraph in promised],
        action=START,
        edition=edition if "easy" in questionnaire.editions else None,
        languages=offered.named(service, offered.languages(service, questionnaire)),
        listens=bool(service.sounds.of(questionnaire, sitting.language, edition)),
        help_href=HELP,
        exit_href=EXIT,
        assets=assets_of(service),
        seat=seat_of(sitting),
    )


def question(
    service: Service,
    sitting: Sitting,
    item: Item,
    *,
    number: int,
    total: int,
    chosen: str | None,
    prompt: bool,
    resumed: bool,
) -> bytes:
    """One question, with this sitting's mark."""
    questionnaire = service.box.questionnaire(sitting)
    options = _options(service, questionnaire, sitting, item, chosen)
    sounds = _sounds(service, questionnaire, sitting, item, options)
    view = QuestionView(
        language=sitting.language,
        direction=screens.text_direction(sitting.language),
        at_most=item.max if item.type == "goals" else 0,
        longest=item.max_chars if item.type == "text" else 0,
        who_reads=_who_reads(service, questionnaire, sitting.language) if item.type == "text" else "",
        number=number,
        total=total,
        text=questionnaire.question(item, sitting.language, sitting.edition),
        hint=questionnaire.hint(item, sitting.language),
        options=options,
        bars=sitting.shows_pictures and item.scale in BARRED,
        prompt=prompt,
        resumed=resumed,
        action=f"/svara/fraga/{number}",
        back=f"/svara/fraga/{number - 1}" if number > 1 else START,
        help_href=f"{HELP}?n={number}",
        exit_href=EXIT,
        seat=seat_of(sitting, number),
        picture=picture_of(service.pictures, item) if sitting.shows_pictures else "",
        sounds=sounds,
        speaks=sitting.sound and not sounds,
    )
    return screens.question_page(view, words_of(service, sitting.language), assets=assets_of(service))


def _who_reads(service: Service, questionnaire: Questionnaire, language: str) -> str:
    """Who reads own words: said where they are written, in the same words as on the start page (R7 P6)."""
    return promise.who_reads(questionnaire, service.catalogue.words[language])


def finish(service: Service, sitting: Sitting, last: int) -> bytes:
    """The page with "Klar", after the last question."""
    return end_screens.finish_page(
        words_of(service, sitting.language),
        language=sitting.language,
        action=DONE,
        back=f"/svara/fraga/{last}",
        help_href=f"{HELP}?n={last + 1}",
        exit_href=EXIT,
        assets=assets_of(service),
        seat=seat_of(sitting, last + 1),
    )


def thanks(service: Service, sitting: Sitting, receipt: tuple[str, ...]) -> bytes:
    """Thanks, the receipt, and where help is; all but the receipt's words is made once."""
    questionnaire = service.box.questionnaire(sitting)
    is_young, is_change = questionnaire.audience == "youth", questionnaire.publishing == "change"
    lines = helplines(service, sitting.language, sitting.age_now)
    key = (sitting.language, sitting.half_year, is_young, is_change, sitting.shared, lines)
    if key not in service.thanks:
        service.thanks[key] = _thanks_around(service, *key)
    before, *after = service.thanks[key]
    said = (escape(word).encode() + around for word, around in zip(receipt, after, strict=True))
    return before + b"".join(said)


def _thanks_around(
    service: Service,
    language: str,
    half_year: str,
    is_young: bool,
    is_change: bool,
    is_shared: bool,
    lines: tuple[Helpline, ...],
) -> list[bytes]:
    """The thanks page in parts, around the words of the receipt."""
    facts = service.deployment.facts_for(half_year)
    words = service.catalogue.words[language]
    page = end_screens.thanks_page(
        words_of(service, language),
        language=language,
        receipt=(GAP,) * N_WORDS,
        helplines=lines,
        results_by=promise.written_day(facts.results_by, words.promise),
        saved="" if is_young else words.adult.saved,
        results=words.done.as_change if is_change else "",
        help_href=in_tongue(HELP, language),
        exit_href=EXIT,
        assets=assets_of(service),
        withdraw_href=in_tongue(WITHDRAW, language),
        closes_to=SHARED_CODE if is_shared else "",
    )
    return page.split(GAP.encode())


def message(service: Service, language: str, kind: MessageKind) -> bytes:
    """A few sentences where no question can be shown."""
    return end_screens.message_page(
        words_of(service, language),
        language=language,
        kind=kind,
        assets=assets_of(service),
        help_href=in_tongue(HELP, language),
        again_href=in_tongue(CODE, language),
    )


def withdraw(service: Service, language: str, *, failed: bool) -> bytes:
    """Where the four words are typed."""
    return end_screens.withdraw_page(
        words_of(service, language),
        language=language,
        failed=failed,
        assets=assets_of(service),
        help_href=in_tongue(HELP, language),
        back=in_tongue(CODE, language),
    )


def helplines(
    service: Service, language: str, age: int | None = None, panel: str = ""
) -> tuple[Helpline, ...]:
    """The deployment's help lines for who reads this language, is so old and told of this, as the screens show them."""
    words = service.catalogue.words[language].help
    found = for_her(service.deployment.helpline, language, age=age, panel=panel)
    return tuple((one.name, one.phone, hours_of(one, language), told_of(one, words)) for one in found)


def _day(ordinal: int) -> dt.date | None:
    return dt.date.fromordinal(ordinal) if ordinal else None


def seat_of(sitting: Sitting, number: int = 0) -> Seat:
    """What the pages of a sitting carry; ``number`` is the question to come back to."""
    idle = int(sitting.idle.total_seconds())
    return Seat(idle=idle, shared=sitting.shared, form_href=f"{FORM}?n={number}" if number else FORM)


def with_panel(sitting: Sitting, panel: str) -> Sitting:
    """The sitting that has seen a help panel."""
    return msgspec.structs.replace(sitting, panels=(*sitting.panels, panel))


def in_tongue(path: str, language: str) -> str:
    """An address in a language; Swedish needs no mark."""
    return path if language == "sv" else f"{path}?lang={language}"


def assets_of(service: Service) -> Assets:
    """The addresses of the player's files."""
    return service.player_assets


def words_of(service: Service, language: str) -> SimpleNamespace:
    """The screens' words in a language."""
    return service.player_words[language]


def _options(
    service: Service, questionnaire: Questionnaire, sitting: Sitting, item: Item, chosen: str | None
) -> tuple[Option, ...]:
    scale = questionnaire.scale_of(item).codes(sitting.edition)
    # A form sends one word, the draft keeps another; of goals it keeps several.
    marks = {REFUSE} if chosen == REFUSED else set((chosen or "").split(AND))
    return tuple(
        Option(
            value=value,
            label=_label(service, questionnaire, sitting, item, value),
            checked=value in marks,
            apart=value not in scale,
        )
        for value in answers.options(questionnaire, item, sitting.edition)
    )


def _sounds(
    service: Service, questionnaire: Questionnaire, sitting: Sitting, item: Item, options: tuple[Option, ...]
) -> tuple[str, ...]:
    if not sitting.sound:
        return ()
    values = tuple(option.value for option in options)
    return service.sounds.question(questionnaire, item, sitting.language, sitting.edition, values)


def _label(service: Service, questionnaire: Questionnaire, sitting: Sitting, item: Item, value: str) -> str:
    words = service.catalogue.words[sitting.language].question
    own = {REFUSE: words.refuse, DONT_KNOW: words.dont_know}
    return own.get(value) or questionnaire.label(item, value, sitting.language, sitting.edition)
