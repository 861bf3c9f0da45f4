"""Own words (issue 5 deliver 5; R7 §3.2 "Ord", P6, G12; DESIGN §4.2, §4.9, §4.10): asked where there is a desk, sealed to
it at once, read there by a named reviewer alone, and told of only as themes that enough texts have.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from hvb_followup.access import Role
from hvb_followup.actions.publish.counting import close_and_count
from hvb_followup.actions.respond import answering
from hvb_followup.actions.review import own_words
from hvb_followup.ballot.count import open_envelope, open_record
from hvb_followup.ballot.draft import draft_key, open_draft
from hvb_followup.ballot.own_words import room, seal_pile, seal_text, sealed_size, slots
from hvb_followup.ballot.read_words import marks, open_pile
from hvb_followup.ballot.sealed_found import open_found, seal_found
from hvb_followup.disclosure.word_themes import Themed, told
from hvb_followup.errors import Conflict, NotFound, Refused, Unsound
from hvb_followup.questionnaires.answers import own_words as asked_in_words
from hvb_followup.questionnaires.word_themes import WordTheme, WordThemes, problems
from hvb_followup.store import counting
from hvb_followup.store import own_words as kept
from hvb_followup.waves.schedule import window
from tests.asking import Phone
from tests.safeguarding.reviewing import Reader, Reviewed
from tests.safeguarding.writing import CHANGE, GOOD, WRITTEN, marks_in, one_pool, pool_of, write
from tests.world import FAMILY, HALF_YEAR, NORTH, OTHER, SOUTH, World

WAVE = f"{NORTH}:{FAMILY}:{HALF_YEAR}"


async def everything(world: World) -> bytes:
    """All that lies in the database, and on SQLite in its files."""
    found = b""
    for table in (
        "draft",
        "envelope",
        "own_words",
        "words_read",
        "sealed_wave",
        "help_case",
        "withdrawal",
        "code",
    ):
        for row in await world.database.run(f"SELECT * FROM {table}"):
            found += repr(row).encode() + b"".join(v for v in row.values() if isinstance(v, bytes))
    for row in await world.database.run("SELECT what FROM audit"):
        found += row["what"].encode()
    if world.database.sqlite is not None:
        path = Path(world.database.sqlite.path)
        found += b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))
    return found


async def test_they_are_asked_only_where_there_is_a_desk(world: World) -> None:
    """R7 P6: no question, no place among the numbers and no promise without somebody to read."""
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone = Phone(await world.app())
    assert "Egna ord" not in (await phone.enter(issued.code)).text
    assert " av 21" in (await phone.post("/svara/start", "choice=yes&edition=standard")).text


async def test_she_is_told_who_reads_before_she_writes_and_nothing_comes_back(reviewed: Reviewed) -> None:
    """R7 P6, P1, G12: who reads and that names are not to be written; the text is in no response, whoever has the code."""
    world = reviewed.world
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    app = await world.app()
    phone = Phone(app)
    start = (await phone.enter(issued.code)).text
    assert "Egna ord" in start
    assert "Skriv inga namn." in start
    assert " av 23" in (await phone.post("/svara/start", "choice=yes&edition=standard")).text
    asked = (await phone.get("/svara/fraga/21")).text
    assert "<textarea" in asked
    assert 'maxlength="500"' in asked
    assert "Någon som inte jobbar där du bor läser det" in asked
    assert "Skriv inga namn." in asked
    await phone.post("/svara/fraga/21", "do=next&answer=Kajsakanari")
    assert phone.at == "/svara/fraga/22"
    await phone.post("/svara/fraga/22", "do=next&answer=")  # words are nobody's duty
    assert phone.at == "/svara/fraga/23"
    again = Phone(app)
    await again.begin(issued.code)
    for number in range(1, 25):
        await phone.get(f"/svara/fraga/{number}")
        await again.get(f"/svara/fraga/{number}")
    await phone.post("/svara/klar")
    assert not any("Kajsakanari" in one.text for one in (*phone.seen, *again.seen))


async def test_the_shorter_edition_neither_asks_nor_promises(reviewed: Reviewed) -> None:
    world = reviewed.world
    await world.placements(NORTH, 1, birth_year=2013)
    await world.open()
    (issued,) = await world.codes(NORTH)
    phone = Phone(await world.app())
    assert "Egna ord" not in (await phone.enter(issued.code)).text


async def test_neither_draft_envelope_record_nor_file_holds_them(reviewed: Reviewed) -> None:
    """DESIGN §4.10: whoever has the code, the web's secret and the counter's keys finds ciphertext and nothing else."""
    world = reviewed.world
    await world.placements(NORTH, 2)
    await world.open()
    first, second = await world.codes(NORTH)
    sitting = await world.enter(first.code)
    item = world.box.questionnaire(sitting).item(GOOD)
    await answering.save_words(
        world.box, sitting, await answering.draft_of(world.box, sitting), item, WRITTEN
    )
    (row,) = await world.database.run("SELECT body FROM draft")
    draft = open_draft(bytes(row["body"]), draft_key(world.web_keys.secret, first.code))
    assert draft.answers == {GOOD: "skipped"}
    assert b"Kajsakanari" not in msgspec.json.encode(draft) + draft.texts[GOOD]
    await answering.finish(world.box, sitting)
    await world.answer(second.code)
    private = world.counter_keys.counting_key(HALF_YEAR)
    ballots = [open_envelope(body, WAVE, private) for body in await counting.envelopes(world.database, WAVE)]
    assert sorted(len(one.texts) for one in ballots if one) == [0, 1]
    assert {len(text) for one in ballots if one for text in one.texts.values()} == {sealed_size(500)}
    assert {one.answers[item] for one in ballots if one for item in (GOOD, CHANGE)} == {"not_shown"}
    assert b"Kajsakanari" not in msgspec.json.encode(ballots)
    await world.close()
    (row,) = await world.database.run("SELECT record FROM sealed_wave WHERE wave = ?", WAVE)
    record = open_record(bytes(row["record"]), WAVE, world.counter_keys.storage)
    assert b"Kajsakanari" not in msgspec.json.encode(record)
    assert b"texts" not in msgspec.json.encode(record)
    assert b"Kajsakanari" not in await everything(world)


async def test_rows_lengths_and_writes_are_the_same_whether_anybody_wrote(reviewed: Reviewed) -> None:
    """Issue 1, "nobody can join": no row, length, time or number of writes tells who wrote, or that anybody did."""
    world = reviewed.world
    for unit in (NORTH, SOUTH, OTHER):
        await world.placements(unit, 3)
    await world.open()
    drafts, envelopes = set[int](), set[int]()
    for unit, writers in ((NORTH, 3), (SOUTH, 1), (OTHER, 0)):
        for number, issued in enumerate(await world.codes(unit)):
            sitting = await world.enter(issued.code)
            for item_id in (GOOD, CHANGE):
                draft = await answering.draft_of(world.box, sitting)
                text = WRITTEN * 40 if number < writers else None
                item = world.box.questionnaire(sitting).item(item_id)
                await answering.save_words(world.box, sitting, draft, item, text)
            drafts |= {len(row["body"]) for row in await world.database.run("SELECT body FROM draft")}
            if unit != OTHER:
                await answering.finish(world.box, sitting)
    envelopes = {len(row["body"]) for row in await world.database.run("SELECT body FROM envelope")}
    assert len(drafts) == len(envelopes) == 1
    await world.close()
    rows = await world.database.run("SELECT * FROM own_words")
    assert {(row["wave"].split(":")[0], row["item"]) for row in rows if FAMILY in row["wave"]} == {
        (unit, item) for unit in (NORTH, SOUTH, OTHER) for item in (GOOD, CHANGE)
    }
    (size,) = {len(row["pile"]) for row in rows if FAMILY in row["wave"]}
    assert slots(b"x" * size, 500) == 3
    assert {key for row in rows for key in row} == {"id", "wave", "item", "pile"}  # no time, code or holder
    read = await own_words.open_pool(reviewed.desk(), pool_of(GOOD), "jour")
    assert (read.n_texts, read.n_shut) == (4, 0)
    assert not set(msgspec.structs.asdict(read.texts[0])) & {"unit", "wave", "home"}


def test_their_order_in_the_pile_is_chance(reviewed: Reviewed) -> None:
    """A text that was sealed first lies as often first as last; the marks order a pool, and know no home."""
    desk = reviewed.key.public_key().public_bytes_raw()
    sealed = [seal_text(str(number), WAVE, GOOD, 5, desk) for number in range(8)]
    places = list[int]()
    for _ in range(300):
        piled = seal_pile(sealed, 8, WAVE, GOOD, 5, desk)
        order = [text for _, text in open_pile(piled, WAVE, GOOD, 5, reviewed.key)]
        places.append(order.index("0"))
    assert 2.9 < sum(places) / len(places) < 4.1  # 3.5 expected, with a standard error of 0.13
    assert set(places) == set(range(8))
    assert sorted(map(str, order)) == [str(number) for number in range(8)]
    assert not any(text in piled for text in sealed)


async def test_what_was_taken_back_or_written_with_staff_is_never_read(reviewed: Reviewed) -> None:
    """R7 P7, P5: the receipt takes back the text with the answers; and only the latest card of a person counts."""
    world = reviewed.world
    await world.placements(NORTH, 4)
    await world.open()
    issued = await world.codes(NORTH)
    taken = await write(world, issued[0].code, {GOOD: "tas tillbaka"})
    await write(world, issued[1].code, {GOOD: "med personal"}, alone="helped_staff")
    await write(world, issued[2].code, {GOOD: "första kortet"})
    again = await world.codes(NORTH, again=True)
    same = next(one for one in again if one.placement == issued[2].placement)
    await write(world, same.code, {GOOD: "andra kortet"})
    await answering.withdraw(world.box, taken.receipt)
    await world.close()
    read = await own_words.open_pool(reviewed.desk(), pool_of(GOOD), "jour")
    assert [one.text for one in read.texts] == ["andra kortet"]


async def test_skipping_takes_back_what_was_written_and_an_empty_field_leaves_it(reviewed: Reviewed) -> None:
    world = reviewed.world
    await world.placements(NORTH, 2)
    await world.open()
    for issued, second in zip(await world.codes(NORTH), (None, ""), strict=True):
        sitting = await world.enter(issued.code)
        item = world.box.questionnaire(sitting).item(GOOD)
        for text in (f"skrivet {second}", second):
            draft = await answering.draft_of(world.box, sitting)
            await answering.save_words(world.box, sitting, draft, item, text)
        await world.write(sitting, {"alone": "alone"})
        await answering.finish(world.box, sitting)
    await world.close()
    read = await own_words.open_pool(reviewed.desk(), pool_of(GOOD), "jour")
    assert [one.text for one in read.texts] == ["skrivet "]


async def test_a_moved_text_does_not_open(reviewed: Reviewed) -> None:
    """Bound to wave and question, alone and as a pile: what the database's holder moves is told of and never shown."""
    world = reviewed.world
    pool = await one_pool(reviewed)
    (good,) = await world.database.run("SELECT pile FROM own_words WHERE id = ?", f"{WAVE}:{GOOD}")
    wave = f"{SOUTH}:{FAMILY}:{HALF_YEAR}"
    for to in (f"{WAVE}:{CHANGE}", f"{wave}:{GOOD}"):
        await world.database.run("UPDATE own_words SET pile = ? WHERE id = ?", bytes(good["pile"]), to)
    read = await own_words.open_pool(reviewed.desk(), pool_of(CHANGE), "jour")
    assert (read.texts, read.n_shut) == ((), 1)
    read = await own_words.open_pool(reviewed.desk(), pool, "jour")
    assert (len(read.texts), read.n_shut) == (1, 1)
    desk = reviewed.key.public_key().public_bytes_raw()
    moved = [seal_text(WRITTEN, wave, GOOD, 500, desk), seal_text(WRITTEN, WAVE, CHANGE, 500, desk)]
    piled = seal_pile(moved, 2, WAVE, GOOD, 500, desk)
    assert [text for _, text in open_pile(piled, WAVE, GOOD, 500, reviewed.key)] == [None, None]


