"""The respondents' door: what opens it, what it says when it does not, and what it never shows again."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from urllib.parse import quote_plus

import pytest

from hvb_followup.pseudonyms import make_code, written
from hvb_followup.questionnaires.player import TELLING
from hvb_followup.store import database as databases
from hvb_followup.store import postgres, sqlite
from tests.asking import Answered, Phone, post
from tests.world import NORTH, World

WRONG = make_code(lambda bits: 12345)  # a code with a right check symbol that was never issued
MALFORMED = (
    "",
    "A",
    "K7MQ2-9TRXD-0",
    "0" * 11,
    "A" * 10_000,
    "%00%00",
    "%E2%98%83",
    "%F0%9F%98%80" * 11,
    "+",
    "%0D%0AX:+y",
)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database, in order, without its values."""
    told: list[str] = []

    def listen(owner: Any, name: str, *, is_async: bool) -> None:
        before = getattr(owner, name)

        async def later(self: Any, query: Any, *args: Any, **named: Any) -> Any:
            told.append(f"{name} {query if isinstance(query, str) else 'work'}")
            return await before(self, query, *args, **named)

        def at_once(self: Any, query: Any, *args: Any, **named: Any) -> Any:
            told.append(f"{name} {query}")
            return before(self, query, *args, **named)

        monkeypatch.setattr(owner, name, later if is_async else at_once)

    listen(databases.Database, "look", is_async=True)
    listen(databases.Database, "run", is_async=True)
    listen(sqlite.SafeSqlite, "write", is_async=True)
    listen(sqlite.SafeSqlite, "peek", is_async=False)
    listen(sqlite.Lane, "execute", is_async=True)
    listen(postgres.SafePostgres, "_run_in_pool", is_async=True)
    return told


async def opened(world: World, count: int = 1) -> list[str]:
    """The codes of a home whose wave is open."""
    await world.placements(NORTH, count)
    await world.open()
    return [one.code for one in await world.codes(NORTH)]


async def test_wrong_used_and_expired_codes_are_answered_with_the_same_bytes_after_the_same_statements(
    world: World, statements: list[str]
) -> None:
    used, expired = await opened(world, 2)
    await world.answer(used)
    app = await world.app()
    seen: dict[str, tuple[Answered, list[str]]] = {}

    async def type_in(name: str, code: str) -> None:
        statements.clear()
        seen[name] = (await post(app, "/svara", f"code={code}"), list(statements))

    await type_in("wrong", WRONG)
    await type_in("used", used)
    malformed = {one[:20]: await post(app, "/svara", f"code={one}") for one in MALFORMED}
    await world.close()
    await world.set_clock()
    await type_in("expired", expired)
    first = seen["wrong"]
    assert first[0].status == 422
    assert first[1], "nothing was asked of the database"
    assert {name for name, one in seen.items() if one != first} == set()
    # What cannot be a code is answered alike, and is no try: the check symbol is everybody's to know.
    assert {name for name, one in malformed.items() if one != first[0]} == set()


async def test_every_spelling_of_a_code_opens_it(world: World) -> None:
    (code,) = await opened(world)
    app = await world.app()
    for spelling in (code, code.lower(), written(code), f"+{written(code).lower()}+", code.replace("0", "O")):
        assert (await post(app, "/svara", f"code={spelling}")).header("location") == "/svara/start"


async def test_looking_at_pages_never_uses_a_code_up(world: World) -> None:
    (code,) = await opened(world)
    app = await world.app()
    for _ in range(20):  # link previews, virus scanners and curious adults fetch addresses
        for page in ("", "/start", "/fraga/1", "/klar", "/hjalp"):
            await Phone(app).get(f"/svara{page}?code={code}")
    phone = Phone(app)
    await phone.begin(code)
    await phone.say("very_good", "very")
    for page in ("/start", "/fraga/1", "/klar", "/fraga/99"):
        await phone.get(f"/svara{page}")
    again = Phone(app)
    assert "Fråga 3 av" in (await again.begin(code)).text
    assert "Tack!" in (await again.post("/svara/klar")).text


async def test_nothing_of_an_earlier_sitting_is_ever_shown_again(world: World) -> None:
    """R7 P1: DESIGN §4.9: write-only. Canaries are the answers themselves, marked as chosen, and the receipt."""
    (code,) = await opened(world)
    app = await world.app()
    first = Phone(app)
    await first.begin(code)
    await first.say("very_bad", "not", "not", "never")
    back = await first.get("/svara/fraga/1")
    assert chosen(back) == ["very_bad"], "within a sitting one's own mark is there"
    later = Phone(app)
    resumed = await later.begin(code)
    assert "Fråga 5 av" in resumed.text
    assert "Dina tidigare svar visas inte." in resumed.text
    for number in range(1, 30):
        await later.get(f"/svara/fraga/{number}")
    for page in ("start", "hjalp", "hjalp?n=2", "start?lang=en", "fraga/1?lang=en"):
        await later.get(f"/svara/{page}")
    assert [chosen(one) for one in later.seen if chosen(one)] == []


