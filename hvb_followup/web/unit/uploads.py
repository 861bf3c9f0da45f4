"""Importera: template, dry run, confirmation, import, annotated copy, undo. Nothing is stored before "Lägg in"."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterable, Mapping

from litestar import Response, get, post
from litestar.params import FromPath

from hvb_followup.access import Permission
from hvb_followup.actions.context import Context
from hvb_followup.actions.report.importing import LONGEST_REASON, Imported, import_register
from hvb_followup.actions.report.own_register import (
    Recent,
    own_register,
    own_sheet,
    recent_batches,
    reporting_unit,
)
from hvb_followup.actions.report.undoing import undo_import
from hvb_followup.errors import Problem, Refused
from hvb_followup.registers.model import Column, Remark, Sheet
from hvb_followup.sheets.annotating import CellProblem, annotated
from hvb_followup.sheets.exporting import Value
from hvb_followup.sheets.reading import recognised_by
from hvb_followup.sheets.template import template as make_template
from hvb_followup.web.problems import HTML
from hvb_followup.web.security import read_form, read_parts
from hvb_followup.web.service import SESSION_COOKIE, Asked, Service, service_of
from hvb_followup.web.unit import carried
from hvb_followup.web.unit.form_view import typed_from
from hvb_followup.web.unit.uploads_view import read_page, removes, start_page
from hvb_followup.web.unit.whose import Whose, of_home

Page = Response[bytes]
MAX_FILE = 3_000_000  # bytes; a home's largest list is some hundred thousand
MAX_UPLOAD = 4_500_000  # the same, carried as text, and the fields beside it
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERSION = "1"


@get("/enhet/{ou:str}/importera", opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT})
async def start(request: Asked, ou: FromPath[str]) -> Page:
    """Choose register and file; undo what was imported lately."""
    service = service_of(request)
    context = await service.context(request)
    unit = await reporting_unit(context, ou)
    kind = request.query_params.get("kind", "staff")
    own_sheet(context, kind)
    recent = await recent_batches(context, unit)
    return show_start(service, context, of_home(unit), kind, recent)


@get("/enhet/{ou:str}/mall/{kind:str}", opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT})
async def template(request: Asked, ou: FromPath[str], kind: FromPath[str]) -> Page:
    """The register's template, filled in with what the home has reported before."""
    context = await service_of(request).context(request)
    await reporting_unit(context, ou)
    seen = await own_register(context, ou, kind)
    return await filled_template(seen.sheet, seen.rows.values(), f"{kind}-{seen.unit.id}.xlsx")


async def filled_template(sheet: Sheet, bodies: Iterable[Mapping[str, object]], name: str) -> Page:
    """The template of a sheet with these rows in it."""
    rows = [_prefilled(sheet, typed_from(sheet, body)) for body in bodies]
    return _download(await asyncio.to_thread(make_template, sheet, VERSION, rows), name)


@post(
    "/enhet/{ou:str}/importera",
    opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT},
    status_code=200,
    request_max_body_size=MAX_UPLOAD,
)
async def work(request: Asked, ou: FromPath[str]) -> Page:
    """Read a file without storing it; or take, or mark, the one that the page carries."""
    service = service_of(request)
    context = await service.context(request)
    unit = await reporting_unit(context, ou)
    parts = await read_parts(request)
    kind = _text(parts, "kind")
    own_sheet(context, kind)
    done = await step_with(request, service, context, of_home(unit), kind, parts)
    if isinstance(done, Response):
        return done
    return show_start(service, context, of_home(unit), kind, await recent_batches(context, unit), done)


async def step_with(
    request: Asked, service: Service, context: Context, whose: Whose, kind: str, parts: Mapping[str, bytes]
) -> Page | tuple[Problem, ...]:
    """One step with the file that was chosen or is carried; what is wrong with the file as a whole."""
    session = request.cookies.get(SESSION_COOKIE, "")
    upload = _chosen(parts, service, session, whose.unit, kind, context.now)
    if isinstance(upload, Problem):
        return (upload,)
    step = _Step(service, context, whose, kind, upload, session, parts)
    try:
        return await (step.take() if _text(parts, "do") == "take" else step.show())
    except Refused as refused:
        return tuple(refused.problems)


@post(
    "/enhet/{ou:str}/importera/angra",
    opt={"door": "signed-in", "permission": Permission.REGISTER_IMPORT},
    status_code=200,
)
async def undo(request: Asked, ou: FromPath[str]) -> Page:
    """Take an import back, within a day."""
    context = await service_of(request).context(request)
    unit = await reporting_unit(context, ou)
    return await undo_chosen(request, context, of_home(unit))


async def undo_chosen(request: Asked, context: Context, whose: Whose) -> Page:
    """Undo the import that the form names, and show what there is."""
    number = (await read_form(request)).get("batch", "")
    await undo_import(
        context, int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    )
    return Response(b"", status_code=303, headers={"location": f"{whose.at}/importera"})


