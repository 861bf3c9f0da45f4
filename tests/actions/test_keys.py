"""Key files: whole or not at all, made once, by whoever comes first."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from hvb_followup.errors import Unsound
from hvb_followup.keys import files
from hvb_followup.keys.counter import CounterKeys, make_counter_keys
from hvb_followup.keys.files import ensure_secret, read_key, write_key
from hvb_followup.keys.web import make_web_keys, public_path


def test_a_key_is_never_overwritten_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.key"
    write_key(path, b"1" * 32)
    with pytest.raises(FileExistsError):
        write_key(path, b"2" * 32)
    assert read_key(path) == b"1" * 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["a.key"]


def test_who_is_killed_while_writing_a_key_leaves_no_half_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whichever step: the file is not there, or whole; and the next to come makes it."""
    path = tmp_path / "a.secret"
    for step in ("fsync", "link"):

        def killed(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(files.os, step, killed)
            with pytest.raises(KeyboardInterrupt):
                ensure_secret(path)
        assert not path.exists()
    ensure_secret(path)
    assert len(read_key(path)) == 32


def test_many_who_make_the_same_pair_at_once_make_one(tmp_path: Path) -> None:
    keys = make_counter_keys(tmp_path / "counter")
    faults: list[BaseException] = []
    start = threading.Barrier(8)

    def make() -> None:
        try:
            start.wait()
            for half_year in range(20):
                keys.make_counting_key(f"{2030 + half_year}H1", tmp_path / "public")
        except BaseException as fault:
            faults.append(fault)

    workers = [threading.Thread(target=make) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    for half_year in keys.half_years():
        assert is_pair(keys, tmp_path / "public", half_year)


def is_pair(keys: CounterKeys, public: Path, half_year: str) -> bool:
    made = keys.counting_key(half_year).public_key().public_bytes_raw()
    return made == read_key(public_path(public, half_year))


def test_a_pair_whose_public_half_was_not_laid_out_is_completed(tmp_path: Path) -> None:
    """Killed between the halves: the next one lays out the public half of the same pair."""
    keys = make_counter_keys(tmp_path / "counter")
    keys.make_counting_key("2026H2", tmp_path / "public")
    private = keys.counting_key("2026H2").private_bytes_raw()
    public_path(tmp_path / "public", "2026H2").unlink()
    keys.make_counting_key("2026H2", tmp_path / "public")
    assert keys.counting_key("2026H2").private_bytes_raw() == private
    assert is_pair(keys, tmp_path / "public", "2026H2")


def test_a_public_half_without_its_private_one_is_no_pair_to_go_on_with(tmp_path: Path) -> None:
    keys = make_counter_keys(tmp_path / "counter")
    keys.make_counting_key("2026H2", tmp_path / "public")
    keys.destroy_counting_key("2026H2")
    with pytest.raises(Unsound):
        keys.make_counting_key("2026H2", tmp_path / "public")
    assert keys.half_years() == []


def test_destroying_zeroes_the_file_before_it_goes_and_may_be_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = make_counter_keys(tmp_path / "counter")
    keys.make_counting_key("2026H2", tmp_path / "public")
    kept = tmp_path / "kept"
    os.link(keys.folder / "counting-2026H2.key", kept)
    keys.destroy_counting_key("2026H2")
    assert kept.read_bytes() == b"\0" * 32
    keys.destroy_counting_key("2026H2")


def test_the_webs_and_the_counters_keys_lie_apart(tmp_path: Path) -> None:
    make_web_keys(tmp_path / "web", tmp_path / "public")
    make_counter_keys(tmp_path / "counter").make_counting_key("2026H2", tmp_path / "public")
    names = {
        folder: sorted(one.name for one in (tmp_path / folder).iterdir())
        for folder in ("web", "public", "counter")
    }
    assert names == {
        "web": ["web.secret"],
        "public": ["counting-2026H2.pub"],
        "counter": ["audit.secret", "counting-2026H2.key", "link.secret", "storage.secret"],
    }


def test_a_public_half_may_be_read_by_another_user(tmp_path: Path) -> None:
    path = tmp_path / "public" / "counting.pub"
    write_key(path, b"1" * 32, is_public=True)
    assert stat.S_IMODE(path.stat().st_mode) & 0o044 == 0o044
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o055 == 0o055
