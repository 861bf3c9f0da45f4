"""THE authorization policy: who may do what, to which home. Pure, and readable by a lawyer.

There is no permission to read an answer, and none to see who answered: nobody has a route to either
(DESIGN §4.13). A foreign thing looks like a missing one, so ``may`` is asked before anything is said.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Permission(StrEnum):
    """What can be asked for; the name is the audit verb."""

    OWN_RESULTS_READ = "own_results:read"
    CODES_ISSUE = "codes:issue"
    CONTACT_KEEP = "contact:keep"
    SENDOUT_READ = "sendout:read"
    ALARM_READ = "alarm:read"
    REGISTER_READ = "register:read"
    REGISTER_IMPORT = "register:import"
    PLACEMENT_IMPORT = "placement:import"
    QUARTER_SIGN = "quarter:sign"
    FEEDBACK_WRITE = "feedback:write"
    FEEDBACK_PUBLISH = "feedback:publish"
    FEEDBACK_FOLLOW = "feedback:follow"
    RELEASE_MEASURE = "release:measure"
    RELEASE_PUBLISH = "release:publish"
    WAVE_OPEN = "wave:open"
    ACCOUNT_MAKE = "account:make"
    HELP_READ = "help:read"
    WORDS_READ = "words:read"


class Role(StrEnum):
    """The roles of R6 §3, with data entry and evidence checker."""

    UNIT_MANAGER = "unit_manager"
    DATA_ENTRY = "data_entry"
    PROVIDER_ADMIN = "provider_admin"
    CASE_WORKER = "case_worker"
    PROCURER = "procurer"
    ANALYST = "analyst"
    EVIDENCE_CHECKER = "evidence_checker"
    SAFEGUARDING_REVIEWER = "safeguarding_reviewer"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Reach(StrEnum):
    """How far a permission reaches."""

    OWN_UNIT = "own_unit"
    OWN_PROVIDER = "own_provider"
    OWN_MUNICIPALITY = "own_municipality"
    ALL = "all"


POLICY: dict[Role, dict[Permission, Reach]] = {
    Role.UNIT_MANAGER: {
        Permission.OWN_RESULTS_READ: Reach.OWN_UNIT,
        Permission.REGISTER_READ: Reach.OWN_UNIT,
        Permission.REGISTER_IMPORT: Reach.OWN_UNIT,
        Permission.QUARTER_SIGN: Reach.OWN_UNIT,
        Permission.FEEDBACK_WRITE: Reach.OWN_UNIT,
        Permission.FEEDBACK_PUBLISH: Reach.OWN_UNIT,
    },
    Role.DATA_ENTRY: {
        Permission.REGISTER_READ: Reach.OWN_UNIT,
        Permission.REGISTER_IMPORT: Reach.OWN_UNIT,
        Permission.FEEDBACK_WRITE: Reach.OWN_UNIT,
    },
    Role.PROVIDER_ADMIN: {
        Permission.OWN_RESULTS_READ: Reach.OWN_PROVIDER,
        Permission.REGISTER_READ: Reach.OWN_PROVIDER,
        Permission.REGISTER_IMPORT: Reach.OWN_PROVIDER,
    },
    Role.CASE_WORKER: {
        Permission.CODES_ISSUE: Reach.OWN_MUNICIPALITY,
        Permission.CONTACT_KEEP: Reach.OWN_MUNICIPALITY,
        Permission.PLACEMENT_IMPORT: Reach.OWN_MUNICIPALITY,
        Permission.FEEDBACK_FOLLOW: Reach.OWN_MUNICIPALITY,
    },
    Role.PROCURER: {
        Permission.OWN_RESULTS_READ: Reach.OWN_MUNICIPALITY,
        Permission.FEEDBACK_FOLLOW: Reach.OWN_MUNICIPALITY,
    },
    Role.ANALYST: {Permission.RELEASE_MEASURE: Reach.ALL, Permission.RELEASE_PUBLISH: Reach.ALL},
    Role.EVIDENCE_CHECKER: {},
    Role.SAFEGUARDING_REVIEWER: {Permission.HELP_READ: Reach.ALL, Permission.WORDS_READ: Reach.ALL},
    Role.AUDITOR: {},
    Role.OPERATOR: {
        Permission.CODES_ISSUE: Reach.ALL,
        Permission.SENDOUT_READ: Reach.ALL,
        Permission.ALARM_READ: Reach.ALL,
        Permission.REGISTER_IMPORT: Reach.ALL,
        Permission.RELEASE_MEASURE: Reach.ALL,
        Permission.WAVE_OPEN: Reach.ALL,
        Permission.ACCOUNT_MAKE: Reach.ALL,
    },
}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in person: a name, one role, and the unit, provider or municipality she speaks for."""

    name: str
    role: Role
    scope: str = ""


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A home as the policy sees it: itself, its owner today, and the municipalities that place there."""

    unit: str
    provider: str
    municipalities: frozenset[str] = frozenset()


# The commands run by whoever holds the keys of the machine.
MACHINE_OPERATOR = Person(name="kommandorad", role=Role.OPERATOR)


def may(person: Person, permission: Permission, home: Home | None = None) -> bool:
    """True when the person may do this, to this home; without a home, only a reach of ALL is enough."""
    reach = POLICY[person.role].get(permission)
    if reach is None:
        return False
    if reach is Reach.ALL:
        return True
    return home is not None and bool(person.scope) and _is_within(person.scope, reach, home)


def _is_within(scope: str, reach: Reach, home: Home) -> bool:
    if reach is Reach.OWN_UNIT:
        return home.unit == scope
    if reach is Reach.OWN_PROVIDER:
        return home.provider == scope
    return scope in home.municipalities
