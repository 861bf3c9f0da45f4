"""The child is poor and lonely, and whatever becomes of it the parent lives and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hvb_followup.errors import Refused, Unsound
from hvb_followup.sheets import isolation
from hvb_followup.sheets.isolation import in_child
from hvb_followup.sheets.limits import LIMITS, MIB, Limits
from hvb_followup.sheets.reading import read_sheet
from tests.sheets.builders import GOOD, recognised, strings, workbook
from tests.sheets.cases import many_rows

HOUSE = Path(__file__).parents[2]
CONFINED = """
import sys
sys.path += sys.argv[1:]
import msgspec, resource, socket, subprocess
from hvb_followup.sheets.child import confine
from hvb_followup.sheets.limits import LIMITS, Limits
"""


def confined(program: str) -> str:
    """What a program prints after CONFINED; it must end by itself or be killed."""
    search = [str(HOUSE), *filter(None, sys.path)]
    command = [sys.executable, "-I", "-S", "-c", CONFINED + program, *search]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return run.stdout.strip() or f"ended {run.returncode}"


def test_an_upload_may_cost_512_mib_and_20_seconds() -> None:
    assert (LIMITS.memory, LIMITS.seconds) == (512 * MIB, 20)


def test_the_child_binds_itself_to_them_and_cannot_loosen_them() -> None:
    said = confined(
        "confine(LIMITS)\n"
        "print([resource.getrlimit(w) for w in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_NOFILE,"
        " resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)])"
    )
    memory, seconds = 512 * MIB, 20
    assert said == str([(memory, memory), (seconds, seconds), (3, 3), (0, 0), (0, 0)])


@pytest.mark.parametrize(
    ("what", "attempt", "error"),
    [
        ("more memory than it has", "bytearray(600 * 1024 * 1024)", "MemoryError"),
        ("a file", "open('/etc/hostname')", "OSError"),
        ("a socket", "socket.socket()", "OSError"),
        ("another process", "subprocess.Popen(['true'])", "OSError"),
    ],
)
def test_the_child_cannot_have(what: str, attempt: str, error: str) -> None:
    said = confined(
        f"confine(LIMITS)\ntry:\n    {attempt}\n    print('got it')\nexcept {error}:\n    print('refused')"
    )
    assert said == "refused", what


def test_a_child_that_computes_for_ever_is_killed() -> None:
    assert confined("confine(Limits(seconds=1))\nwhile True: pass") == "ended -9"


def test_a_file_that_needs_more_memory_than_the_child_has_is_refused() -> None:
    data = workbook(GOOD, shared=strings(*["x" * 1_000] * 60_000))
    roomy, narrow = Limits(text=10**9), Limits(text=10**9, memory=64 * MIB)
    assert len(read_sheet(data, recognised, limits=roomy)) == 2
    with pytest.raises(Refused, match="för mycket minne"):
        read_sheet(data, recognised, limits=narrow)


def test_a_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="för lång tid"):
        read_sheet(many_rows(1_000_001), recognised, limits=Limits(seconds=1))


def test_a_file_with_more_shared_texts_than_cells_is_refused() -> None:
    with pytest.raises(Refused, match="fler celler"):
        read_sheet(workbook(GOOD, shared=strings(*["x"] * 1_001)), recognised, limits=Limits(cells=1_000))


@pytest.mark.parametrize(
    ("what", "program"),
    [
        ("sleeps", "import time; time.sleep(600)"),
        ("dies of a bad address", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"),
        ("aborts", "import os; os.abort()"),
        ("ends without a word", "pass"),
        ("gives up", "import sys; sys.exit(3)"),
        ("says half a word and fails", "import sys; print('x', flush=True); sys.exit(3)"),
        ("talks for ever", "import sys\nwhile True: sys.stdout.write('x' * 65536)"),
        ("closes its ears", "import os, time; os.close(0); time.sleep(600)"),
        (
            "closes its mouth and stays",
            "import os, sys, time; sys.stdin.read(); os.close(1); time.sleep(600)",
        ),
    ],
)
def test_the_parent_survives_a_child_that(what: str, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", program)
    with pytest.raises(Refused) as refused:
        in_child("workbook", b"x" * 1_000_000, Limits(seconds=1, answer=MIB))
    assert [problem.code for problem in refused.value.problems] == ["sheet-greedy"], what


def test_an_answer_that_is_no_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", "import sys; sys.stdin.buffer.read(); print('not an answer')")
    with pytest.raises(Refused, match="Filen tog"):
        read_sheet(workbook(GOOD), recognised)


def test_a_child_that_cannot_start_is_the_installation_s_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "_START", "import nothing_of_that_name")
    with pytest.raises(Unsound):
        read_sheet(workbook(GOOD), recognised)


def test_the_child_gets_no_secret_no_folder_and_no_file_of_the_parent_s(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HVB_TEST_SECRET", "secret")
    opened = os.open(tmp_path / "secret", os.O_CREAT | os.O_RDWR)
    os.set_inheritable(opened, True)
    tell = "import os, sys; sys.stdin.buffer.read(); print(sorted(os.environ), os.getcwd(), len(os.listdir('/proc/self/fd')))"
    monkeypatch.setattr(isolation, "_START", tell)
    try:
        said = in_child("workbook", b"", LIMITS).decode()
    finally:
        os.close(opened)
    assert "HVB" not in said
    # Its three pipes, and the folder it looks into to count them.
    assert said.strip().endswith("/ 4")


def test_no_child_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen[bytes]] = []
    start = isolation._started

    def seen(room: str) -> subprocess.Popen[bytes]:
        children.append(start(room))
        return children[-1]

    monkeypatch.setattr(isolation, "_started", seen)
    read_sheet(workbook(GOOD), recognised)
    monkeypatch.setattr(isolation, "_START", "import time; time.sleep(600)")
    with pytest.raises(Refused):
        read_sheet(workbook(GOOD), recognised, limits=Limits(seconds=1))
    assert [child.returncode for child in children] == [0, -9]
