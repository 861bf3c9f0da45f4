"""The one Piccolo app: its tables and where its migrations lie."""

from __future__ import annotations

from pathlib import Path

from piccolo.conf.apps import AppConfig

from hvb_followup.store.tables import TABLES

APP_CONFIG = AppConfig(
    app_name="hvb",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=list(TABLES),
)
