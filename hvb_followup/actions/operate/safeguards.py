"""Whether somebody stands ready for who asks for help: recipients, their accounts, the desk's key, the help lines."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hvb_followup.access import Permission, Person, Role, may
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem
from hvb_followup.keys.web import desk_public_path
from hvb_followup.safeguarding import helplines
from hvb_followup.safeguarding.recipients import Recipient, Tree, conflict_free, shortage
from hvb_followup.store import accounts, homes

NO_DESK = Problem(
    code="desk-key",
    where="HVB_PUBLIC_KEYS",
    says="Det finns ingen nyckel att försegla ”Jag vill ha hjälp” till.",
    mend="Gör den med `hvb desk --new-key`.",
)

NO_MAIL = Problem(
    code="help-mail",
    where="HVB_SMTP_URL",
    says="Ingen e-post kan skickas: mottagarna får inte veta att någon ber om hjälp.",
    mend="Ställ in HVB_SMTP_URL och HVB_MAIL_FROM för jobs.",
)


async def unready(
    deployment: Deployment, public_folder: Path, today: dt.date, *, mails: bool
) -> tuple[Problem, ...]:
    """Every reason why no wave may open: nobody would hear, or a help line is not to be trusted (DESIGN §4.10).

    ``mails``: whether e-mail can be sent, which is how recipients are told.
    """
    key = () if desk_public_path(public_folder).exists() else (NO_DESK,)
    lines = {line.name: line.verified_on for line in deployment.helpline}
    short = shortage(deployment.recipient, await trees(), await reviewers(deployment, today))
    return (*key, *(() if mails else (NO_MAIL,)), *short, *helplines.unfit(lines, today))


def ageing_lines(deployment: Deployment, today: dt.date) -> tuple[str, ...]:
    """What is to be said of help lines that nobody has tried for half a year (R7 H3)."""
    lines = {line.name: line.verified_on for line in deployment.helpline}
    return tuple(str(problem) for problem in helplines.ageing(lines, today))


async def free_recipients(deployment: Deployment, today: dt.date) -> tuple[Recipient, ...]:
    """Those who may be told of a case, and may read it."""
    readers = await reviewers(deployment, today)
    free = conflict_free(deployment.recipient, await trees())
    return tuple(one for one in free if one.account in readers)


async def trees() -> tuple[Tree, ...]:
    """Every provider with every home it has had, has or is to have."""
    owned: dict[str, set[str]] = {}
    for unit in await homes.units():
        for term in unit.terms:
            owned.setdefault(term.provider, set()).add(unit.id)
    return tuple(Tree(provider=owner, units=frozenset(units)) for owner, units in sorted(owned.items()))


async def reviewers(deployment: Deployment, today: dt.date) -> frozenset[str]:
    """The recipients' accounts that may read a case today: a scope would be a tie."""
    found = [await accounts.account(one.account) for one in deployment.recipient]
    return frozenset(
        one.name
        for one in found
        if one is not None
        and not one.scope
        and (one.ends_on is None or one.ends_on >= today)
        and may(Person(name=one.name, role=Role(one.role)), Permission.HELP_READ)
    )