class _Step:
    """One step with an upload: it is read anew each time, for nothing of it was kept."""

    def __init__(
        self,
        service: Service,
        context: Context,
        whose: Whose,
        kind: str,
        data: bytes,
        session: str,
        parts: Mapping[str, bytes],
    ) -> None:
        self.service, self.context, self.whose, self.kind, self.data = service, context, whose, kind, data
        self.session = session
        self.typed = {
            name: _text(parts, name) for name in parts if name.startswith("skal-") or name == "saknas"
        }
        self.ticked = frozenset(name.removeprefix("ok-") for name in parts if name.startswith("ok-"))
        self.wants_copy = _text(parts, "do") == "mark"

    async def show(self, problems: tuple[Problem, ...] = ()) -> Page:
        """A dry run and what came of it, or the file back with its faults marked."""
        found = await self._read({}, dry_run=True)
        if self.wants_copy:
            return await self._marked(found)
        upload = carried.Upload(
            unit=self.whose.unit, kind=self.kind, read_at=int(self.context.now.timestamp()), data=self.data
        )
        sealed = carried.seal(upload, self.service.keys.secret, self.session)
        shown = read_page(self.whose, self.kind, found, sealed, self.typed, self.ticked, problems)
        page = self.service.pages.signed_in("enhet_last.html", shown, self.context.person)
        return Response(page, media_type=HTML, status_code=422 if problems else 200)

    async def take(self) -> Page:
        """Store what was read; with anything wrong in the reasons, show it again and store nothing."""
        reasons = {_question(one): self.typed.get(f"skal-{_question(one)[1]}", "") for one in self.ticked}
        if any(not reason.strip() for reason in reasons.values()):
            says = "Skriv varför raderna stämmer, eller ta bort bocken."
            return await self.show((Problem(code="reason", where="", says=says),))
        try:
            await self._read(reasons, dry_run=False)
        except Refused as refused:
            return await self.show(refused.problems)
        where = f"{self.whose.at}/importera?kind={self.kind}#senaste"
        return Response(b"", status_code=303, headers={"location": where})

    async def _read(self, reasons: Mapping[tuple[int, str], str], *, dry_run: bool) -> Imported:
        return await import_register(
            self.context,
            self.kind,
            self.data,
            unit=self.whose.unit,
            dry_run=dry_run,
            confirmed=reasons,
            remove_missing=not dry_run and removes(self.whose) and self.typed.get("saknas") == "ta-bort",
            rules=self.service.catalogue.rulebook.rule_ids(),
        )

    async def _marked(self, found: Imported) -> Page:
        reading = found.reading
        marks = [_mark(one) for one in (*reading.problems, *reading.questions, *reading.tips)]
        sheet = own_sheet(self.context, self.kind)
        copy = await asyncio.to_thread(annotated, self.data, marks, recognised_by(sheet))
        return _download(copy, f"{self.kind}-att-ratta.xlsx")


def _mark(one: Remark) -> CellProblem:
    """A remark as a coloured cell; of a column without a known heading its letter says where."""
    letters = one.cell.rstrip("0123456789")
    return CellProblem(
        row=one.row, column=one.heading or letters, says=one.says, mend=one.mend, severity=one.severity
    )


def _question(ticked: str) -> tuple[int, str]:
    """The row and code of a tick: ``17-start-far-ahead``."""
    row, _, code = ticked.partition("-")
    return (int(row) if row.isascii() and row.isdigit() and len(row) < 8 else 0), code


def _chosen(
    parts: Mapping[str, bytes], service: Service, session: str, unit: str, kind: str, now: dt.datetime
) -> bytes | Problem:
    """The bytes of the file that was chosen, or of the one that the page carries."""
    if "carried" in parts:
        upload = carried.opened(parts["carried"], service.keys.secret, session, now)
        if upload is None or (upload.unit, upload.kind) != (unit, kind):
            says = "Det har gått för lång tid sedan filen lästes. Inget är sparat."
            return Problem(code="upload-old", where="", says=says, mend="Välj filen igen.")
        return upload.data
    data = parts.get("file", b"")
    if not data:
        return Problem(code="upload-none", where="", says="Ingen fil är vald.", mend="Välj en fil först.")
    if len(data) > MAX_FILE:
        says = "Filen är större än 3 MB."
        return Problem(code="upload-large", where="", says=says, mend="Dela upp den i flera.")
    return data


def _prefilled(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, Value]:
    return {column.id: _as_value(column, typed.get(column.id, "")) for column in sheet.columns}


def _as_value(column: Column, text: str) -> Value:
    """Dates and plain numbers as such, so that the sheet sorts them; all else as it is written."""
    value = column.kind.parse(text) if text else None
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and text == str(value):
        return value
    return text or None


def _text(parts: Mapping[str, bytes], name: str) -> str:
    return parts.get(name, b"").decode("utf-8", "replace").replace("\0", "")[: 2 * LONGEST_REASON].strip()


def show_start(
    service: Service,
    context: Context,
    whose: Whose,
    kind: str,
    recent: Recent,
    problems: tuple[Problem, ...] = (),
) -> Page:
    """Choose a file, and what was imported of late; with what was wrong with the one that was chosen."""
    shown = start_page(whose, kind, recent, problems)
    page = service.pages.signed_in("enhet_importera.html", shown, context.person)
    return Response(page, media_type=HTML, status_code=422 if problems else 200)


def _download(data: bytes, name: str) -> Page:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=XLSX, headers=headers)
