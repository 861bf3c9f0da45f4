"""The web process: serves until it is told to stop. It holds the web's keys and never the counter's."""

from __future__ import annotations

import gc
import sys

import uvicorn

from hvb_followup import content
from hvb_followup.deployment import read_deployment
from hvb_followup.keys.web import open_web_keys
from hvb_followup.settings import Settings
from hvb_followup.web.app import create_app
from hvb_followup.web.service import Service

# Seconds a thread may keep the interpreter: the one that writes to SQLite gives it up at each statement, and would
# otherwise wait five milliseconds to get it back while pages are made.
SWITCH = 0.0005
# So many things are made before it is looked for circles among them: a release is forty thousand figures, and none.
NEW_THINGS = 100_000


def service(settings: Settings) -> Service:
    """The web's service: its keys are the web's and no other."""
    return Service(
        settings,
        content.read(settings.content, tried=False),  # the jobs compute; here is shown what they did
        open_web_keys(settings.web_keys, settings.public_keys),
        read_deployment(settings.deployment),
        content.receipt_words(settings.content),
    )


def serve_web(settings: Settings) -> None:
    """Serve HTTP until told to stop. No access log: it would say who was here, and when."""
    sys.setswitchinterval(SWITCH)
    app = create_app(service(settings))
    # What is there now stays: looking it through for what can be thrown away would hold everybody up for a tenth of
    # a second, again and again.
    gc.freeze()
    gc.set_threshold(NEW_THINGS)
    gc.enable()
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        # Where a visitor came from is asked for by the limits of tries in vain, and by nothing else.
        proxy_headers=True,
        forwarded_allow_ips=settings.proxy,
    )
