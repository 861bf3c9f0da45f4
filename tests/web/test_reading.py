"""How the questions are read: language, easy words, pictures, sound, practice, a screen that several use (R7 §3.2–3.6)."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest
from litestar import Litestar

from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.sitting import open_sitting, seal_sitting
from hvb_followup.errors import Unsound
from hvb_followup.questionnaires.promise import start_text
from hvb_followup.web import offered
from hvb_followup.web.pictures import picture_of, read_pictures
from hvb_followup.web.sounds import read_sounds
from tests.asking import Answered, Phone, ask
from tests.counted import counted_in
from tests.world import HALF_YEAR, NORTH, World, standing

ON = "pictures=yes&sound=yes&easy=yes"


async def opened(world: World, count: int = 1, birth_year: int = 2010) -> list[str]:
    await world.placements(NORTH, count, birth_year=birth_year)
    await world.open()
    return [one.code for one in await world.codes(NORTH)]


async def phone_of(world: World, code: str, app: Litestar | None = None) -> Phone:
    phone = Phone(app or await world.app())
    await phone.begin(code)
    return phone


def chosen(page: Answered) -> list[str]:
    """The options marked as chosen on a page."""
    return re.findall(r'name="answer" value="([a-z_0-9]+)" checked', page.text)


def at(page: Answered) -> tuple[str, int, int]:
    """The heading, and the question's number of how many."""
    found = re.search(r"(?:Fråga|Question|السؤال) (\d+) (?:av|of|من) (\d+)", page.text)
    assert found is not None, page.text
    return (
        re.sub(r"<svg.*?</svg>", "", re.search(r"<h1>(.*?)</h1>", page.text)[1]),
        int(found[1]),
        int(found[2]),
    )  # type: ignore[index]


async def test_the_language_changes_at_any_question_and_place_and_answers_stay(world: World) -> None:
    """R7 S3, §3.2: by the form that every page of the sitting leads to."""
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    page = await phone.say("very_good", "very")
    assert 'href="/svara/form?n=3"' in page.text
    assert "العربية" in (await phone.get("/svara/form?n=3")).text
    arabic = await phone.post("/svara/form?n=3", "lang=ar")
    assert 'lang="ar" dir="rtl"' in arabic.text
    assert at(arabic)[1] == 3
    assert chosen(await phone.get("/svara/fraga/2")) == ["very"]
    assert 'lang="ar"' in (await phone.get("/svara/hjalp?n=2")).text
    assert 'lang="en"' in (await phone.post("/svara/form?n=3", "lang=en")).text


async def test_easy_words_keep_the_place_at_the_question_or_the_next_that_is_asked(world: World) -> None:
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    await phone.say("very_good", "very", "", "always", "always")
    easy = await phone.post(
        "/svara/form?n=6", "easy=yes&lang=sv"
    )  # the sixth, cares, is not in the easy edition
    assert at(easy)[0] == "Får du vara med och bestämma?"
    back = await phone.post(f"/svara/form?n={at(easy)[1]}", "lang=sv")
    assert at(back)[0] == "Får du vara med och bestämma om ditt eget liv?"


async def test_an_answer_that_the_easy_edition_lacks_is_asked_for_again(world: World) -> None:
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    await phone.say("very_good", "quite", "very")
    assert at(await phone.post("/svara/form?n=4", "easy=yes"))[:2] == ("Känner du dig trygg här?", 2)


async def test_the_last_page_is_kept_too(world: World) -> None:
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    finish = await phone.get("/svara/fraga/22")
    assert 'href="/svara/form?n=22"' in finish.text
    assert "You cannot change them" not in finish.text
    assert "Done" in (await phone.post("/svara/form?n=22", "lang=en&easy=yes")).text


