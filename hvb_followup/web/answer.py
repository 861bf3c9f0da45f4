"""The respondents' door: code, start, one question per page, "Klar", receipt, taking an answer back.

Neutral throughout: nothing here names a home, a provider or what kind of service this is (DESIGN §4.8).
Nothing here is logged, and no page of an earlier sitting is ever shown again (§4.9).
"""

from __future__ import annotations

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath

from hvb_followup.actions.respond import answering, resuming
from hvb_followup.actions.respond.sitting import Sitting, open_sitting, seal_sitting
from hvb_followup.ballot.draft import Draft
from hvb_followup.ballot.receipt import is_whole
from hvb_followup.errors import Refused
from hvb_followup.periods import local_day
from hvb_followup.questionnaires import answers
from hvb_followup.questionnaires.model import AND, Item
from hvb_followup.store.ballots import Outcome
from hvb_followup.web import offered, practising, screens_of
from hvb_followup.web.page import Header, Page
from hvb_followup.web.security import MAY_SOUND, read_fields, read_form
from hvb_followup.web.service import Asked, Service, language_of, net_of_visitor, service_of

COOKIE = "s"
WIPE = (b"clear-site-data", b'"cache", "cookies", "storage"')
GONE = (b"set-cookie", f"{COOKIE}=; Max-Age=0; Path=/svara; HttpOnly; SameSite=Strict".encode())


@get("/", opt={"door": "respondent"})
async def code_page(request: Asked) -> Page:
    """Where the code is typed."""
    service = service_of(request)
    shared = "delad" in request.query_params
    return page(screens_of.code(service, language_of(request, service), failed=False, shared=shared))


@post("/", opt={"door": "respondent"}, status_code=200)
async def enter(request: Asked) -> Page:
    """Open a sitting; wrong, used and expired codes get the same bytes."""
    service = service_of(request)
    form, language = await read_form(request), language_of(request, service)
    sitting = await answering.enter(
        service.box,
        form.get("code", ""),
        language=language,
        now=await service.now(),
        net=net_of_visitor(request),
    )
    if sitting is None:
        shared = form.get("shared") == "yes"
        return page(screens_of.code(service, language, failed=True, shared=shared), status=422)
    return go("/svara/start", service, offered.seated(service, sitting, form))


@get("/start", opt={"door": "respondent"})
async def start(request: Asked) -> Page:
    """What this is, who sees what, and two equal buttons."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    sitting = with_language(request, service, sitting)
    return page(screens_of.start(service, sitting), service, sitting)


@post("/start", opt={"door": "respondent"}, status_code=200)
async def choose(request: Asked) -> Page:
    """Yes: to the first question without an answer. No: thank you, and nothing is kept."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    form = await read_form(request)
    if sitting is None:
        return ended(request, service)
    if form.get("choice") == "no":
        return wiped(screens_of.message(service, sitting.language, "declined"))
    sitting = offered.in_edition(service, sitting, form.get("edition", ""))
    sitting = msgspec.structs.replace(sitting, sound=sitting.sound or form.get("sound") == "yes")
    draft = await answering.draft_of(service.box, sitting)
    if not draft.answers and practising.is_for(service, sitting):
        return go(practising.PATH, service, sitting)
    return go(first_question(service, sitting, draft), service, sitting)