async def test_a_purpose_and_an_audit_row_come_first_and_only_a_reader_may(reviewed: Reviewed) -> None:
    """Also when nothing opens the row is there; it holds no text, and others find no desk."""
    world = reviewed.world
    pool = await one_pool(reviewed)
    with pytest.raises(Refused):
        await own_words.open_pool(reviewed.desk(), pool, "  ")
    assert not await world.database.run("SELECT who FROM audit WHERE did = 'words:read'")
    for desk in (
        reviewed.desk("någon-annan"),
        reviewed.desk(role=Role.OPERATOR),
        reviewed.desk(role=Role.ANALYST),
        reviewed.desk(scope=NORTH),
    ):
        with pytest.raises(NotFound):
            await own_words.open_pool(desk, pool, "jour")
        with pytest.raises(NotFound):
            await own_words.list_pools(desk)
        with pytest.raises(NotFound):
            await own_words.give_themes(desk, pool, {})
    await own_words.open_pool(reviewed.desk(), pool, "läser för  rapporten")
    (row,) = await world.database.run("SELECT who, what FROM audit WHERE did = 'words:read'")
    assert row["what"] == f"läste {pool}: läser för rapporten"


async def test_nobody_reads_before_every_wave_of_the_half_year_is_counted(reviewed: Reviewed) -> None:
    """Texts of the one home that happened to be counted would be known to be its own."""
    world = reviewed.world
    pool = await one_pool(reviewed)
    await world.database.run("UPDATE wave SET state = 'closed' WHERE id = ?", f"{SOUTH}:{FAMILY}:{HALF_YEAR}")
    with pytest.raises(Refused):
        await own_words.open_pool(reviewed.desk(), pool, "jour")
    assert not (await own_words.find_pool(reviewed.desk(), pool)).is_whole


