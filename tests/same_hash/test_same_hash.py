"""The same data give the same release, byte for byte, on any machine (DESIGN §5)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]


def built(address: str, folder: Path, *, threads: int, kernel: str, seed: int) -> dict[str, Any]:
    """What a process of its own released."""
    number = str(threads)
    environ = {
        **os.environ,
        "POLARS_MAX_THREADS": number,
        "OMP_NUM_THREADS": number,
        "OPENBLAS_NUM_THREADS": number,
        "OPENBLAS_CORETYPE": kernel,
    }
    command = [sys.executable, "-m", "tests.same_hash.child", address, str(folder), str(seed)]
    done = subprocess.run(command, env=environ, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_threads_kernels_order_of_rows_and_database_leave_no_trace_in_a_release(
    address: str, tmp_path: Path
) -> None:
    plain = f"sqlite:///{tmp_path / 'plain.sqlite'}"
    one = built(plain, tmp_path / "one", threads=1, kernel="Haswell", seed=1)
    other = built(address, tmp_path / "other", threads=2, kernel="Prescott", seed=2)
    assert (one["threads"], other["threads"]) == (1, 2)
    # Where numpy is built without OpenBLAS there is no kernel to choose, and nothing is claimed of it.
    assert one["kernel"] != other["kernel"] or not one["kernel"]
    assert one["releases"] == other["releases"]
    assert one["data"] == other["data"]
    assert one["model"] == other["model"]
    assert one["rebuilt"] == other["rebuilt"] == [True, True]
    assert one["figures"] > 100