@get("/fraga/{number:int}", opt={"door": "respondent"})
async def question(request: Asked, number: FromPath[int]) -> Page:
    """One question, with the marks of this sitting and no other."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    return await question_page(service, with_language(request, service, sitting), number, prompt=False)


@post("/fraga/{number:int}", opt={"door": "respondent"}, status_code=200)
async def answer(request: Asked, number: FromPath[int]) -> Page:
    """Save the answer, or that the question was skipped, and go on."""
    answered = await _answered(request, number)
    return told_where(answered) if request.headers.get("x-waits") else answered


async def _answered(request: Asked, number: int) -> Page:
    service = service_of(request)
    sitting = await sitting_of(request, service)
    form = several(await read_fields(request))
    if sitting is None:
        return ended(request, service)
    draft = await answering.draft_of(service.box, sitting)
    shown = answering.items(service.box, sitting, draft)
    if not 1 <= number <= len(shown):
        return go("/svara/fraga/1", service, sitting)
    item = shown[number - 1]
    if item.type == "text":
        return await _in_own_words(service, sitting, draft, item, number, form)
    chosen = read_answer(service, sitting, item, form)
    if chosen is None:
        return await question_page(service, sitting, number, prompt=True, sent=form.get("answer", ""))
    if not await answering.save(service.box, sitting, draft, item, chosen):
        return wiped(screens_of.message(service, sitting.language, "over"))
    if panel := help_panel(item, chosen, sitting):
        seen = screens_of.with_panel(sitting, panel)
        return go(f"/svara/hjalp?n={number + 1}", service, seen)
    return go(f"/svara/fraga/{number + 1}", service, sitting)


async def _in_own_words(
    service: Service, sitting: Sitting, draft: Draft, item: Item, number: int, form: dict[str, str]
) -> Page:
    """Seal what was written, and go on; skipping takes it back. Nothing is asked for twice: words are nobody's duty."""
    text = None if form.get("do") == "skip" else form.get("answer", "").strip()
    if not await answering.save_words(service.box, sitting, draft, item, text):
        return wiped(screens_of.message(service, sitting.language, "over"))
    return go(f"/svara/fraga/{number + 1}", service, sitting)


@post("/klar", opt={"door": "respondent"}, status_code=200)
async def done(request: Asked) -> Page:
    """ "Klar": the answer is sealed; said twice, the same thanks come twice."""
    service = service_of(request)
    sitting = await sitting_of(request, service)
    if sitting is None:
        return ended(request, service)
    finished = await answering.finish(service.box, sitting)
    if finished.outcome is Outcome.OVER:
        return wiped(screens_of.message(service, sitting.language, "over"))
    return wiped(screens_of.thanks(service, sitting, finished.receipt))


@get("/lamna", opt={"door": "respondent"})
async def leave(request: Asked) -> Page:
    """Quick exit: the sitting ends here, and a dull page is shown elsewhere."""
    # No Clear-Site-Data here: clearing takes time, and these pages are never stored anyway.
    location = service_of(request).deployment.exit_url.encode()
    return Page(status=303, headers=[(b"location", location), GONE])


@get("/ta-bort", opt={"door": "respondent"})
async def withdraw_page(request: Asked) -> Page:
    """Where the four words are typed."""
    service = service_of(request)
    return page(screens_of.withdraw(service, language_of(request, service), failed=False))


@post("/ta-bort", opt={"door": "respondent"}, status_code=200)
async def withdraw(request: Asked) -> Page:
    """Take an answer back; the same page whether the words match or not."""
    service = service_of(request)
    form, language = await read_form(request), language_of(request, service)
    words, now = form.get("receipt", "")[:100].split(), await service.now()
    if not is_whole(words, local_day(now)):
        return page(screens_of.withdraw(service, language, failed=True), status=422)
    await answering.take_back(service.box, words, now=now, net=net_of_visitor(request))
    return page(screens_of.message(service, language, "withdrawn"))


async def question_page(
    service: Service, sitting: Sitting, number: int, *, prompt: bool, sent: str = ""
) -> Page:
    """The page of a question; after the last one, the page with "Klar". What was just ``sent`` stays marked."""
    draft = await answering.draft_of(service.box, sitting)
    shown = answering.items(service.box, sitting, draft)
    if number > len(shown):
        return page(screens_of.finish(service, sitting, len(shown)), service, sitting)
    item = shown[max(number, 1) - 1]
    seen = draft.seen_in(sitting.mark)
    view = screens_of.question(
        service,
        sitting,
        item,
        number=max(number, 1),
        total=answering.most_questions(service.box, sitting, draft),
        chosen=sent or seen.get(item.id),
        prompt=prompt,
        resumed=bool(draft.answers) and not resuming.seen(sitting, draft),
    )
    answered = page(view, service, sitting, status=422 if prompt else 200)
    return answered.also(MAY_SOUND) if sitting.sound else answered


