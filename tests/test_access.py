"""Who may do what to which home: the policy against a table that was written by hand, not by the policy."""

from __future__ import annotations

import itertools

import pytest

from hvb_followup.access import POLICY, Home, Permission, Person, Role, may

# Four homes, as each person stands to them. "own": she speaks for it, or her municipality places there.
# "same": another home of the same provider. "other": another provider's. "none": no home is named.
RELATIONS = ("own", "same", "other", "none")

# What is not written here, nobody may. One line per right: role, right, and to which homes.
TABLE = """
unit_manager    own_results:read   own
unit_manager    register:read      own
unit_manager    register:import    own
unit_manager    quarter:sign       own
unit_manager    feedback:write     own
unit_manager    feedback:publish   own
data_entry      feedback:write     own
procurer        feedback:follow    own
case_worker     feedback:follow    own
data_entry      register:read      own
data_entry      register:import    own
provider_admin  own_results:read   own same
provider_admin  register:read      own same
provider_admin  register:import    own same
procurer        own_results:read   own
case_worker     codes:issue        own
case_worker     contact:keep       own
case_worker     placement:import   own
analyst         release:measure    own same other none
analyst         release:publish    own same other none
operator        codes:issue        own same other none
operator        sendout:read       own same other none
operator        alarm:read         own same other none
operator        register:import    own same other none
operator        release:measure    own same other none
operator        wave:open          own same other none
operator        account:make       own same other none
safeguarding_reviewer help:read    own same other none
safeguarding_reviewer words:read   own same other none
"""

OWN = Home(unit="H1", provider="P1", municipalities=frozenset({"9001"}))
SAME = Home(unit="H2", provider="P1", municipalities=frozenset({"9002"}))
OTHER = Home(unit="H3", provider="P2", municipalities=frozenset())
HOMES = {"own": OWN, "same": SAME, "other": OTHER, "none": None}
SCOPES = {
    "unit_manager": "H1",
    "data_entry": "H1",
    "provider_admin": "P1",
    "procurer": "9001",
    "case_worker": "9001",
}


def written() -> dict[tuple[str, str], set[str]]:
    lines = [line.split() for line in TABLE.strip().splitlines()]
    return {(role, right): set(homes) for role, right, *homes in lines}


def person(role: str) -> Person:
    return Person(name="någon", role=Role(role), scope=SCOPES.get(role, ""))


@pytest.mark.parametrize("role", list(Role))
def test_everybody_may_what_the_table_says_and_nothing_else(role: Role) -> None:
    table = written()
    for right, relation in itertools.product(Permission, RELATIONS):
        wanted = relation in table.get((role.value, right.value), set())
        assert may(person(role), right, HOMES[relation]) is wanted, f"{role} {right} {relation}"


def test_the_table_names_only_roles_and_rights_that_exist() -> None:
    assert {role for role, _ in written()} <= {role.value for role in Role}
    assert {right for _, right in written()} == {right.value for right in Permission}
    assert set(POLICY) == set(Role)


def test_a_role_with_a_reach_but_no_scope_reaches_nothing() -> None:
    for role in (Role.UNIT_MANAGER, Role.PROVIDER_ADMIN, Role.PROCURER, Role.CASE_WORKER):
        nobody = Person(name="ingen", role=role, scope="")
        blank = Home(unit="", provider="", municipalities=frozenset({""}))
        assert not any(may(nobody, right, home) for right in Permission for home in (blank, OWN, None))


def test_a_home_without_an_owner_belongs_to_no_provider() -> None:
    orphan = Home(unit="H9", provider="")
    assert not may(person("provider_admin"), Permission.OWN_RESULTS_READ, orphan)


def test_no_right_reads_an_answer_or_names_who_answered() -> None:
    """R7 P3."""
    words = " ".join(right.value for right in Permission)
    assert not any(
        word in words for word in ("answer", "response", "envelope", "draft", "link", "respondent")
    )


def test_whoever_manages_a_home_can_never_issue_its_codes_or_open_its_waves() -> None:
    """R7 P3."""
    for role in (Role.UNIT_MANAGER, Role.DATA_ENTRY, Role.PROVIDER_ADMIN):
        assert set(POLICY[role]) <= {
            Permission.OWN_RESULTS_READ,
            Permission.REGISTER_READ,
            Permission.REGISTER_IMPORT,
            Permission.QUARTER_SIGN,
            Permission.FEEDBACK_WRITE,
            Permission.FEEDBACK_PUBLISH,
        }


def test_the_one_who_runs_the_machine_cannot_sign_a_release() -> None:
    assert not may(person("operator"), Permission.RELEASE_PUBLISH)