def chosen(answered: Answered) -> list[str]:
    """The options marked as chosen on a page."""
    return re.findall(r'name="answer" value="([a-z_0-9]+)" checked', answered.text)


async def test_a_refused_answer_keeps_its_mark_within_the_sitting(world: World) -> None:
    phone = Phone(await world.app())
    (code,) = await opened(world)
    await phone.begin(code)
    number = await find_question(phone, "gjort dig illa")
    await phone.say("refuse")
    assert chosen(await phone.get(f"/svara/fraga/{number}")) == ["refuse"]
    assert "Vill inte svara" in phone.seen[-1].text


async def find_question(phone: Phone, words: str) -> int:
    """Skip to the question that says this; its number."""
    for number in range(1, 40):
        if words in (await phone.get(f"/svara/fraga/{number}")).text:
            return number
    raise AssertionError(words)


# None of these is an answer to "home" in the standard edition.
NO_ANSWERS = (
    "", "do=next", "do=next&answer=", "do=next&answer=best", "do=next&answer=refused", "do=next&answer=%00", "x=1",
    "do=next&answer=very_good%20", "do=jump&answer=nej", "do=next&answer[]=very_good", "answer=refuse",
)  # fmt: skip


async def test_an_unknown_option_gives_the_question_again_and_nothing_is_lost(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.say("good")
    for form in NO_ANSWERS:
        again = await phone.post("/svara/fraga/2", form)
        assert again.status == 422, form
        assert "Fråga 2 av" in again.text
        assert "Välj ett svar, eller tryck på Hoppa över frågan." in again.text
    assert chosen(await phone.get("/svara/fraga/1")) == ["good"]


async def test_the_help_panel_follows_a_telling_answer_once(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    number = await find_question(phone, "gjort dig illa")
    panel = await phone.say("once")
    assert "Det som har hänt är inte ditt fel." in panel.text
    assert f'href="/svara/fraga/{number + 1}"' in panel.text
    await phone.get(f"/svara/fraga/{number}")
    assert "Det som har hänt" not in (await phone.say("several")).text


async def test_nothing_told_brings_no_panel(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    await find_question(phone, "gjort dig illa")
    assert "Det som har hänt" not in (await phone.say("never")).text


async def test_a_sitting_ends_after_half_an_hour_of_nothing(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    world.now += dt.timedelta(minutes=29)
    await world.set_clock()
    assert "Fråga 1 av" in (await phone.get("/svara/fraga/1")).text
    world.now += dt.timedelta(minutes=29)
    await world.set_clock()
    assert "Fråga 1 av" in (await phone.get("/svara/fraga/1")).text, "each page renews it"
    world.now += dt.timedelta(minutes=31)
    await world.set_clock()
    ended = await phone.get("/svara/fraga/1")
    assert "Sidan är stängd" in ended.text
    assert phone.sitting == ""
    assert "Fråga 1 av" in (await phone.begin(code)).text


async def test_hiding_the_page_ends_the_sitting_and_leads_elsewhere(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    gone = await phone.get("/svara/lamna")
    assert (gone.status, gone.header("location"), gone.body) == (303, "https://www.smhi.se/", b"")
    assert phone.sitting == ""
    assert "Max-Age=0" in gone.header("set-cookie")


async def test_klar_said_twice_gets_the_same_thanks_and_the_other_sitting_is_told_it_is_too_late(
    world: World,
) -> None:
    (code,) = await opened(world)
    app = await world.app()
    phone, other = Phone(app), Phone(app)
    await phone.begin(code)
    await other.begin(code)
    await phone.say("good")
    sitting = phone.sitting
    thanks = await phone.post("/svara/klar")
    assert phone.sitting == ""
    phone.sitting = sitting  # the browser's second press was on its way already
    assert await phone.post("/svara/klar") == thanks
    assert len(receipt_of(thanks)) == 4
    rows = await world.database.run("SELECT count(*) AS n FROM envelope")
    assert rows[0]["n"] == 1


def receipt_of(answered: Answered) -> list[str]:
    """The four words on the page of thanks."""
    found = re.search(r'<p class="words"[^>]*>(.*?)</p>', answered.text)
    return re.findall(r"<span>(.*?)</span>", found[1]) if found else []


async def test_after_the_close_an_answer_is_told_that_it_is_over(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.say("good")
    sitting, world.now = phone.sitting, world.now
    await world.database.run("UPDATE wave SET state = 'closed'")
    late = await phone.post("/svara/fraga/2", "do=next&answer=very")
    assert "Tiden för att svara är slut." in late.text
    phone.sitting = sitting
    assert "Tiden för att svara är slut." in (await phone.post("/svara/klar")).text


async def test_the_script_that_sends_again_is_told_where_to_go_and_what_is_a_page_is_left_to_the_browser(
    world: World,
) -> None:
    """R7 D5: 204 and the address, with the sitting renewed; 409 and nothing else, so that the page is shown when asked for."""
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)

    async def sent(form: str) -> Answered:
        headers = [("cookie", f"s={phone.sitting}"), ("x-waits", "1")]
        return await post(phone.app, "/svara/fraga/1", form, headers=headers)

    for _ in range(2):  # as often as it takes
        answered = await sent("do=next&answer=good")
        assert (answered.status, answered.header("x-next"), answered.body) == (204, "/svara/fraga/2", b"")
        assert "s=" in answered.header("set-cookie")
    asked_again = await sent("do=next")
    await world.database.run("UPDATE wave SET state = 'closed'")
    over = await sent("do=next&answer=good")
    for none in (asked_again, over):
        assert (none.status, none.body, none.header("set-cookie"), none.header("clear-site-data")) == (
            409,
            b"",
            "",
            "",
        )


async def test_language_and_edition_may_be_changed_and_answers_stay(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.say("very_good", "very")
    english = await phone.get("/svara/fraga/2?lang=en")
    assert 'lang="en"' in english.text
    assert chosen(english) == ["very"]
    assert "Question 1 of" in (await phone.get("/svara/fraga/1")).text
    easy = await phone.post("/svara/start", "choice=yes&edition=easy")
    assert "Question 3 of" in easy.text
    assert chosen(await phone.get("/svara/fraga/2")) == ["very"]


async def test_who_changes_edition_is_asked_again_where_the_options_differ(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.say(
        "very_good", "quite", "very", "mostly"
    )  # quite and mostly are no options of the easy edition
    easy = await phone.post("/svara/start", "choice=yes&edition=easy")
    assert "Fråga 2 av" in easy.text


async def test_an_answer_is_taken_back_with_the_same_page_whether_the_words_match_or_not(
    world: World,
) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    words = quote_plus(" ".join(receipt_of(await phone.post("/svara/klar"))))
    right = await phone.post("/svara/ta-bort", f"receipt={words}")
    assert right == await phone.post("/svara/ta-bort", "receipt=lampa+tiger+penna+sol")
    assert right.status == 200
    for few in ("", "lampa", "lampa tiger", "a b c d e", "%00"):
        refused = await phone.post("/svara/ta-bort", f"receipt={few.replace(' ', '+')}")
        assert refused.status == 422
        assert "lampa" not in refused.text


async def test_no_thank_you_keeps_nothing(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.enter(code)
    declined = await phone.post("/svara/start", "choice=no")
    assert "Du behöver inte svara." in declined.text
    assert phone.sitting == ""
    assert (await world.database.run("SELECT count(*) AS n FROM draft"))[0]["n"] == 0


async def test_the_pages_before_the_code_tell_a_bystander_nothing(world: World) -> None:
    app = await world.app()
    for language in ("", "?lang=en"):
        for page in ("", "/ta-bort", "/start", "/finns-inte"):
            answered = await Phone(app).get(f"/svara{page}{language}")
            text = re.sub(r"<[^>]+>", " ", answered.text).lower() + " "
            assert not [word for word in TELLING if word in text], page


async def test_the_door_speaks_english_where_asked(world: World) -> None:
    phone = Phone(await world.app())
    for page in ("", "/ta-bort", "/hjalp", "/start", "/fraga/1"):
        assert '<html lang="en"' in (await phone.get(f"/svara{page}?lang=en")).text, page
    assert '<html lang="en"' in (await phone.post("/svara?lang=en", f"code={WRONG}")).text
    assert '<html lang="en"' in (await phone.get("/svara/finns-inte?lang=en")).text
    assert '<html lang="sv"' in (await phone.get("/svara?lang=xx")).text


async def test_no_question_number_leads_outside_the_questions(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.begin(code)
    for number in ("0", "-1", "1000000000000000000000000"):
        assert (await phone.get(f"/svara/fraga/{number}")).status == 200, number
        assert (await phone.post(f"/svara/fraga/{number}", "do=next&answer=very_good")).status == 200, number
    for odd in ("%C2%B2", "%D9%A1", "1e3", "1.0", "0x1", "9" * 5000):
        assert (await phone.get(f"/svara/fraga/{odd}")).status in (200, 404), odd
        assert odd not in (await phone.get(f"/svara/hjalp?n={odd}")).text