def first_question(service: Service, sitting: Sitting, draft: Draft) -> str:
    """The address of the first question without an answer; the last one's where all have been answered."""
    return f"/svara/fraga/{answering.goes_on_at(service.box, sitting, draft)}"


def several(fields: list[tuple[str, str]]) -> dict[str, str]:
    """The fields of a form, with the answers that were chosen together as one."""
    return dict(fields) | {"answer": AND.join(value for name, value in fields if name == "answer")}


def read_answer(service: Service, sitting: Sitting, item: Item, form: dict[str, str]) -> str | None:
    """The answer in a form: an option, skipped, or None when there is none to be understood."""
    if form.get("do") == "skip":
        return answers.SKIPPED
    try:
        return answers.read(service.box.questionnaire(sitting), item, sitting.edition, form.get("answer", ""))
    except Refused:
        return None


def help_panel(item: Item, chosen: str, sitting: Sitting) -> str:
    """The help panel that follows this answer, once per sitting; "" where none does."""
    if item.help is None or not item.help.opens_on(chosen) or item.help.panel in sitting.panels:
        return ""
    return item.help.panel


async def sitting_of(request: Asked, service: Service) -> Sitting | None:
    """The sitting of the request's cookie, seen now; None when it has ended."""
    now = await service.now()
    sitting = open_sitting(request.cookies.get(COOKIE), service.keys.secret, now)
    return sitting.seen(now) if sitting else None


def with_language(request: Asked, service: Service, sitting: Sitting) -> Sitting:
    """The sitting in the language asked for; place and answers stay."""
    return offered.in_language(service, sitting, request.query_params.get("lang"))


def page(
    body: bytes, service: Service | None = None, sitting: Sitting | None = None, status: int = 200
) -> Page:
    """A page; with a sitting, its cookie is renewed."""
    headers = [cookie(service, sitting)] if service and sitting else []
    return Page(body, status=status, headers=headers)


def go(path: str, service: Service, sitting: Sitting) -> Page:
    """On to another page of the sitting."""
    headers = [(b"location", path.encode()), cookie(service, sitting)]
    return Page(status=303, headers=headers)


def told_where(answered: Page) -> Page:
    """The same to the player's script, which sends again until it has come through: it sees no redirection (R7 D5).

    What is a page of its own it asks for once more as a browser does; until then nothing is wiped.
    """
    if not (where := answered.told(b"location")):
        return Page(status=409)
    answered.status_code = 204
    return answered.also((b"x-next", where))


def wiped(body: bytes) -> Page:
    """A last page: the cookie is dropped and the browser told to forget."""
    return Page(body, headers=[WIPE, GONE])


def ended(request: Asked, service: Service) -> Page:
    """The sitting is over: the code must be typed again."""
    return wiped(screens_of.message(service, language_of(request, service), "ended"))


def cookie(service: Service, sitting: Sitting) -> Header:
    """The sitting's cookie: gone with the browser, sent to no other site, readable by no script."""
    is_secure = not service.settings.demo or service.settings.answer_url.startswith("https:")
    secure = "; Secure" if is_secure else ""
    value = seal_sitting(sitting, service.keys.secret)
    return b"set-cookie", f"{COOKIE}={value}; Path=/svara; HttpOnly; SameSite=Strict{secure}".encode()


router = Router(
    path="/svara",
    route_handlers=[
        code_page,
        enter,
        start,
        choose,
        question,
        answer,
        done,
        leave,
        withdraw_page,
        withdraw,
    ],
)
