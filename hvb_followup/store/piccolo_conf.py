"""Where Piccolo's migrations look up tables and engine; only ``migrate`` loads it, for it brings half a workshop."""

from __future__ import annotations

from typing import Any

from piccolo.conf.apps import AppRegistry

DB: Any = None
APP_REGISTRY = AppRegistry(apps=["hvb_followup.store.piccolo_app"])
