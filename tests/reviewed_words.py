"""A catalogue as it will be when somebody has read its words: the one that ships holds drafts only."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires.model import Questionnaire


def reviewed_words(catalogue: Catalogue, families: Collection[str] = ()) -> Catalogue:
    """The Swedish of these questionnaires (of all, where none is named) is reviewed, and nothing else is changed."""
    read = tuple(
        _read(one) if not families or one.id in families else one for one in catalogue.questionnaires
    )
    return msgspec.structs.replace(catalogue, questionnaires=read)


def _read(questionnaire: Questionnaire) -> Questionnaire:
    swedish = msgspec.structs.replace(questionnaire.words["sv"], status="reviewed")
    return msgspec.structs.replace(questionnaire, words={**questionnaire.words, "sv": swedish})
