"""What each of the player's screens is given, for a sitting in its language and edition."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import msgspec
from markupsafe import escape

from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.questionnaires import answers, promise
from hvb_followup.questionnaires.model import AND, DONT_KNOW, REFUSE, REFUSED, Item, Questionnaire
from hvb_followup.questionnaires.routing import suggested_edition
from hvb_followup.web import screens
from hvb_followup.web.screens import Assets, Helpline, MessageKind, Option, QuestionView
from hvb_followup.web.service import Service

HELP = "/svara/hjalp"
WITHDRAW = "/svara/ta-bort"
CODE = "/svara"
START = "/svara/start"
DONE = "/svara/klar"
EXIT = "/svara/lamna"  # ends the sitting before it leads away, so that no page of it can come back
GAP = "\0"  # HTML cannot hold this character, so no text can
BARRED = frozenset({"often", "safe", "good"})  # scales whose options are shown with filled bars


def code(service: Service, language: str, *, failed: bool) -> bytes:
    """Where the code is typed."""
    return screens.code_page(
        words_of(service, language),
        language=language,
        languages=languages_of(service, tuple(service.catalogue.words)),
        failed=failed,
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
        starts_on=dt.date.fromordinal(sitting.starts_on) if sitting.starts_on else None,
    )
    return screens.start_page(
        words_of(service, sitting.language),
        language=sitting.language,
        paragraphs=[(paragraph.heading, paragraph.text) for paragraph in promised],
        action=START,
        edition=edition if "easy" in questionnaire.editions else None,
        languages=languages_of(service, questionnaire.languages),
        help_href=HELP,
        exit_href=EXIT,
        assets=assets_of(service),
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
    view = QuestionView(
        language=sitting.language,
        direction=screens.text_direction(sitting.language),
        at_most=item.max if item.type == "goals" else 0,
        number=number,
        total=total,
        text=questionnaire.question(item, sitting.language, sitting.edition),
        hint=questionnaire.hint(item, sitting.language),
        options=_options(service, questionnaire, sitting, item, chosen),
        bars=item.scale in BARRED,
        prompt=prompt,
        resumed=resumed,
        action=f"/svara/fraga/{number}",
        back=f"/svara/fraga/{number - 1}" if number > 1 else START,
        help_href=f"{HELP}?n={number}",
        exit_href=EXIT,
    )
    return screens.question_page(view, words_of(service, sitting.language), assets=assets_of(service))


def finish(service: Service, sitting: Sitting, last: int) -> bytes:
    """The page with "Klar", after the last question."""
    return screens.finish_page(
        words_of(service, sitting.language),
        language=sitting.language,
        action=DONE,
        back=f"/svara/fraga/{last}",
        help_href=f"{HELP}?n={last + 1}",
        exit_href=EXIT,
        assets=assets_of(service),
    )


def thanks(service: Service, sitting: Sitting, receipt: tuple[str, str, str]) -> bytes:
    """Thanks, the receipt, and where help is; all but the receipt's words is made once."""
    is_young = service.box.questionnaire(sitting).instrument.audience == "youth"
    key = (sitting.language, sitting.half_year, is_young)
    if key not in service.thanks:
        service.thanks[key] = _thanks_around(service, *key)
    before, between, and_between, after = service.thanks[key]
    first, second, third = (escape(word).encode() for word in receipt)
    return b"".join((before, first, between, second, and_between, third, after))


def _thanks_around(service: Service, language: str, half_year: str, is_young: bool) -> list[bytes]:
    """The thanks page in four parts, around the three words."""
    facts = service.deployment.facts_for(half_year)
    words = service.catalogue.words[language]
    page = screens.thanks_page(
        words_of(service, language),
        language=language,
        receipt=(GAP, GAP, GAP),
        helplines=helplines(service),
        results_by=promise.written_day(facts.results_by, words.promise),
        saved="" if is_young else words.adult.saved,
        help_href=in_tongue(HELP, language),
        exit_href=EXIT,
        assets=assets_of(service),
        withdraw_href=in_tongue(WITHDRAW, language),
    )
    return page.split(GAP.encode())


def message(service: Service, language: str, kind: MessageKind) -> bytes:
    """A few sentences where no question can be shown."""
    return screens.message_page(
        words_of(service, language),
        language=language,
        kind=kind,
        assets=assets_of(service),
        help_href=in_tongue(HELP, language),
        again_href=in_tongue(CODE, language),
    )


def withdraw(service: Service, language: str, *, failed: bool) -> bytes:
    """Where the three words are typed."""
    return screens.withdraw_page(
        words_of(service, language),
        language=language,
        failed=failed,
        assets=assets_of(service),
        help_href=in_tongue(HELP, language),
        back=in_tongue(CODE, language),
    )


def helplines(service: Service) -> list[Helpline]:
    """The deployment's help lines as the screens show them."""
    return [(line.name, line.phone, line.hours, "") for line in service.deployment.helpline]


def in_language(sitting: Sitting, language: str) -> Sitting:
    """The sitting in another language; place and answers stay."""
    return msgspec.structs.replace(sitting, language=language)


def in_edition(sitting: Sitting, edition: str) -> Sitting:
    """The sitting in the edition chosen, where it is one."""
    return msgspec.structs.replace(sitting, edition=edition) if edition in {"standard", "easy"} else sitting


def with_panel(sitting: Sitting, panel: str) -> Sitting:
    """The sitting that has seen a help panel."""
    return msgspec.structs.replace(sitting, panels=(*sitting.panels, panel))


def languages_of(service: Service, offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """The languages to choose among, by their own names; Swedish first."""
    words = service.catalogue.words
    known = sorted((language for language in offered if language in words), key=lambda one: one != "sv")
    return [(language, words[language].name) for language in known]


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


def _label(service: Service, questionnaire: Questionnaire, sitting: Sitting, item: Item, value: str) -> str:
    words = service.catalogue.words[sitting.language].question
    own = {REFUSE: words.refuse, DONT_KNOW: words.dont_know}
    return own.get(value) or questionnaire.label(item, value, sitting.language, sitting.edition)
