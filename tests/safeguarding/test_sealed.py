"""What is sealed to the desk opens nowhere else: not moved, not changed, not in the web's reach (DESIGN §4.10)."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hvb_followup.actions.review import cases
from hvb_followup.ballot.letter import REACH, TEXT, Letter, seal_letter
from hvb_followup.ballot.read_letter import open_letter
from hvb_followup.errors import Refused, Unsound
from hvb_followup.keys.desk import make_desk_key, unlock
from hvb_followup.keys.web import desk_public_path, make_web_keys
from hvb_followup.store import help_cases
from tests.ballot.raw_bytes import holding, on_disk
from tests.counted import every_row
from tests.safeguarding.reviewing import Reviewed
from tests.world import NORTH

KEY = X25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
CASE, OTHER = b"c" * 16, b"d" * 16
LOADED = """
import sys, json, hvb_followup.serving.web, hvb_followup.serving.jobs
print(json.dumps([name for name in sys.modules if name.startswith("hvb_followup")]))
"""
PASSPHRASE = "fyra ord som ingen gissar"


def test_a_letter_opens_for_its_own_case_and_key_only() -> None:
    letter = Letter(text="Jag heter Påhittad", reach="efter skolan")
    body = seal_letter(letter, CASE, PUBLIC)
    assert open_letter(body, CASE, KEY) == letter
    assert open_letter(body, OTHER, KEY) is None
    assert open_letter(body, CASE, X25519PrivateKey.generate()) is None
    for place in (0, 40, len(body) - 1):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert open_letter(changed, CASE, KEY) is None
    assert open_letter(b"", CASE, KEY) is None


@pytest.mark.parametrize("text", ["", "a", "å" * 1500, "😀" * 5000, "\r\n" * 1500, "x" * 100_000])
def test_every_letter_has_one_length_and_too_long_a_one_is_cut(text: str) -> None:
    letter = Letter(text=text, reach=text, placement="L" * 24)
    body = seal_letter(letter, CASE, PUBLIC)
    assert len(body) == len(seal_letter(Letter(), CASE, PUBLIC))
    opened = open_letter(body, CASE, KEY)
    assert opened is not None
    assert text.startswith(opened.text)
    assert len(opened.text.encode()) > min(TEXT, len(text.encode())) - 4
    assert len(opened.reach.encode()) <= REACH


async def test_a_body_moved_to_another_case_is_refused_and_still_leaves_a_trace(reviewed: Reviewed) -> None:
    await reviewed.ask("min")
    await reviewed.ask("din")
    database = reviewed.world.database
    first, second = await database.run("SELECT id, body FROM help_case")
    await database.run("UPDATE help_case SET body = ? WHERE id = ?", first["body"], second["id"])
    assert (await cases.open_case(reviewed.desk(), bytes(first["id"]), "jour")).letter.text in {"min", "din"}
    with pytest.raises(Refused):
        await cases.open_case(reviewed.desk(), bytes(second["id"]), "jour")
    assert len(await database.run("SELECT id FROM audit WHERE did = 'help:read'")) == 2
    states = {row["id"]: row["state"] for row in await database.run("SELECT id, state FROM help_case")}
    assert (states[first["id"]], states[second["id"]]) == ("read", "received")


async def test_five_hundred_canaries_are_readable_nowhere_the_web_reaches(reviewed: Reviewed) -> None:
    """The whole database and its files, the web's keys and the public halves: not one of 500 texts, nor a name."""
    world, canary = reviewed.world, f"kanarie-{secrets.token_hex(8)}"
    marks = [f"{canary}-{number}" for number in range(500)]
    await world.placements(NORTH, 1)
    async with world.database.transaction():
        for mark in marks:
            await reviewed.ask(f"{mark} text", reach=f"{mark} ring", placement=f"{NORTH}-1")
    rows = await every_row(world.database)
    kept = [path.read_bytes() for path in world.settings.data.rglob("*") if path.is_file()]
    assert canary.encode() not in repr(rows).encode() + b"".join(kept)
    files = await on_disk(world.database)
    for shape in (canary.encode(), canary.encode().hex().encode()):
        assert holding(files, shape) == []
    (table,) = [found for name, found in rows.items() if name == "help_case"]
    assert len(table) == 500
    assert f"{NORTH}-1" not in repr(table)
    # With every key the web holds: its secret, and all public halves, taken for private ones.
    held = [world.web_keys.secret, *(path.read_bytes() for path in world.settings.public_keys.iterdir())]
    sealed = await world.database.run("SELECT id, body FROM help_case")
    for key in held:
        private = X25519PrivateKey.from_private_bytes(key)
        assert not [row for row in sealed if open_letter(row["body"], bytes(row["id"]), private)]
    opened = [open_letter(row["body"], bytes(row["id"]), reviewed.key) for row in sealed]
    assert {one.text.split()[0] for one in opened if one} == set(marks)  # teeth: they are there


def test_the_web_never_loads_what_opens() -> None:
    """A web process, with all its modules loaded, has no room that opens a letter or unlocks the key."""
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            LOADED,
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    loaded = set(json.loads(done.stdout))
    assert "hvb_followup.web.helping" in loaded
    assert not loaded & {
        "hvb_followup.ballot.read_letter",
        "hvb_followup.keys.desk",
        "hvb_followup.actions.review.cases",
        "hvb_followup.desk.app",
    }


def test_the_key_is_locked_with_the_passphrase_and_made_once(tmp_path: Path) -> None:
    folder, public = tmp_path / "desk", tmp_path / "public"
    with pytest.raises(Unsound):
        unlock(folder, public, PASSPHRASE)
    with pytest.raises(Refused):
        make_desk_key(folder, public, "kort")
    make_desk_key(folder, public, PASSPHRASE)
    sealed = seal_letter(Letter(text="hej"), CASE, make_web_keys(tmp_path / "web", public).desk_key() or b"")
    key = unlock(folder, public, PASSPHRASE)
    opened = open_letter(sealed, CASE, key)
    assert opened is not None
    assert opened.text == "hej"
    assert key.private_bytes_raw() not in b"".join(path.read_bytes() for path in folder.iterdir())
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    with pytest.raises(Refused):
        unlock(folder, public, PASSPHRASE + ".")
    with pytest.raises(Refused):
        make_desk_key(folder, public, PASSPHRASE)
    assert desk_public_path(public).read_bytes() == key.public_key().public_bytes_raw()


async def test_a_case_says_how_soon_and_when_and_nothing_more(reviewed: Reviewed) -> None:
    """No code, wave, home, placement or recipient: and the time is a whole minute."""
    world = reviewed.world
    world.now = world.now.replace(second=41, microsecond=5)
    await reviewed.ask("hej", soon="nonsense")
    (case,) = await help_cases.open_cases(world.database)
    assert (case.urgency, case.state, case.step) == ("today", "received", 0)
    assert (case.put_at.second, case.put_at.microsecond) == (0, 0)
    (row,) = await world.database.run("SELECT * FROM help_case")
    assert set(row) == {"id", "receipt", "body", "urgency", "put_at", "due_at", "step", "state", "crowded"}
    assert await world.database.run("SELECT id FROM audit") == []