async def test_pictures_are_off_in_standard_and_on_in_easy_unless_chosen(world: World) -> None:
    """R7 S5: drawn into the page, hidden from screen readers, together with the bars of how often."""
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    plain = await phone.get("/svara/fraga/4")
    assert "<svg class=" not in plain.text
    easy = await phone.post("/svara/form?n=4", "easy=yes")
    assert 'class="picture" aria-hidden="true"' in easy.text
    assert 'class="bars" aria-hidden="true"' in easy.text
    off = await phone.post("/svara/form?n=3", "easy=yes")  # the box was on, and was left off
    assert "<svg class=" not in off.text
    on = await phone.post("/svara/form?n=3", "pictures=yes")
    assert at(on)[0] == "Behandlar personalen dig med respekt?"
    assert 'class="picture"' in on.text


async def test_beside_harm_stands_nothing_but_a_stop_sign(world: World) -> None:
    pictures = {"hurt_staff": "fist", "harm": "stop", "listens": "ear", "safety": "shield"}
    catalogue = world.catalogue.latest("ung-upplevelse")
    beside = {item.id: picture_of(pictures, item) for item in catalogue.items}  # type: ignore[arg-type]
    assert (beside["hurt_staff"], beside["hurt_peer"]) == ("stop", "stop")
    assert (beside["listens"], beside["safe_here"], beside["change"]) == ("ear", "shield", "")


async def test_every_question_of_the_young_has_a_picture(world: World) -> None:
    pictures = world.service().pictures
    for family in ("ung-upplevelse", "ung-utfall"):
        items = [item for item in world.catalogue.latest(family).items if item.type != "text"]
        assert [item.id for item in items if not picture_of(pictures, item)] == []


@pytest.mark.parametrize(
    "drawn",
    [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><path d="M0 0"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image href="http://a.invalid/b"/></svg>',
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0" style="fill:red"/></svg>',
    ],
)
def test_a_picture_that_is_more_than_a_drawing_is_refused(tmp_path: Path, drawn: str) -> None:
    tmp_path.joinpath("x.svg").write_text(drawn, encoding="utf-8")
    with pytest.raises(Unsound):
        read_pictures(tmp_path)


async def test_practice_comes_first_for_who_reads_easily_and_keeps_nothing(world: World) -> None:
    """R7 §3.2 Prova."""
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.enter(code)
    practice = await phone.post("/svara/start", "choice=yes&edition=easy")
    assert "Tycker du om äpplen?" in practice.text
    first = await phone.post("/svara/prova", "do=next&answer=yes")
    assert at(first)[:2] == ("Hur är det att bo här?", 1)
    assert await world.database.run("SELECT id FROM draft") == []
    await phone.say("very_good")
    again = await phone.post("/svara/start", "choice=yes&edition=easy")
    assert at(again)[1] == 2


