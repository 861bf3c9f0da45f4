"""What a container does when it starts, without a container engine: the start script prepares, and serves."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from hvb_followup.settings import SETTINGS
from tests.journeys.conftest import as_role
from tests.journeys.installation import DEPLOYMENT, ROOT, free_port

DOCKER = ROOT / "docker"


@pytest.fixture
def environ(tmp_path: Path, engine: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """A container's environment: the image's folders under ours, and ``hvb`` on the path."""
    hvb = tmp_path / "bin" / "hvb"
    hvb.parent.mkdir()
    hvb.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hvb_followup "$@"\n', encoding="utf-8")
    hvb.chmod(0o755)
    (tmp_path / "deployment.toml").write_text(DEPLOYMENT.replace("EXIT", "https://www.smhi.se/"), "utf-8")
    made = {name: value for name, value in os.environ.items() if not name.startswith("HVB_")}
    made |= {
        "PATH": f"{hvb.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HVB_TEST_PAUSE": "0.1",
        "HVB_DATA": str(tmp_path / "data"),
        "HVB_WEB_KEYS": str(tmp_path / "keys" / "web"),
        "HVB_PUBLIC_KEYS": str(tmp_path / "keys" / "public"),
        "HVB_COUNTER_KEYS": str(tmp_path / "keys" / "counter"),
        "HVB_DESK_KEYS": str(tmp_path / "keys" / "desk"),
        "HVB_DEPLOYMENT": str(tmp_path / "deployment.toml"),
        "HVB_PORT": str(free_port()),
    }
    if engine == "postgres":
        (tmp_path / "owner_url").write_text(request.getfixturevalue("fresh_postgres"), "utf-8")
        made["HVB_DATABASE_URL_FILE"] = str(tmp_path / "owner_url")
    return made


def start(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the start script says and how it ends."""
    command = ["sh", str(DOCKER / "start.sh"), *arguments]
    return subprocess.run(
        command, env=environ, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_container_prepares_twice_and_then_serves(
    environ: dict[str, str], engine: str, tmp_path: Path
) -> None:
    for _ in range(2):
        done = start(environ, "prepare")
        assert done.returncode == 0, done.stdout + done.stderr
    assert stat.S_IMODE((tmp_path / "keys" / "web" / "web.secret").stat().st_mode) == 0o600
    if engine == "postgres":
        owner = Path(environ["HVB_DATABASE_URL_FILE"]).read_text("utf-8")
        environ = {**environ, "HVB_DATABASE_URL": as_role(owner, "hvb_web")}
        del environ["HVB_DATABASE_URL_FILE"]
    web = subprocess.Popen(["sh", str(DOCKER / "start.sh"), "web"], env=environ, cwd=ROOT)
    try:
        assert until_ready(environ["HVB_PORT"]) == b"ok"
    finally:
        web.terminate()
        assert web.wait(20) in (0, -15)


def test_a_person_makes_the_desks_key_and_opens_the_desk_with_a_passphrase(
    environ: dict[str, str], engine: str, tmp_path: Path
) -> None:
    assert start(environ, "prepare").returncode == 0
    if engine == "postgres":
        owner = Path(environ["HVB_DATABASE_URL_FILE"]).read_text("utf-8")
        environ = {**environ, "HVB_DATABASE_URL": as_role(owner, "hvb_desk")}
        del environ["HVB_DATABASE_URL_FILE"]
    typed = "fyra ord som ingen gissar\n"
    script = ["sh", str(DOCKER / "start.sh"), "desk"]
    made = subprocess.run(
        [*script, "--new-key"],
        env=environ,
        cwd=ROOT,
        input=typed * 2,
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert made.returncode == 0, made.stderr
    (locked,) = (tmp_path / "keys" / "desk").iterdir()
    assert stat.S_IMODE(locked.stat().st_mode) == 0o600
    assert (tmp_path / "keys" / "public" / "desk.pub").exists()
    port = str(free_port())
    desk = subprocess.Popen(
        [*script, "--port", port], env=environ, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    try:
        assert desk.stdin is not None
        with desk.stdin:
            desk.stdin.write(typed.encode())
        assert "Lösenord" in until_ready(port, "/logga-in").decode()
    finally:
        desk.terminate()
        assert desk.wait(20) in (0, -15)


def test_the_desks_container_has_a_user_keys_and_a_role_of_its_own() -> None:
    """What belongs to one process is mounted in no other's container, but the public halves."""
    text = (DOCKER / "compose.yaml").read_text("utf-8")
    services = dict(re.findall(r"^  (\w+):\n((?:    .*\n|\n)+)", text.split("\nvolumes:")[0], re.M))
    assert {"web", "jobs", "desk"} <= set(services)
    users = [re.findall(r'user: "(\d+):900"', services[one]) for one in ("web", "jobs", "desk")]
    assert len({user for (user,) in users}) == 3
    keys = {one: set(re.findall(r"(\w+-keys):/keys", services[one])) for one in ("web", "jobs", "desk")}
    assert keys == {
        "web": {"web-keys", "public-keys"},
        "jobs": {"counter-keys", "public-keys"},
        "desk": {"desk-keys", "public-keys"},
    }
    assert "/run/secrets/desk_url" in services["desk"]
    assert "profiles: [desk]" in services["desk"]
    assert 'ports: ["127.0.0.1:8100:8100"]' in services["desk"]


def until_ready(port: str, path: str = "/ready") -> bytes:
    """What a page says, within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as page:
                return bytes(page.read())
        except OSError:
            time.sleep(0.1)
    pytest.fail("the web was not ready within a minute")


def test_a_container_that_is_told_nothing_says_what_it_can_do(environ: dict[str, str]) -> None:
    done = start(environ)
    assert (done.returncode, done.stderr) == (2, "usage: start.sh prepare|web|jobs|desk\n")


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml"])
def test_every_setting_in_the_image_and_in_compose_is_one_that_is_read(file: str) -> None:
    known = {setting.name for setting in SETTINGS}
    named = set(re.findall(r"\bHVB_[A-Z_]+", (DOCKER / file).read_text("utf-8")))
    assert named
    assert {name.removesuffix("_FILE") for name in named} <= known


def test_everything_the_image_copies_is_there_and_passes_the_ignore_file() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (DOCKER / "Dockerfile").read_text("utf-8"), re.M)
    sources = [source for line in copied for source in line.split()]
    passed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line[0] == "!"}
    assert sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {source.split("/")[0] for source in sources} <= passed
