"""`hvb desk` as a person starts it: a passphrase, a key, a door on this machine; and words that are easy to read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import msgspec
import pytest
from click.testing import CliRunner, Result

from hvb_followup.catalogue import Catalogue
from hvb_followup.cli import main
from hvb_followup.questionnaires.player import texts
from hvb_followup.questionnaires.readability import lix
from tests.journeys.killing import free_port

PASSPHRASE = "fyra ord som ingen gissar"


def hvb(*arguments: str, typed: str) -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


def test_the_desk_opens_with_its_passphrase_and_shows_nothing_to_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVB_DATA", str(tmp_path))
    assert CliRunner().invoke(main, ["init"]).exit_code == 0
    assert hvb("desk", typed=f"{PASSPHRASE}\n").exit_code == 1  # no key yet
    assert hvb("desk", "--new-key", typed="kort\nkort\n").exit_code == 1
    made = hvb("desk", "--new-key", typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (made.exit_code, PASSPHRASE in made.output) == (0, False)
    assert hvb("desk", typed="fel ord som ingen gissar\n").exit_code == 1
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "hvb_followup", "desk", "--port", str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # without a terminal the passphrase is read from what is piped in
    )
    try:
        assert process.stdin is not None
        process.stdin.write(f"{PASSPHRASE}\n".encode())
        process.stdin.flush()
        with httpx.Client(transport=httpx.HTTPTransport(retries=8), verify=False) as client:
            here = f"http://127.0.0.1:{port}"
            for path, status in (("/", 303), ("/logga-in", 200), ("/svara", 404), ("/enhet", 404)):
                assert client.get(f"{here}{path}").status_code == status
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=30)
    assert b"Traceback" not in said


def test_what_is_said_of_help_is_easy_to_read(catalogue: Catalogue) -> None:
    """R7 G9: start, help and end texts at most 25, in Swedish."""
    words = catalogue.words["sv"]
    told = {name: text for name, text in texts(words) if name.startswith(("asking.", "help."))}
    assert "asking.who_reads" in told
    whole = " ".join(text if text.endswith((".", "?")) else f"{text}." for text in told.values())
    assert lix(whole) <= 25
    sentences = [name for name, text in told.items() if text.count(".") + text.count("?") > 1]
    assert {name: lix(told[name]) for name in sentences if lix(told[name]) > 35} == {}
    assert msgspec.to_builtins(words.asking)["heading"] == words.help.short