async def test_nobody_practises_who_reads_ordinary_text(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.enter(code)
    assert at(await phone.post("/svara/start", "choice=yes&edition=standard"))[1] == 1


async def test_how_it_was_answered_lies_in_the_sealed_record_and_nowhere_else(world: World) -> None:
    """R7 S3: language, edition, mode, sound and pictures; the envelope is no longer for it."""
    plain, other = await opened(world, 2)
    first, second = await phone_of(world, plain), await phone_of(world, other)
    await first.say("very_good")
    await second.post("/svara/form", f"{ON}&lang=ar&mode=interpreter")
    await second.post("/svara/form", f"{ON}&lang=ar&mode=hacker")
    await second.get("/svara/fraga/1")
    await second.say("very_good")
    for phone in (first, second):
        await phone.post("/svara/klar")
    sizes = {len(row["body"]) for row in await world.database.run("SELECT body FROM envelope")}
    assert len(sizes) == 1
    await world.close()
    kept = {(one.language, one.edition, one.mode, one.sound, one.pictures) for one in await counted_in(world)}
    assert kept == {("sv", "standard", "self", False, False), ("ar", "easy", "interpreter", True, True)}


async def test_a_draft_language_is_offered_in_demonstrations_only(world: World) -> None:
    """R7 S2."""
    questionnaire = world.catalogue.latest("ung-upplevelse")
    assert offered.languages(world.service(), questionnaire) == ["sv", "en", "ar"]
    real = world.service(demo=False)
    assert offered.languages(real, questionnaire) == []
    words = {tag: msgspec.structs.replace(one, status="reviewed") for tag, one in questionnaire.words.items()}
    read = msgspec.structs.replace(questionnaire, words=words)
    assert offered.languages(real, read) == [], "the player's own words are drafts too"
    tested = {
        tag: msgspec.structs.replace(world.catalogue.words[tag], status="tested") for tag in ("sv", "ar")
    }
    real.catalogue = msgspec.structs.replace(world.catalogue, words={**world.catalogue.words, **tested})
    assert offered.languages(real, read) == ["sv", "ar"]
    assert offered.any_language(real) == ["sv"]
    world.deployment = msgspec.structs.replace(world.deployment, feedback={"sv": "x", "ar": "y"})
    assert offered.languages(world.service(), questionnaire) == ["sv", "ar"]


async def test_words_that_nobody_has_read_are_met_in_demonstrations_only(world: World) -> None:
    """R7 S2: not before the code either, nor where help is; Swedish is what everything is written in."""
    for demo in (True, False):
        phone = Phone(await world.app(demo=demo))
        for page in ("", "/hjalp", "/ta-bort", "/start", "/finns-inte"):
            for language in ("ar", "en", "sv"):
                met = language if demo else "sv"
                assert f'<html lang="{met}"' in (await phone.get(f"/svara{page}?lang={language}")).text, page


async def test_a_sitting_opened_in_a_language_that_the_questions_lack_is_in_swedish(world: World) -> None:
    (code,) = await opened(world)
    world.deployment = msgspec.structs.replace(world.deployment, feedback={"sv": "x"})
    phone = Phone(await world.app())
    assert 'lang="sv"' in (await phone.post("/svara?lang=ar", f"code={code}")).text


def recorded(folder: Path) -> dict[str, bytes]:
    """A second of invented noise for a question and two of its answers."""
    place = folder / "ung-upplevelse" / "v1" / "sound" / "sv" / "standard"
    place.mkdir(parents=True)
    made = {"home": b"ID3 home " * 99, "good.very_good": b"ID3 good " * 50, "good.very_bad": b"ID3 bad " * 50}
    for name, body in made.items():
        (place / f"{name}.mp3").write_bytes(body)
    (place / "notes.txt").write_text("no sound")
    return made


async def sounding(world: World, folder: Path) -> tuple[Litestar, dict[str, bytes]]:
    await world.set_clock()
    service, made = world.service(), recorded(folder)
    service.sounds = read_sounds(folder)
    return standing(service), made


async def test_a_recorded_question_is_read_with_its_answers_in_order(world: World, tmp_path: Path) -> None:
    """R7 S4: native players that load nothing by themselves; only such a page may load media."""
    (code,) = await opened(world)
    app, made = await sounding(world, tmp_path)
    phone = await phone_of(world, code, app)
    silent = await phone.get("/svara/fraga/1")
    assert "<audio" not in silent.text
    assert "media-src" not in silent.header("content-security-policy")
    page = await phone.post("/svara/form?n=1", "sound=yes")
    heard = re.findall(r'<audio controls preload="none" src="([^"]+)"', page.text)
    assert "media-src 'self'" in page.header("content-security-policy")
    assert len([key for key, _ in page.headers if key == "content-security-policy"]) == 1
    files = [await ask(app, "GET", address) for address in heard]
    assert [file.body for file in files] == [made[one] for one in ("home", "good.very_good", "good.very_bad")]
    assert {file.header("cache-control") for file in files} == {"public, max-age=31536000, immutable"}
    assert {file.header("content-type") for file in files} == {"audio/mpeg"}
    assert not any(word in address for address in heard for word in ("home", "good", "ung"))


async def test_what_is_not_recorded_may_be_read_by_a_voice_of_the_devices_own(
    world: World, tmp_path: Path
) -> None:
    (code,) = await opened(world)
    app, _ = await sounding(world, tmp_path)
    phone = await phone_of(world, code, app)
    page = await phone.post("/svara/form?n=2", "sound=yes")
    assert "<audio" not in page.text
    assert '<p class="hint" hidden>Det är mobilens egen röst som läser.</p>' in page.text


async def test_sound_is_offered_on_the_start_page_where_it_is_recorded(world: World, tmp_path: Path) -> None:
    (code,) = await opened(world)
    app, _ = await sounding(world, tmp_path)
    phone = Phone(app)
    assert 'name="sound"' in (await phone.enter(code)).text
    assert "Prova först" in (await phone.post("/svara/start", "choice=yes&edition=standard&sound=yes")).text
    assert "<audio" in (await phone.post("/svara/prova", "do=skip")).text


PARTS = (
    ("", 200, "", 891),
    ("bytes=0-", 206, "bytes 0-890/891", 891),
    ("bytes=0-1", 206, "bytes 0-1/891", 2),
    ("bytes=890-9999", 206, "bytes 890-890/891", 1),
    ("bytes=-9", 206, "bytes 882-890/891", 9),
    ("bytes=891-", 416, "bytes */891", 0),
    ("bytes=5-2", 416, "bytes */891", 0),
    ("bytes=-", 200, "", 891),
    ("bytes=0-1,4-5", 200, "", 891),
    ("lines=1-2", 200, "", 891),
)


async def test_a_part_of_a_recording_can_be_asked_for(world: World, tmp_path: Path) -> None:
    app, made = await sounding(world, tmp_path)
    name = read_sounds(tmp_path).names["ung-upplevelse", 1, "sv", "standard"]["home"]
    for asked, status, told, length in PARTS:
        headers = [("range", asked)] if asked else []
        part = await ask(app, "GET", f"/svara/ljud/{name}", headers=headers)
        found = (part.status, part.header("content-range"), len(part.body))
        assert found == (status, told, length), asked
        assert part.body in made["home"]


async def test_a_screen_that_several_use_is_closed_after_three_minutes(world: World) -> None:
    """R7 D4: the server goes by the sitting alone, whatever the script does."""
    own, shared = await opened(world, 2)
    app = await world.app()
    mine, ours = Phone(app), Phone(app)
    await mine.enter(own)
    page = await ours.post("/svara", f"code={shared}&shared=yes")
    assert 'data-idle="180"' in page.text
    assert 'id="still"' in page.text
    await ours.post("/svara/start", "choice=yes&edition=standard")
    world.now += dt.timedelta(minutes=2, seconds=50)
    await world.set_clock()
    assert (await ours.post("/svara/kvar")).status == 204
    world.now += dt.timedelta(minutes=2, seconds=50)
    await world.set_clock()
    assert at(await ours.get("/svara/fraga/1"))[1] == 1
    world.now += dt.timedelta(minutes=3, seconds=5)
    await world.set_clock()
    assert (await ours.post("/svara/kvar")).status == 410
    assert "<fieldset" not in (await ours.get("/svara/fraga/1")).text
    assert "Ja, jag vill svara" in (await mine.get("/svara/start")).text


async def test_a_closed_screen_asks_for_the_code_and_stays_shared(world: World) -> None:
    (code,) = await opened(world)
    phone = Phone(await world.app())
    await phone.post("/svara", f"code={code}&shared=yes")
    closed = await phone.get("/svara/stang")
    assert phone.at == "/svara?delad=1"
    assert phone.sitting == ""
    assert re.search(r'name="shared"[^>]* checked', closed.text)
    assert not re.search(r'name="shared"[^>]* checked', (await phone.get("/svara")).text)


async def test_after_klar_a_screen_that_several_use_goes_back_to_the_code(world: World) -> None:
    one, two = await opened(world, 2)
    app = await world.app()
    shared, own = Phone(app), Phone(app)
    await shared.post("/svara", f"code={one}&shared=yes")
    await own.enter(two)
    assert 'data-after="20" data-to="/svara?delad=1"' in (await shared.post("/svara/klar")).text
    thanks = await own.post("/svara/klar")
    assert "data-after" not in thanks.text
    assert thanks.header("clear-site-data") == '"cache", "cookies", "storage"'


async def test_the_text_of_the_start_page_follows_the_age(world: World) -> None:
    """R7 §3.8: she is told that she decides herself once she surely is 18: the age is the one reached this year."""
    facts = world.deployment.facts_for(HALF_YEAR)
    told = {}
    for age in (13, 17, 18, 19, 20):
        parts = start_text(
            world.catalogue.latest("ung-upplevelse"),
            facts,
            "sv",
            "standard",
            world.catalogue.words["sv"],
            age=age,
        )
        told[age] = any("Du är vuxen och bestämmer själv" in part.text for part in parts)
    assert told == {13: False, 17: False, 18: False, 19: True, 20: True}


async def test_who_came_at_16_and_leaves_at_19_meets_what_is_for_those_of_19(world: World) -> None:
    """R7 H3, §3.8: the card of a placement that is followed has the age at the start."""
    (code,) = await opened(world)
    now = dt.datetime(2029, 11, 20, 10, tzinfo=dt.UTC)
    lives = (await world.enter(code)).seen(now)
    stayed = msgspec.structs.replace(lives, age=16, starts_on=dt.date(2026, 9, 10).toordinal())
    came = stayed.seen(dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC))
    assert (lives.age_now, came.age_now, stayed.age_now) == (lives.age, 16, 19)
    assert msgspec.structs.replace(stayed, age=0).age_now is None


