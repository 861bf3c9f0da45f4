"""Sealed waves opened into frames, for the commands that hold the storage key and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
import polars as pl

from hvb_followup.ballot.count import Record, open_record
from hvb_followup.catalogue import Catalogue
from hvb_followup.frames import ANSWERS, STAFF_ANSWERS, Frame
from hvb_followup.questionnaires.answers import columns
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.store.counting import SealedWave


class OpenedWave(msgspec.Struct, frozen=True):
    """A sealed wave and what was in it."""

    sealed: SealedWave
    record: Record


def open_waves(sealed: Iterable[SealedWave], storage_key: bytes) -> list[OpenedWave]:
    """The waves with their records opened."""
    return [OpenedWave(wave, open_record(wave.record, wave.wave, storage_key)) for wave in sealed]


def of_staff(waves: Iterable[OpenedWave], catalogue: Catalogue) -> tuple[list[OpenedWave], list[OpenedWave]]:
    """The waves that staff answered for themselves (class B), and all others."""
    families = {one.id for one in catalogue.questionnaires if one.audience == "staff"}
    everything = list(waves)
    return (
        [one for one in everything if one.sealed.family in families],
        [one for one in everything if one.sealed.family not in families],
    )


def staff_answers_frame(waves: Sequence[OpenedWave], questionnaire: Questionnaire) -> pl.DataFrame:
    """STAFF_ANSWERS with the questionnaire's item columns: no link, no age, no moment."""
    return _frame(STAFF_ANSWERS, waves, questionnaire)


def answers_frame(waves: Sequence[OpenedWave], questionnaire: Questionnaire) -> pl.DataFrame:
    """ANSWERS with the questionnaire's item columns, of the waves that asked it."""
    return _frame(ANSWERS, waves, questionnaire)


def _frame(frame: Frame, waves: Sequence[OpenedWave], questionnaire: Questionnaire) -> pl.DataFrame:
    """Column by column: a frame made of dictionaries looks at every one of them twice."""
    asked = [
        one
        for one in waves
        if (one.sealed.family, one.sealed.major) == (questionnaire.id, questionnaire.major)
    ]
    pairs = [(wave.sealed, one) for wave in asked for one in wave.record.counted]
    items = columns(questionnaire)
    table: dict[str, list[Any]] = {
        name: [getattr(sealed if name in _OF_WAVE else one, name) for sealed, one in pairs]
        for name in frame.columns
    }
    table |= {item: [one.answers.get(item) for _, one in pairs] for item in items}
    whole = frame.with_columns(items)
    return whole.conform(pl.DataFrame(table, schema=pl.Schema(whole.columns)))


# The columns that the wave says; every other one is the person's.
_OF_WAVE = ("unit", "family", "major", "half_year")
