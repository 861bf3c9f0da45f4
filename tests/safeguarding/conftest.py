"""The world with a desk in it."""

from __future__ import annotations

import pytest

from tests.journeys.test_kill import durable as durable
from tests.safeguarding.reviewing import Reviewed, make_reviewed
from tests.world import World


@pytest.fixture
async def reviewed(world: World) -> Reviewed:
    """Two recipients, free of every home; and the desk's key."""
    return await make_reviewed(world)
