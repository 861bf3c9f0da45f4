"""A small demonstration from nothing to a release and live codes, on both databases; and what it says of itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from hvb_followup import clock
from hvb_followup.access import Role
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import make_box
from hvb_followup.demo.coverage import coverage_of, told
from hvb_followup.demo.progress import line, show_progress
from hvb_followup.demo.serve import build
from hvb_followup.keys.web import open_web_keys
from hvb_followup.pages.facts import Facts
from hvb_followup.running import operation
from hvb_followup.settings import Settings, from_environment
from hvb_followup.store import releases

ALL = {"ung-upplevelse", "ung-utfall", "kontaktperson", "socialsekreterare", "personal"}
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def settings(tmp_path: Path, address: str) -> Settings:
    environ = {"HVB_DEMO": "1", "HVB_DATA": str(tmp_path / "demo"), "HVB_DATABASE_URL": address}
    return from_environment(environ)


async def test_a_small_demonstration_is_built_published_and_still_open(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "machine_now", lambda: NOW)
    steps: list[tuple[str, float]] = []
    await build(settings, 5, 1, lambda what, share: steps.append((what, share)))
    found = msgspec.json.decode((settings.data / "demo.json").read_bytes())

    assert {one["role"] for one in found["accounts"]} == {str(role) for role in Role}
    assert len(found["units"]) == 5
    assert found["stands_out"] in {one["id"] for one in found["units"]}
    assert found["coverage"]["homes"] == 5
    assert found["coverage"]["gates"]
    assert {one["family"] for one in found["codes"]} == ALL
    assert [share for _, share in steps] == sorted(share for _, share in steps)
    assert steps[-1] == ("", 1.0)
    async with operation(settings) as surroundings:
        newest = await releases.newest_id(surroundings.database)
        assert newest == found["release"]
        facts = await releases.release(await releases.newest_facts_id(surroundings.database) or "")
        assert facts is not None
        known = msgspec.json.decode(facts.body, type=Facts).homes
        assert set(known) == {one["id"] for one in found["units"]}
        assert all(one.capacity and one.capacity.price for one in known.values())
        assert any(one.inspections for one in known.values())
        assert all(inspection.reference for one in known.values() for inspection in one.inspections)
        sealed = await surroundings.database.run(
            "SELECT DISTINCT half_year FROM sealed_wave ORDER BY half_year"
        )
        assert [row["half_year"] for row in sealed] == ["2025H2", "2026H1"]
        keys = open_web_keys(settings.web_keys, settings.public_keys)
        words = surroundings.receipt_words()
        box = make_box(surroundings.database, surroundings.catalogue, keys, words)
        for live in found["codes"]:
            assert await answering.enter(box, live["code"], language="sv", now=NOW) is not None


def figure(indicator: str, whose: str, status: str, outcome: str, level: str = "unit") -> dict[str, str]:
    return {"indicator": indicator, "level": level, "whose": whose, "status": status, "outcome": outcome}


def test_the_coverage_counts_homes_by_gate() -> None:
    body = {
        "figures": [
            figure("U01", "H1", "", "shown"),
            figure("U01", "H2", "..", "too_few"),
            figure("U01", "H3", "..", "too_few"),
            figure("U02", "H1", "", "shown"),
            figure("U01", "SE", "", "shown", level="nation"),
        ]
    }
    found = coverage_of(body, 3)
    assert found["places with a shown figure"] == {"nation": 1, "unit": 1}
    assert found["gates"]["U01 unit"] == {"shown": 1, "too_few": 2}
    assert told(found) == [
        "1 nation, 1 unit; of 3 homes",
        "U01    1 homes (too_few 2)",
        "U02    1 homes (all)",
    ]


def test_the_bar_grows_and_is_wiped_at_the_end_and_a_pipe_gets_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert line("registers", 0.5).endswith(f"[{'#' * 15}{'.' * 15}]  50% registers")
    assert line("", 1.0) == "\r\x1b[K"
    show_progress("registers", 0.5)
    assert capsys.readouterr().err == ""