async def test_the_number_of_questions_never_grows(world: World) -> None:
    """R7 I5: conditions can only take questions away from what was told at first."""
    outcome = world.catalogue.latest("ung-utfall")
    (code,) = await opened(world)
    sitting = msgspec.structs.replace(
        await world.enter(code), family=outcome.id, major=outcome.major, moment="exit", age=16
    )
    draft = answering.Draft()
    told = []
    place = 0
    while place < len(path := answering.items(world.box, sitting, draft)):
        told.append(answering.most_questions(world.box, sitting, draft))
        assert place < told[-1]
        item = path[place]
        options = outcome.scale_of(item).codes("standard")
        draft = draft.with_answer(
            item.id, "+".join(options[:2]) if item.type == "goals" else options[0], sitting.mark
        )
        place += 1
    assert told == sorted(told, reverse=True)
    assert told[-1] == len(path)


async def test_the_cookie_is_as_long_however_one_reads(world: World) -> None:
    """DESIGN §4.2: nothing that was chosen shows in its length."""
    (code,) = await opened(world)
    sitting = await world.enter(code)
    ways = [
        msgspec.structs.replace(sitting, sound=sound, pictures=pictures, shared=shared, mode=mode, language=language)
        for sound in (False, True)
        for pictures in (None, False, True)
        for shared in (False, True)
        for mode in offered.MODES
        for language in ("sv", "fa-AF")
    ]  # fmt: skip
    cookies = [seal_sitting(one, world.web_keys.secret) for one in ways]
    assert len({len(cookie) for cookie in cookies}) == 1
    assert [open_sitting(cookie, world.web_keys.secret, world.now) for cookie in cookies] == ways


async def test_two_tabs_of_one_sitting_keep_the_last_answer(world: World) -> None:
    """R7 I9."""
    (code,) = await opened(world)
    phone = await phone_of(world, code)
    tab = Phone(phone.app)
    tab.sitting = phone.sitting
    await phone.post("/svara/fraga/1", "do=next&answer=very_good")
    await tab.post("/svara/fraga/2", "do=next&answer=not")
    await tab.post("/svara/fraga/1", "do=next&answer=bad")
    await tab.post("/svara/fraga/1", "do=next&answer=bad")
    assert chosen(await phone.get("/svara/fraga/1")) == ["bad"]
    assert chosen(await phone.get("/svara/fraga/2")) == ["not"]
    await phone.post("/svara/klar")
    await world.close()
    (kept,) = await counted_in(world)
    assert (kept.answers["home"], kept.answers["safe_here"], kept.answers["respect"]) == (
        "bad",
        "not",
        "not_reached",
    )
