"""The commands as somebody types them: what they do, what they refuse, and how they end."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import json
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hvb_followup import __version__, content
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import make_box
from hvb_followup.catalogue import Catalogue
from hvb_followup.cli import main
from hvb_followup.cli.surroundings import settings
from hvb_followup.content import root
from hvb_followup.keys.web import open_web_keys
from hvb_followup.registry import check_symbol, unit_id
from hvb_followup.store.database import opened as opened_database
from tests.documents.reading import pages
from tests.world import FAMILY

HOME = unit_id("HEMMA")
PROVIDER = f"PA1B2C{check_symbol('A1B2C')}"
DEPLOYMENT = """\
operator = "Påhittade kommunförbundet"
feedback = { sv = "Sätts upp där du bor.", en = "Put up where you live." }

[[helpline]]
name = "Bris"
phone = "116 111"
hours = "Dygnet runt."
verified_on = 2026-11-01

[[municipality]]
code = "9001"
name = "Lillby"
lan = "Gotland"
"""
PROVIDERS = f"Utförarens id;Namn\n{PROVIDER};Påhittade Hem AB\n"
UNITS = f"""\
Hemmets id;Namn;Län;Platser;Utförare;Typ;Driftsform;Gäller från
{HOME};Norrgården;Gotland;8;{PROVIDER};HVB;Privat;2020-01-01
"""
HEADING = "Löpnummer;Hem;Kommun;Födelseår;Startdatum;Slutdatum"
PLACEMENTS = "\n".join([HEADING, *(f"L-{number:04};{HOME};9001;2010;2024-06-01;" for number in range(12))])
PERSONNUMMER = "20100101-2382"

Hvb = Callable[..., Result]
READ = functools.cache(content.read)


@pytest.fixture
def hvb(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hvb:
    """Runs a command in a demonstration of its own; a surprise is never an answer."""
    monkeypatch.setenv("HVB_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HVB_DATABASE_URL", address)
    monkeypatch.setenv("HVB_DEMO", "1")
    monkeypatch.setattr(content, "read", shipped)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deployment.toml").write_text(DEPLOYMENT, encoding="utf-8")

    def run(*arguments: str, exit_code: int = 0, typed: str = "") -> Result:
        result = CliRunner().invoke(main, list(arguments), input=typed or None)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == exit_code, result.output
        return result

    return run


@pytest.fixture
def registered(hvb: Hvb, tmp_path: Path) -> Hvb:
    """With a provider, a home and twelve placements."""
    hvb("init")
    for kind, text in (("provider", PROVIDERS), ("unit", UNITS), ("placement", PLACEMENTS)):
        hvb("import", kind, written(tmp_path, text))
    return hvb


def shipped(folder: Path | None, *, invented: bool = False) -> Catalogue:
    """The content that ships, read once for all the commands: reading it takes ten times as long as most of them."""
    assert folder is None
    return READ(invented=invented)


def written(folder: Path, text: str | bytes, name: str = "fil.csv") -> str:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def everything(hvb: Hvb) -> list[str]:
    """How many rows each table holds, and what the audit says."""

    async def look() -> list[str]:
        async with opened_database(settings().database_url) as database:
            tables = ("provider", "unit", "unit_term", "placement", "audit", "code", "envelope")
            return [
                f"{table} {(await database.run(f'SELECT count(*) AS n FROM {table}'))[0]['n']}"
                for table in tables
            ]

    return asyncio.run(look())


def test_version_and_help_of_every_command() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).output
    for name, command in main.commands.items():
        result = CliRunner().invoke(main, [name, "--help"])
        assert (result.exit_code, command.help.split(".")[0] in " ".join(result.output.split())) == (
            0,
            True,
        ), name


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hvb_followup", "--version"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, __version__ in done.stdout) == (0, True)


def test_the_whole_thread_by_commands_alone(registered: Hvb, tmp_path: Path) -> None:
    hvb = registered
    opened = hvb("tick", "--to", "2026-10-20T10:00")
    assert "5 opened" in opened.output
    out = tmp_path / "koder.csv"
    assert "12 codes" in hvb("codes", HOME, "2026H2", FAMILY, "--out", str(out)).output
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(out.read_text(encoding="utf-8").splitlines()) == 13
    assert "[file-exists]" in hvb("codes", HOME, "2026H2", FAMILY, "--out", str(out), exit_code=1).output
    letters, cards = tmp_path / "brev.pdf", tmp_path / "kort.PDF"
    assert "[no-codes]" in hvb("codes", HOME, "2026H2", FAMILY, "--out", str(letters), exit_code=1).output
    assert not letters.exists()
    assert "12 codes" in hvb("codes", HOME, "2026H2", FAMILY, "--out", str(letters), "--again").output
    staff = ("codes", HOME, "2026H2", "personal", "--count", "9", "--language", "en", "--out")
    assert "9 codes" in hvb(*staff, str(cards)).output
    assert [len(pages(file.read_bytes())) for file in (letters, cards)] == [12, 2]
    assert stat.S_IMODE(letters.stat().st_mode) == 0o600
    assert (
        "[letters-of-adults]"
        in hvb(*staff, str(tmp_path / "c.pdf"), "--layout", "letters", exit_code=1).output
    )
    assert "[paper-file]" in hvb(*staff, str(tmp_path / "c.csv"), exit_code=1).output
    assert not list(tmp_path.glob("c.*"))
    counted = hvb("tick", "--to", "2026-12-01T10:00")
    assert "5 waves counted" in counted.output
    assert (
        "[wave-not-open]"
        in hvb("codes", HOME, "2026H2", FAMILY, "--out", str(tmp_path / "b"), exit_code=1).output
    )
    assert not (tmp_path / "b").exists()
    draft = hvb("measure", "2026H2").output.strip()
    assert draft.startswith("2026H2-")
    hvb("publish", draft, exit_code=2)
    assert "[not-found]" in hvb("publish", draft, "--as", "ingen", exit_code=1).output
    for name, role in (("ana", "analyst"), ("opa", "operator")):
        hvb("user", "add", name, "--role", role, "--password", "minst-tolv-tecken")
    assert "[not-found]" in hvb("publish", draft, "--as", "opa", exit_code=1).output
    assert "[not-found]" in hvb("publish", "2026H2-00000000", "--as", "ana", exit_code=1).output
    assert f"published {draft}" in hvb("publish", draft, "--as", "ana").output
    assert "[not-a-draft]" in hvb("publish", draft, "--as", "ana", exit_code=1).output
    assert "same hash" in hvb("rebuild", draft).output
    assert "[not-found]" in hvb("rebuild", "2026H1-00000000", exit_code=1).output
    assert "0 findings" in hvb("attack").output
    assert "2026H2" in hvb("keys").output


def test_check_is_green_and_red_on_a_broken_copy(
    hvb: Hvb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "0 errors" in hvb("check").output
    copy = tmp_path / "content"
    for folder in ("surveys", "dashboards"):
        shutil.copytree(root(None) / folder, copy / folder)
    monkeypatch.setenv("HVB_CONTENT", str(copy))
    hvb("check")
    broken = copy / "dashboards" / "indicators" / "U01.toml"
    broken.write_text(
        broken.read_text(encoding="utf-8").replace("safe_here", "safe_nowhere"), encoding="utf-8"
    )
    (copy / "surveys" / "player" / "en.toml").write_text("language = ", encoding="utf-8")
    told = hvb("check", exit_code=1).output
    assert "U01.toml" in told
    assert "en.toml" in told, "every problem at once"


def test_a_dry_run_reads_all_and_stores_nothing(hvb: Hvb, tmp_path: Path) -> None:
    hvb("init")
    before = everything(hvb)
    assert (
        "1 rows: 1 accepted and would be stored"
        in hvb("import", "provider", written(tmp_path, PROVIDERS), "--dry-run").output
    )
    assert everything(hvb) == before


def test_every_row_is_accounted_for(registered: Hvb, tmp_path: Path) -> None:
    rows = [
        HEADING,
        f"L-9001;{HOME};9001;2010;2024-06-01;",
        "",
        "L-9002;HXXXXXX;9001;2010;2024-06-01;",
        f"L-9003;{HOME};9999;10;igår;",
    ]
    file = written(tmp_path, "\n".join(rows))
    told = registered("import", "placement", file, exit_code=1).output
    assert "4 rows: 1 accepted and stored, 2 rejected, 0 to confirm, 1 blank" in told
    assert "rad 4, cell B4, Hem" in told
    assert "rad 5, cell E5, Startdatum" in told
    found = json.loads(registered("import", "placement", file, "--json", "--dry-run", exit_code=1).stdout)
    assert (found["rows"], len(found["accepted"]), found["rejected"], found["blank"]) == (4, 1, 2, 1)


STAFF = "Personalnyckel;Roll;Anställningsform;Anställd från\nP-1;omsorgspersonal;anställning;2024-01-01\n"
OTHER_KINDS = {
    "staff": STAFF,
    "hours": "Personalnyckel;Månad;Timmar\nP-1;2026-09;152,5\n",
    "events": "Händelsenummer;Datum;Typ;Allvar\n1;2026-09-03;brand;3\n",
    "capacity": "Gäller från;Platser;Lediga;Dygnspris\n2026-01-01;8;2;5200\n",
    "inspections": "Diarienummer;Datum;Typ\n1-2/2026;2026-03-04;årlig tillsyn\n",
    "complaints": "Klagomålsnummer;Datum;Gäller\n1;2026-03-04;mat\n",
}


def test_every_kind_of_register_is_imported_and_repeating_it_stores_nothing(
    registered: Hvb, tmp_path: Path
) -> None:
    for kind, text in OTHER_KINDS.items():
        file = written(tmp_path, text)
        told = registered("import", kind, file, "--unit", HOME).output
        assert "1 rows: 1 accepted and stored, 0 rejected, 0 to confirm, 0 blank" in told
        assert "1 new, 0 changed" in told
        found = (
            json.loads(registered("import", kind, file, "--unit", HOME, "--json").stdout)
            if kind != "staff"
            else {}
        )
        assert found.get("batch") is None
        assert "0 new" in registered("import", kind, file, "--unit", HOME).output
    file = written(tmp_path, OTHER_KINDS["hours"])
    assert "[heading-missing]" in registered("import", "hours", file, exit_code=1).output
    assert "[not-found]" in registered("import", "hours", file, "--unit", "H000000", exit_code=1).output


def test_what_looks_odd_waits_for_a_reason(registered: Hvb, tmp_path: Path) -> None:
    file = written(tmp_path, OTHER_KINDS["capacity"].replace("5200", "0"))
    asked = registered("import", "capacity", file, "--unit", HOME, exit_code=1).output
    assert "bekräfta [price-nought] rad 2, cell D2, Dygnspris" in asked
    assert "0 accepted and stored, 0 rejected, 1 to confirm" in asked
    for wrong in ("price-nought", "2:price-nought", "2:price-nought:"):
        assert (
            "[confirmation]" in registered("import", "capacity", file, "--confirm", wrong, exit_code=1).output
        )
    taken = registered("import", "capacity", file, "--unit", HOME, "--confirm", "2:price-nought:Egen regi")
    assert "1 accepted and stored" in taken.output


def test_an_import_as_somebody_reaches_what_she_reaches(registered: Hvb, tmp_path: Path) -> None:
    file = written(tmp_path, STAFF)
    for name, scope in (("mona", HOME), ("otto", unit_id("0THER"))):
        registered(
            "user", "add", name, "--role", "unit_manager", "--scope", scope, "--password", "minst-tolv-tecken"
        )
    assert "1 new" in registered("import", "staff", file, "--as", "mona").output
    assert (
        "[not-found]"
        in registered("import", "staff", file, "--unit", HOME, "--as", "otto", exit_code=1).output
    )
    gone = written(tmp_path, STAFF.replace("P-1", "P-2"), "borta.csv")
    assert (
        "1 not in the file" in registered("import", "staff", gone, "--as", "mona", "--remove-missing").output
    )
    assert "1 new" in registered("import", "staff", file, "--as", "mona").output, "it was taken away"


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_file_with_a_personnummer_is_refused_whole_before_storage(
    registered: Hvb, tmp_path: Path, as_json: list[str]
) -> None:
    before = everything(registered)
    rows = [HEADING, f"L-9001;{HOME};9001;2010;2024-06-01;", f"{PERSONNUMMER};{HOME};9001;2010;2024-06-01;"]
    refused = registered("import", "placement", written(tmp_path, "\n".join(rows)), *as_json, exit_code=1)
    assert "[personal-number] rad 3, cell A3, Löpnummer" in refused.output
    assert PERSONNUMMER not in refused.output
    assert everything(registered) == before


BROKEN = {
    "empty": b"",
    "blank": b"\n\n\n",
    "heading only": HEADING.encode(),
    "no heading": b"a;b;c\n1;2;3\n",
    "open quote": f'{HEADING}\n"L-1;{HOME}\n'.encode(),
    "utf-16": f"{HEADING}\nL-1".encode("utf-16"),
    "nul": b"L\0pnummer;Hem\n",
    "a workbook": b"PK\x03\x04" + b"\0" * 100,
    "binary": bytes(range(256)),
    "a doubled heading": f"{HEADING};Hem\nL-1\n".encode(),
    "a very long cell": f"{HEADING}\n".encode() + b"x" * 200_000,
}


def test_a_broken_file_is_a_clear_error_and_stores_nothing(registered: Hvb, tmp_path: Path) -> None:
    before = everything(registered)
    for name, body in BROKEN.items():
        told = registered("import", "placement", written(tmp_path, body), exit_code=1).output
        assert told.startswith(("[", "fel [")), f"{name}: {told}"
    assert everything(registered) == before


def test_an_unknown_unit_family_or_half_year_is_a_clear_error(registered: Hvb, tmp_path: Path) -> None:
    registered("tick", "--to", "2026-10-20T10:00")
    out = str(tmp_path / "koder.csv")
    for unit, half_year, family, code in (
        ("HXXXXXX", "2026H2", FAMILY, "not-found"),
        (HOME, "2027H1", FAMILY, "wave-not-open"),
        (HOME, "2026H2", "annan", "not-found"),
        (HOME, "nästa år", FAMILY, "half-year"),
    ):
        told = registered("codes", unit, half_year, family, "--out", out, exit_code=1).output
        assert f"[{code}]" in told
        assert not Path(out).exists()
    for half_year in ("2026", "", "H2", "2026H3"):
        assert "[half-year]" in registered("measure", half_year, exit_code=1).output
    assert "code 0" in everything(registered)


def test_codes_that_cannot_be_written_are_not_issued(registered: Hvb, tmp_path: Path) -> None:
    registered("tick", "--to", "2026-10-20T10:00")
    nowhere = str(tmp_path / "saknas" / "koder.csv")
    assert (
        "[file-unwritable]"
        in registered("codes", HOME, "2026H2", FAMILY, "--out", nowhere, exit_code=1).output
    )
    assert "code 0" in everything(registered)


def test_no_command_of_the_operators_tells_who_has_answered(registered: Hvb, tmp_path: Path) -> None:
    """DESIGN §4.13: letters, tables and ticks are the same but for the codes, whether or not a code was used."""
    registered("tick", "--to", "2026-10-20T10:00")
    registered("codes", HOME, "2026H2", FAMILY, "--out", str(tmp_path / "första.csv"))
    before = told_of_codes(registered, tmp_path, "andra")
    table = (tmp_path / "första.csv").read_text(encoding="utf-8")
    for code in WRITTEN.findall(table)[:5]:
        asyncio.run(answer(code))
    assert told_of_codes(registered, tmp_path, "tredje") == before
    assert "envelope 5" in everything(registered)


WRITTEN = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")


def told_of_codes(hvb: Hvb, folder: Path, name: str) -> list[str]:
    """What an operator can see of a home's codes while the wave is open: new codes, and each command's words."""
    files = {kind: folder / f"{name}.{kind}" for kind in ("csv", "pdf")}
    said = [
        hvb("codes", HOME, "2026H2", FAMILY, "--again", "--out", str(file)).output.replace(str(file), "")
        for file in files.values()
    ]
    said += [hvb("tick").output, hvb("keys").output]
    said += [files["csv"].read_text(encoding="utf-8"), " ".join(pages(files["pdf"].read_bytes()))]
    return [WRITTEN.sub("", one) for one in said]


async def answer(code: str) -> None:
    """A young person answers, as through the web."""
    chosen = settings()
    async with opened_database(chosen.database_url) as database:
        keys = open_web_keys(chosen.web_keys, chosen.public_keys)
        box = make_box(database, READ(), keys, content.receipt_words())
        now = dt.datetime(2026, 10, 20, 10, tzinfo=dt.UTC)
        sitting = await answering.enter(box, code, language="sv", now=now)
        assert sitting is not None
        item = box.questionnaire(sitting).item("safe_here")
        assert await answering.save(box, sitting, await answering.draft_of(box, sitting), item, "very")
        assert (await answering.finish(box, sitting)).outcome == "taken"


def test_the_clock_moves_only_in_a_demonstration(hvb: Hvb, monkeypatch: pytest.MonkeyPatch) -> None:
    hvb("init")
    assert "[instant]" in hvb("tick", "--to", "imorgon", exit_code=1).output
    monkeypatch.setenv("HVB_DEMO", "0")
    assert "[not-a-demo]" in hvb("tick", "--to", "2026-12-01T05:00", exit_code=1).output


def test_outside_a_demonstration_no_wave_opens_and_the_reason_is_told(
    hvb: Hvb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVB_DEMO", "0")
    monkeypatch.setattr(
        "hvb_followup.clock.machine_now", lambda: dt.datetime(2026, 10, 20, 10, tzinfo=dt.UTC)
    )
    hvb("init")
    hvb("import", "provider", written(tmp_path, PROVIDERS))
    hvb("import", "unit", written(tmp_path, UNITS))
    done = hvb("tick")
    assert "0 opened" in done.output
    assert "Jag vill ha hjälp" in done.output


def test_an_account_has_a_long_password_and_outside_demonstrations_a_second_factor(
    hvb: Hvb, monkeypatch: pytest.MonkeyPatch
) -> None:
    hvb("init")
    add = ("user", "add", "anna", "--role", "unit_manager", "--scope", HOME)
    assert "[password-short]" in hvb(*add, "--password", "kort", exit_code=1).output
    assert "second factor" not in hvb(*add, "--password", "minst-tolv-tecken").output
    monkeypatch.setenv("HVB_DEMO", "0")
    shown = hvb(
        "user", "add", "bo", "--role", "auditor", typed="minst-tolv-tecken\nminst-tolv-tecken\n"
    ).output
    assert "second factor, shown once: " in shown
    assert "minst-tolv-tecken" not in shown
    hvb("user", "add", "cia", "--role", "kung", "--password", "minst-tolv-tecken", exit_code=2)


def test_wrong_settings_are_told_all_at_once(hvb: Hvb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVB_PORT", "x")
    monkeypatch.setenv("HVB_ANSWER_URL", "x")
    monkeypatch.setenv("HVB_NEJ", "x")
    told = hvb("keys", exit_code=1).output
    assert all(name in told for name in ("HVB_PORT", "HVB_ANSWER_URL", "HVB_NEJ"))


def test_a_command_before_init_says_what_to_do(
    hvb: Hvb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVB_DATABASE_URL", f"sqlite:///{tmp_path / 'tom.sqlite'}")
    for command in (
        ("import", "provider", written(tmp_path, PROVIDERS)),
        ("attack",),
        ("measure", "2026H2"),
        ("tick",),
    ):
        assert "[not-migrated]" in hvb(*command, exit_code=1).output, command


def test_init_and_migrate_may_be_run_again_and_keep_the_keys(hvb: Hvb, tmp_path: Path) -> None:
    hvb("init")
    folder = tmp_path / "data" / "keys"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert before
    assert all(
        stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 for path in before if "public" not in path.parts
    )
    hvb("init")
    hvb("migrate")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
