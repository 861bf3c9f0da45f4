"""The worked examples of the manuals, followed to the letter: each addition is its files and nothing more."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from hvb_followup import content

ROOT = Path(__file__).parents[2]
SAVED = re.compile(r"[Ss]ave this as `([^`]+)`:?\n+```toml\n(.*?)```", re.S)
TODAY = dt.date(2026, 11, 22)


def additions(manual: str) -> dict[str, str]:
    """The files that a manual tells its reader to save, by path."""
    return dict(SAVED.findall((ROOT / manual).read_text(encoding="utf-8")))


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """The content that ships, in a folder that may be changed."""
    for name in ("surveys", "dashboards"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def save(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("manual", "part", "most"),
    [
        ("surveys/README.md", "surveys/", 2),
        ("dashboards/README.md", "dashboards/indicators/", 1),
        ("dashboards/README.md", "dashboards/pages/", 1),
    ],
)
def test_an_addition_is_its_files_and_nothing_more(shipped: Path, manual: str, part: str, most: int) -> None:
    files = {path: text for path, text in additions(manual).items() if path.startswith(part)}
    assert 1 <= len(files) <= most
    assert not any((shipped / path).exists() for path in files)
    save(shipped, files)
    assert content.check(shipped, TODAY) == ()


def test_what_was_added_is_there(shipped: Path) -> None:
    save(shipped, {**additions("surveys/README.md"), **additions("dashboards/README.md")})
    found = content.read(shipped)
    assert "exempel" in {one.id for one in found.questionnaires}
    assert "X01" in {one.id for one in found.indicators}
    assert "exempel" in {one.id for one in found.themes}


def test_a_theme_with_an_unknown_indicator_is_found(shipped: Path) -> None:
    files = additions("dashboards/README.md")
    page = {path: text.replace("U02", "U77") for path, text in files.items() if "pages" in path}
    save(shipped, page)
    (problem,) = content.check(shipped, TODAY)
    assert problem.where == "dashboards/pages/exempel.toml: $.indicators"
    assert "U77" in problem.says
