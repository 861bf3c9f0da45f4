"""Sealed waves opened into frames, for the commands that hold the storage key and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import polars as pl

from hvb_followup.ballot.count import Counted, Record, open_record
from hvb_followup.catalogue import Catalogue
from hvb_followup.frames import ANSWERS, STAFF_ANSWERS
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
    frame = STAFF_ANSWERS.with_columns(columns(questionnaire))
    rows = [
        {
            "unit": wave.sealed.unit,
            "family": wave.sealed.family,
            "major": wave.sealed.major,
            "half_year": wave.sealed.half_year,
            "language": counted.language,
            "edition": counted.edition,
            "mode": counted.mode,
            **counted.answers,
        }
        for wave in waves
        if (wave.sealed.family, wave.sealed.major) == (questionnaire.id, questionnaire.major)
        for counted in wave.record.counted
    ]
    return frame.conform(pl.DataFrame(rows, schema=pl.Schema(frame.columns))) if rows else frame.empty()


def answers_frame(waves: Sequence[OpenedWave], questionnaire: Questionnaire) -> pl.DataFrame:
    """ANSWERS with the questionnaire's item columns, of the waves that asked it."""
    rows = [
        {
            "unit": wave.sealed.unit,
            "family": wave.sealed.family,
            "major": wave.sealed.major,
            "half_year": wave.sealed.half_year,
            **_person(counted),
        }
        for wave in waves
        if (wave.sealed.family, wave.sealed.major) == (questionnaire.id, questionnaire.major)
        for counted in wave.record.counted
    ]
    frame = ANSWERS.with_columns(columns(questionnaire))
    return frame.conform(pl.DataFrame(rows, schema=pl.Schema(frame.columns))) if rows else frame.empty()


def _person(counted: Counted) -> dict[str, str]:
    return {
        "link": counted.link,
        "age_band": counted.age_band,
        "moment": counted.moment,
        "language": counted.language,
        "edition": counted.edition,
        "mode": counted.mode,
        **counted.answers,
    }
