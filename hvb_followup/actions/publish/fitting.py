"""Making a frozen case-mix model of a release: from its public rows and nothing else, so that anybody can do it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from hvb_followup import periods
from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.publish.circumstances import circumstances, types_of
from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison import adjusting, freezing
from hvb_followup.comparison.adjusting import DIGITS, Model, Term
from hvb_followup.comparison.wording import gate_words
from hvb_followup.errors import Problem, Refused, not_found
from hvb_followup.gates import Gate, half_away
from hvb_followup.indicators.model import Indicator
from hvb_followup.store import releases

Row = Mapping[str, Any]


async def fit_model(context: Context, release: str, indicator: str, *, invented: bool) -> Model:
    """A model of an indicator from a published release, to be used from the half-year after it; Refused where none holds up."""
    context.require(Permission.RELEASE_MEASURE)
    stored = await releases.release(release)
    if stored is None or stored.kind != "statistics" or stored.state != "published":
        raise not_found(release)
    body = msgspec.json.decode(stored.body, type=dict[str, Any])
    asked = context.catalogue.indicator(indicator)
    if not asked.may_be_adjusted:
        raise _refused(indicator, "Nyckeltalet justeras inte.")
    model = frozen_model(body, asked, context.catalogue, invented=invented)
    if isinstance(model, Gate):
        raise _refused(indicator, gate_words(model))
    written = msgspec.structs.replace(model, made_on=periods.local_day(context.now))
    if wrong := list(adjusting.faults(written)):
        raise Refused(*(_problem(indicator, says) for _, says in wrong))
    return written


def frozen_model(
    body: Mapping[str, Any], indicator: Indicator, catalogue: Catalogue, *, invented: bool
) -> Model | Gate:
    """The model of a release's public ``body``: every home of which the indicator and all circumstances are told."""
    rows: list[Row] = body["figures"]
    known = circumstances(rows, types_of(body["units"]))
    terms = _terms(catalogue)
    told = [
        row
        for row in rows
        if row["indicator"] == indicator.id and row["level"] == "unit" and not row["status"]
    ]
    seen = [(row, known("unit", row["whose"])) for row in told]
    seen = [(row, of_one) for row, of_one in seen if all(of_one.get(term.key) is not None for term in terms)]
    # What is the same of every home explains nothing.
    varying = [term for term in terms if len({of_one[term.key] for _, of_one in seen}) > 1]
    centred = [
        _centred(term, [(row["n"], of_one[term.key] or 0.0) for row, of_one in seen]) for term in varying
    ]
    design = [[1.0, *((of_one[one.key] or 0.0) - one.centre for one in centred)] for _, of_one in seen]
    n = [row["n"] for row, _ in seen]
    fitted = freezing.fit(
        np.array(design).reshape(len(seen), len(centred) + 1),
        [row["x_lo"] for row, _ in seen],
        [row["x_hi"] for row, _ in seen],
        n,
    )
    if isinstance(fitted, Gate):
        return fitted
    coefs = zip(centred, fitted.coef[1:], fitted.se[1:], strict=True)
    used_from = periods.shift(body["period"], 1)
    return Model(
        id=f"{indicator.id}-{used_from}{'-demo' if invented else ''}",
        indicator=indicator.id,
        invented=invented,
        made_on=periods.last_day(body["period"]),
        release=body["id"],
        period_from=min(row["period_from"] for row, _ in seen),
        period_to=max(row["period_to"] for row, _ in seen),
        used_from=used_from,
        places=len(seen),
        persons=sum(n),
        events=sum(row["x_lo"] + row["x_hi"] for row, _ in seen) / 2,
        intercept=fitted.coef[0],
        term=tuple(msgspec.structs.replace(one, coef=coef, se=se) for one, coef, se in coefs),
        calibration=fitted.comes,
    )


def _terms(catalogue: Catalogue) -> list[Term]:
    """Every circumstance there is: what homes take in, and what kind they are beside the ordinary one."""
    blank = {"centre": 0.0, "low": 0.0, "high": 1.0, "coef": 0.0, "se": 0.0}
    intake = [
        Term(
            kind="share",
            of=one.id,
            sv=f"andelen som är {_small(one.title.sv)}",
            en=f"the share {_small(one.title.en)}",
            **blank,
        )
        for one in catalogue.indicators
        if one.is_of_intake
    ]
    types = catalogue.codelists["unit_types"].code[1:] if catalogue.codelists else ()
    return [
        *intake,
        *(Term(kind="unit_type", of=one.id, sv=f"om hemmet är {one.sv}", en=f"whether it is {_small(one.en)}", **blank)
          for one in types),
    ]  # fmt: skip


def _centred(term: Term, seen: Sequence[tuple[int, float]]) -> Term:
    """The term with where homes lie: the mean over persons, and how far homes reach (outwards, to three digits)."""
    shares = [share for _, share in seen]
    mean = sum(n * share for n, share in seen) / sum(n for n, _ in seen)
    unit = 10.0**-DIGITS
    return msgspec.structs.replace(
        term,
        centre=half_away(mean, DIGITS),
        low=max(0.0, half_away(min(shares) - unit, DIGITS)),
        high=min(1.0, half_away(max(shares) + unit, DIGITS)),
    )


def _small(title: str) -> str:
    return title[:1].lower() + title[1:]


def _problem(indicator: str, says: str) -> Problem:
    return Problem(
        code="no-model", where=indicator, says=says, mend="Siffran jämförs ojusterad, och orden säger det."
    )


def _refused(indicator: str, says: str) -> Refused:
    return Refused(_problem(indicator, says))
