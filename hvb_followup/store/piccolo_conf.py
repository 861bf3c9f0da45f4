"""Where Piccolo looks up its tables; the engine is bound by ``database.opened``, never by import."""

from __future__ import annotations

from typing import Any

from piccolo.conf.apps import AppRegistry

DB: Any = None
APP_REGISTRY = AppRegistry(apps=["hvb_followup.store.piccolo_app"])

# A test server on a memory disk may run without fsync; nothing else sets this.
LOOSE_FOR_TESTS = False
