"""Settings: every one has a name, a default and a help; all that is wrong is told at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvb_followup.errors import Unsound
from hvb_followup.settings import SETTINGS, from_environment


def test_an_empty_environment_is_enough_and_is_no_demonstration(tmp_path: Path) -> None:
    found = from_environment({"HVB_DATA": str(tmp_path)})
    assert (found.demo, found.host, found.port, found.answer_url) == (False, "127.0.0.1", 8000, "")
    assert found.database_url == found.jobs_database_url == f"sqlite:///{tmp_path / 'hvb.sqlite'}"
    assert {found.web_keys.parent, found.counter_keys.parent, found.public_keys.parent} == {tmp_path / "keys"}
    assert len({found.web_keys, found.counter_keys, found.public_keys}) == 3


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(Unsound) as refused:
        from_environment(
            {
                "HVB_PORT": "²",
                "HVB_DEMO": "ja",
                "HVB_ANSWER_URL": "fragor.invalid",
                "HVB_DEMOO": "1",
                "HVB_DATABASE_URL_FILE": "finns/inte",
            }
        )
    told = {problem.where: str(problem) for problem in refused.value.problems}
    assert set(told) == {"HVB_PORT", "HVB_DEMO", "HVB_ANSWER_URL", "HVB_DEMOO", "HVB_DATABASE_URL_FILE"}
    assert all(problem.mend for problem in refused.value.problems)


def test_a_problem_never_repeats_a_value_that_may_be_secret() -> None:
    with pytest.raises(Unsound) as refused:
        from_environment({"HVB_PORT": "hemligt", "HVB_DATABASE_URL_FILE": "hemlig/fil"})
    assert "hemlig" not in str(refused.value)


@pytest.mark.parametrize("port", ["", "80", "65000"])
def test_a_port_is_a_number(port: str) -> None:
    assert from_environment({"HVB_PORT": port}).port == int(port or 8000)


@pytest.mark.parametrize("port", ["-1", "8000 ", "8e3", "٨", "123456", "0x50"])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(Unsound):
        from_environment({"HVB_PORT": port})


def test_a_secret_may_be_given_as_a_file(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://annan/databas\n", encoding="utf-8")
    found = from_environment({"HVB_DATABASE_URL_FILE": str(file), "HVB_DATABASE_URL": "sqlite:///x"})
    assert found.database_url == "postgresql://annan/databas"


def test_the_rest_of_the_environment_is_nobodys_business() -> None:
    from_environment({"PATH": "x", "HVB_TEST_PG": "y", "hvb_demo": "2"})


def test_every_setting_has_a_help() -> None:
    assert all(one.name.startswith("HVB_") and one.help.endswith(".") for one in SETTINGS)
    assert len({one.name for one in SETTINGS}) == len(SETTINGS)