async def test_a_theme_is_told_at_the_desk_when_enough_have_written_of_it(reviewed: Reviewed) -> None:
    """Ten texts from three homes; nine, or ten from two, are as none. Texts stand in no other page."""
    world = reviewed.world
    for unit, n in ((NORTH, 4), (SOUTH, 4), (OTHER, 4)):
        await world.placements(unit, n)
    await world.open()
    codes = [issued for unit in (NORTH, SOUTH, OTHER) for issued in await world.codes(unit)]
    for number, issued in enumerate(codes):
        await write(world, issued.code, {GOOD: f"Kajsakanari <b>{number}</b>"})
    await world.close()
    name, password = await world.account(Role.SAFEGUARDING_REVIEWER, name="lasare-anna")
    reader = Reader(await reviewed.app())
    await reader.sign_in(name, password)
    address = f"/egna-ord/{pool_of(GOOD)}"
    page = (await reader.post(f"{address}/oppna", purpose="jour")).text
    assert page.count("Kajsakanari") == 12
    assert "<b>" not in page
    assert NORTH not in page
    marks_ = marks_in(page)
    assert marks_ == sorted(marks_)
    desk = reviewed.desk()
    await own_words.give_themes(desk, pool_of(GOOD), {mark: ["food"] for mark in marks_[:9]})
    assert "Maten" not in (await reader.get("/egna-ord")).text
    assert (await own_words.open_pool(desk, pool_of(GOOD), "jour")).n_left == 3
    await own_words.give_themes(desk, pool_of(GOOD), {mark: ["food", "harm", "untold"] for mark in marks_})
    for target in ("/egna-ord", address):
        shown = (await reader.get(target)).text
        assert "Maten" in shown
        assert "illa behandlad" not in shown  # sensitive: 21
        assert "kan inte återges" not in shown.lower()
        assert "Kajsakanari" not in shown
    assert (await own_words.open_pool(desk, pool_of(GOOD), "jour")).texts == ()
    assert len((await own_words.open_pool(desk, pool_of(GOOD), "jour", again=1)).texts) == 12
    assert b"food" not in await everything(world)


