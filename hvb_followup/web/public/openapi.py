"""The description of the open data for programs (OpenAPI 3.1): one table of addresses, written out."""

from __future__ import annotations

from typing import Any

PATHS = {
    "/api/v1/kpi": "The indicators: titles, why they matter, how they are read, what they are not for.",
    "/api/v1/ou": "The homes: what is open about them, with the newest plain facts (price in öre a day).",
    "/api/v1/provider": "The providers and their homes.",
    "/api/v1/periods": "The half-years that have been published.",
    "/api/v1/releases": "Every publication with its hash.",
    "/api/v1/changes": "Publications and changed definitions, newest first.",
    "/api/v1/data/kpi/{kpi}/ou/{ou}": "Figures of homes.",
    "/api/v1/data/kpi/{kpi}/period/{period}": "Figures of one half-year's publication.",
    "/api/v1/data/ou/{ou}/period/{period}": "Everything about homes in one half-year's publication.",
    "/api/v1/data/kpi/{kpi}/ou/{ou}/period/{period}": "Figures of homes in one half-year's publication.",
    "/api/v1/data/kpi/{kpi}/group/{group}": "Figures of the nation, a län, or own or bought care.",
    "/api/v1/data/kpi/{kpi}/group/{group}/period/{period}": "The same in one half-year's publication.",
    "/api/v1/data/kpi/{kpi}/provider/{provider}": "Figures of providers.",
    "/api/v1/data/kpi/{kpi}/provider/{provider}/period/{period}": "The same in one half-year's publication.",
    "/kolada/v3/oudata/kpi/{kpi}/ou/{ou}": "Kolada's shape, one value per turn of the year.",
    "/export/{release}/{table}": "A whole publication as a file: figures, compared, ou, provider, kpi, as .csv, .xlsx or "
    ".parquet; and of plain facts, by their own id: facts and inspections.",
}
PARAMETERS = {
    "kpi": "Indicator ids, with commas between.",
    "ou": "Home ids, with commas between.",
    "group": "SE, the name of a län, own or bought; with commas between.",
    "provider": "Provider ids, with commas between.",
    "period": "A half-year, as 2026H2.",
    "release": "A publication's id.",
    "table": "figures.csv, compared.csv, ou.csv, provider.csv, kpi.csv, or the same with .xlsx or .parquet.",
}
_NUMBER = {"type": ["number", "null"]}
_WHOLE = {"type": ["integer", "null"]}
_TEXT = {"type": ["string", "null"]}
VALUE: dict[str, Any] = {
    "type": "object",
    "required": [
        "kpi",
        "level",
        "ou",
        "period",
        "gender",
        "status",
        "outcome",
        "sentence",
        "release",
        "value",
        "count",
    ],
    "properties": {
        "kpi": {"type": "string"},
        "level": {"enum": ["unit", "provider", "lan", "group", "nation"]},
        "ou": {"type": "string", "description": "Whose figure: the id of a home, provider or group."},
        "period": {"type": "string"},
        "gender": {"const": "T"},
        "status": {
            "enum": ["", "..", "-", "."],
            "description": "Empty: shown. Else why not; no number follows.",
        },
        "outcome": {"type": "string"},
        "sentence": {"type": "string"},
        "release": {"type": "string"},
        "value": {**_NUMBER, "description": "Per cent: the middle of the count's interval."},
        "count": _WHOLE,
        "n": _WHOLE,
        "x_lo": {**_WHOLE, "description": "The count lies between x_lo and x_hi of n."},
        "x_hi": _WHOLE,
        "lo": {**_NUMBER, "description": "The interval, per cent."},
        "hi": _NUMBER,
        "response": {"type": ["string", "null"]},
        "flags": {"type": "array", "items": {"enum": ["p", "r", "l", "g", "?"]}},
        "pooled": {
            **_NUMBER,
            "description": "Per cent, by the group's model; null where nothing may be compared.",
        },
        "pooled_lo": _NUMBER,
        "pooled_hi": _NUMBER,
        "verdict": {
            **_TEXT,
            "description": "What may be said beside the group; no rank, and null where none.",
        },
        "gate": {**_TEXT, "description": "The gate that closed, where nothing may be compared."},
        "reason": {**_TEXT, "description": "Why it closed."},
        "words": {**_TEXT, "description": "The verdict in words."},
        "period_from": {"type": ["string", "null"]},
        "period_to": {"type": ["string", "null"]},
    },
}


def description() -> dict[str, Any]:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "HVB-uppföljning", "version": "1", "description": "Open figures. No key, no rank."},
        "paths": {path: {"get": _operation(path, says)} for path, says in PATHS.items()},
        "components": {"schemas": {"Value": VALUE, "List": _list({"$ref": "#/components/schemas/Value"})}},
    }


def _operation(path: str, says: str) -> dict[str, Any]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": PARAMETERS[name],
            "schema": {"type": "string"},
        }
        for name in names
    ]
    return {"summary": says, "parameters": [*parameters, *_query(path)], "responses": _responses(path)}


def _query(path: str) -> list[dict[str, Any]]:
    if not path.startswith("/api/"):
        return []
    text, whole = {"type": "string"}, {"type": "integer", "minimum": 0}
    return [
        {
            "name": "r",
            "in": "query",
            "description": "The publication to read; else the newest.",
            "schema": text,
        },
        {"name": "start", "in": "query", "description": "Rows to skip.", "schema": whole},
    ]


def _responses(path: str) -> dict[str, Any]:
    problem = {"description": "application/problem+json (RFC 9457)"}
    if path.startswith("/export/"):
        return {"200": {"description": "The file."}, "404": problem}
    schema = {"$ref": "#/components/schemas/List"} if "/data/" in path else _list({"type": "object"})
    found = {"description": "The list.", "content": {"application/json": {"schema": schema}}}
    return {"200": found, "400": problem, "404": problem}


def _list(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["values", "count", "next_url"],
        "properties": {
            "values": {"type": "array", "items": item},
            "count": {"type": "integer"},
            "next_url": {"type": ["string", "null"]},
            "release": {"type": ["string", "null"]},
        },
    }
