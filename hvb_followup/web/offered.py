"""In which languages a questionnaire can be met here, and how a sitting begins: what may be chosen, before any question.

A language is offered where a person has read its words (or nothing here is real), the questionnaire's and the
player's, and where the deployment says in it how the results are told; otherwise the start page could not be made.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from hvb_followup.actions.respond.sitting import Sitting
from hvb_followup.questionnaires.model import Questionnaire, openable
from hvb_followup.web.service import Service

MODES = ("self", "assistant", "interpreter", "phone", "paper")


def languages(service: Service, questionnaire: Questionnaire) -> list[str]:
    """The tags to choose among, Swedish first."""
    demo = service.settings.demo
    read = {tag for tag, words in service.catalogue.words.items() if words.may_be_met(demo)}
    spoken = read & service.deployment.feedback.keys()
    found = [one for one in questionnaire.languages if one in spoken and openable(questionnaire, one, demo)]
    return sorted(found, key=lambda one: one != "sv")


def any_language(service: Service) -> list[str]:
    """The tags that some questionnaire is offered in: what the page before the code can be read in."""
    found = (one for each in service.catalogue.questionnaires for one in languages(service, each))
    return list(dict.fromkeys(["sv", *found]))


def named(service: Service, tags: list[str]) -> list[tuple[str, str]]:
    """The languages with their own names."""
    return [(tag, service.catalogue.words[tag].name) for tag in tags]


def seated(service: Service, sitting: Sitting, form: Mapping[str, str]) -> Sitting:
    """A new sitting on the screen it was opened on, in a language that its questionnaire is offered in."""
    tags = languages(service, service.box.questionnaire(sitting))
    language = sitting.language if sitting.language in tags else "sv"
    return msgspec.structs.replace(sitting, language=language, shared=form.get("shared") == "yes")


def in_language(service: Service, sitting: Sitting, asked: str | None) -> Sitting:
    """The sitting in the language asked for, where it is offered; place and answers stay."""
    if asked is None or asked not in languages(service, service.box.questionnaire(sitting)):
        return sitting
    return msgspec.structs.replace(sitting, language=asked)


def in_edition(service: Service, sitting: Sitting, edition: str) -> Sitting:
    """The sitting in the edition chosen, where there is one."""
    editions = service.box.questionnaire(sitting).editions
    return msgspec.structs.replace(sitting, edition=edition) if edition in editions else sitting
