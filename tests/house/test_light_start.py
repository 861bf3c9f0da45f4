"""The web starts without what it never uses: each of these would keep the first page waiting."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from hvb_followup.serving import web
from hvb_followup.web import app
app.Application(route_handlers=[], openapi_config=None)
print(*sorted({"pydantic", "black", "scipy", "plotly", "apscheduler", "hvb_followup.demo"} & sys.modules.keys()))
"""


def test_the_web_loads_nothing_heavy_that_its_first_page_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