async def test_themes_are_refused_that_are_none_or_too_many_or_meanwhile(
    reviewed: Reviewed, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, desk = reviewed.world, reviewed.desk()
    pool = await one_pool(reviewed)
    ((mark, _),) = [(one.mark, one) for one in (await own_words.open_pool(desk, pool, "jour")).texts]
    for given in (
        {mark: ["okänt"]},
        {"0" * 24: ["food"]},
        {mark: ["food", "say", "rules", "peers", "school"]},
    ):
        with pytest.raises(Refused):
            await own_words.give_themes(desk, pool, given)
    await own_words.give_themes(desk, pool, {mark: ["food"]})
    real = kept.found

    async def late(database: object, id_: str) -> tuple[int, bytes]:
        version, body = await real(world.database, id_)
        return version - 1, body

    with monkeypatch.context() as patched:
        patched.setattr(kept, "found", late)
        with pytest.raises(Conflict):
            await own_words.give_themes(desk, pool, {mark: ["say"]})
    await own_words.give_themes(desk, pool, {mark: []})
    assert (await own_words.open_pool(desk, pool, "jour")).n_left == 1
    await world.database.run("UPDATE words_read SET id = ?", pool_of(CHANGE))
    with pytest.raises(Unsound):
        await own_words.find_pool(desk, pool_of(CHANGE))


async def test_a_wave_with_texts_waits_for_the_desks_key(reviewed: Reviewed) -> None:
    """Counted without it the texts would be lost; its envelopes stay, and it is said why."""
    world = reviewed.world
    await world.placements(NORTH, 1)
    await world.open()
    (issued,) = await world.codes(NORTH)
    await write(world, issued.code, {GOOD: WRITTEN})
    closes_at = window(HALF_YEAR).closes_at
    with pytest.raises(Unsound):
        await close_and_count(world.database, world.catalogue, world.counter_keys, closes_at)
    assert len(await counting.envelopes(world.database, WAVE)) == 1
    await world.close()
    assert (await own_words.open_pool(reviewed.desk(), pool_of(GOOD), "jour")).n_texts == 1


async def test_they_are_thrown_after_a_year(reviewed: Reviewed) -> None:
    """As she is promised; what was found in them goes with them."""
    world = reviewed.world
    pool = await one_pool(reviewed)
    (text,) = (await own_words.open_pool(reviewed.desk(), pool, "jour")).texts
    await own_words.give_themes(reviewed.desk(), pool, {text.mark: ["food"]})
    closes_at = window(HALF_YEAR).closes_at
    for days, there in ((364, True), (366, False)):
        now = closes_at + dt.timedelta(days=days)
        key = world.web_keys.desk_key()
        await close_and_count(world.database, world.catalogue, world.counter_keys, now, key)
        assert bool(await world.database.run("SELECT id FROM own_words")) is there
        assert bool(await world.database.run("SELECT id FROM words_read")) is there


@pytest.mark.parametrize(
    ("homes", "sensitive", "withheld", "is_told"),
    [
        ("aaaabbbccc", (), (), True),
        ("aaaabbbcc", (), (), False),  # nine
        ("aaaaabbbbb", (), (), False),  # of two homes
        ("aaaabbbccc", ("food",), (), False),
        ("aaaaaaabbbbbbbccccccc", ("food",), (), True),
        ("aaaaaaabbbbbbbcccccc", ("food",), (), False),  # twenty
        ("aaaaaaabbbbbbbccccccc", (), ("food",), False),
    ],
)
def test_a_theme_is_told_from_ten_texts_of_three_homes(
    homes: str, sensitive: tuple[str, ...], withheld: tuple[str, ...], is_told: bool
) -> None:
    found = [Themed(home, ("food", "food")) for home in homes]
    assert told(found, sensitive, withheld) == ({"food"} if is_told else set())


def test_a_text_too_long_is_cut_between_its_letters_and_all_scripts_fit(reviewed: Reviewed) -> None:
    desk = reviewed.key.public_key().public_bytes_raw()
    for text, back in (("ሰላም" * 4, "ሰላም" * 4), ("😀" * 12, "😀" * 9), ("\ud800a", "a"), ("", "")):
        sealed = seal_text(text, WAVE, GOOD, 12, desk)
        assert len(sealed) == sealed_size(12)
        piled = seal_pile([sealed], 1, WAVE, GOOD, 12, desk)
        assert [one for _, one in open_pile(piled, WAVE, GOOD, 12, reviewed.key)] == [back]
        opened = [mark for mark, _ in open_pile(piled, WAVE, GOOD, 12, reviewed.key)]
        assert marks(piled, WAVE, GOOD, 12, reviewed.key) == opened


def test_every_text_of_a_questionnaire_fits_in_its_drafts_and_ballots(reviewed: Reviewed) -> None:
    desk = reviewed.key.public_key().public_bytes_raw()
    for questionnaire in reviewed.world.catalogue.questionnaires:
        most = asked_in_words(questionnaire)
        texts = {item: seal_text("x" * n, WAVE, item, n, desk) for item, n in most.items()}
        assert len(msgspec.json.encode({"texts": texts})) <= room(most) + 2


def test_what_was_found_has_one_length_and_opens_in_its_pool_alone(reviewed: Reviewed) -> None:
    full = {f"{number:024x}": ("x" * 20,) * 4 for number in range(30)}
    bodies = [seal_found(found, "p", 30, reviewed.key) for found in ({}, full)]
    assert len({len(body) for body in bodies}) == 1
    assert open_found(bodies[1], "p", reviewed.key) == full
    assert open_found(bodies[1], "q", reviewed.key) is None


def test_a_faulty_list_of_themes_is_told_of() -> None:
    good = (WordTheme(id="a", sv="A"), WordTheme(id="untold", sv="B", shown=False))
    assert not list(problems(WordThemes(theme=good), "x"))
    for faulty in (
        (*good, good[0]),
        (*good, WordTheme(id="A", sv="A")),
        (*good, WordTheme(id="b", sv=" ")),
        (*good, WordTheme(id="b", sv="B", sensitivity=3)),
        good[:1],
    ):
        assert len(list(problems(WordThemes(theme=faulty), "x"))) == 1
