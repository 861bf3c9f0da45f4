"""The deployment's own facts, read from ``deployment.toml``: who runs this, where help is, who takes part.

The privacy text is made of them; a wave does not open while one is missing (DESIGN §4.11).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from hvb_followup.errors import Problem, Unsound
from hvb_followup.periods import local_day
from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.questionnaires.promise import Facts
from hvb_followup.registry import Municipality
from hvb_followup.safeguarding.recipients import Recipient
from hvb_followup.waves.schedule import window


class Deployment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``deployment.toml`` may say.

    ``exit_url`` is the dull page that "Göm sidan" leads to; ``recipient`` those who read help cases.
    """

    operator: str = ""
    feedback: dict[str, str] = {}
    helpline: tuple[HelpLine, ...] = ()
    exit_url: str = "https://www.smhi.se/"
    contact: str = ""
    municipality: tuple[Municipality, ...] = ()
    recipient: tuple[Recipient, ...] = ()

    def facts_for(self, half_year: str) -> Facts:
        """The facts of the privacy text for a half-year's wave."""
        times = window(half_year)
        last = local_day(times.last_moment)
        return Facts(
            operator=self.operator,
            closes_on=last,
            withdraw_until=last,
            results_by=times.results_by,
            helplines=self.helpline,
            feedback=self.feedback,
        )


def read_deployment(path: Path) -> Deployment:
    """The deployment's facts; an empty deployment where there is no file, Unsound where it cannot be read."""
    if not path.exists():
        return Deployment()
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Deployment)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        problem = Problem(code="deployment", where=path.name, says=f"{error}.", mend="Rätta filen.")
        raise Unsound(problem) from None
