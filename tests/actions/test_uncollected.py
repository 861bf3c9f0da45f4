"""While a nation is measured the garbage collector rests; afterwards, and after an error, it is as it was."""

from __future__ import annotations

import gc

import pytest

from hvb_followup.actions.publish.uncollected import uncollected


@uncollected
async def is_collecting(*, fails: bool = False) -> bool:
    if fails:
        raise ValueError("on purpose")
    return gc.isenabled()


async def test_the_collector_rests_during_the_errand_and_works_after_it() -> None:
    assert gc.isenabled()
    assert not await is_collecting()
    assert gc.isenabled()


async def test_the_collector_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="on purpose"):
        await is_collecting(fails=True)
    assert gc.isenabled()


async def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        await is_collecting()
        assert not gc.isenabled()
    finally:
        gc.enable()
