"""R7 P1, G12: DESIGN §4.9: whoever finds a card learns nothing, and what was saved before is counted all the same.

Two have answered as far, and differently. Then somebody begins a new sitting with each code and does the same in both:
every answer of the server must be the same. A page that comes, a number or a total that depends on what was said tells it.
"""

from __future__ import annotations

import datetime as dt
import random
import re

import pytest

from hvb_followup import content
from tests.actions.test_walked_paths import counted_by_link
from tests.asking import Answered, Phone
from tests.world import NORTH, World

NOW = dt.datetime(2026, 9, 20, 10, tzinfo=dt.UTC)
YOUNG, LIVES = "ung-utfall", "ung-upplevelse"
CATALOGUE = content.read()

# What was said in the first sitting: (questionnaire, edition, one, the other). "" skips; a tuple is goals.
UP_TO_SCHOOL = ("5", "sometimes", "sometimes", "sometimes", "good")
UP_TO_GOALS = (*UP_TO_SCHOOL, "good", "d5", "good", "yes", "never", "never", "no", "no", "no", "yes")
AWAY = (*UP_TO_SCHOOL, "not_relevant", "bad", "no", "always", "never", "alone", "no", "no", "no")
EASY_TO_GOALS = ("5", "sometimes", "sometimes", "bad", "bad", "bad", "yes", "no")
PAIRS = [
    (YOUNG, "standard", (*UP_TO_SCHOOL, "good", "d2"), (*UP_TO_SCHOOL, "not_relevant")),
    (YOUNG, "standard", (*UP_TO_SCHOOL, "good"), (*UP_TO_SCHOOL, "not_relevant")),
    (YOUNG, "standard", (*UP_TO_SCHOOL, "good", "d2", "bad"), (*UP_TO_SCHOOL, "not_relevant", "bad")),
    (YOUNG, "standard", UP_TO_GOALS, AWAY),
    (YOUNG, "standard", (*UP_TO_GOALS, ("friends",)), (*AWAY, "not_relevant")),
    (YOUNG, "standard", (*UP_TO_GOALS, ("friends", "cope"), "3"), (*AWAY, ("sleep",))),
    (YOUNG, "standard", (*UP_TO_GOALS, ("friends", "cope"), "3", "4", "near"), (*AWAY, "", "alone")),
    (YOUNG, "easy", (*EASY_TO_GOALS, ("friends",)), (*EASY_TO_GOALS, "not_relevant")),
    (YOUNG, "easy", (*EASY_TO_GOALS, ("friends",), "1"), (*EASY_TO_GOALS, ("sleep", "calm", "work"), "2", "3")),
    (LIVES, "standard", ("very_good", "quite", "very", "mostly"), ("very_bad", "very", "not", "never")),
    (LIVES, "standard", ("very_good", "quite", "very"), ("", "", "")),
    (LIVES, "easy", ("very_good", "very"), ("very_bad", "not")),
]  # fmt: skip


async def codes_of(world: World, family: str, count: int) -> dict[str, str]:
    """The codes of so many of the same age, by placement."""
    for number in range(count):
        await world.placement(f"L{number}", NOW.date() - dt.timedelta(days=10))
    if family == YOUNG:
        await world.follow(now=NOW)
    else:
        await world.open()
    return {one.placement: one.code for one in await world.codes(NORTH, family=family)}


async def answered(world: World, code: str, edition: str, said: tuple[str | tuple[str, ...], ...]) -> None:
    """A first sitting that ends without "Klar"."""
    phone = Phone(await world.app())
    await phone.begin(code, edition)
    if phone.at == "/svara/prova":
        await phone.post("/svara/prova", "answer=yes")
    for one in said:
        if isinstance(one, tuple):
            page = await phone.post(phone.at, "&".join(["do=next", *(f"answer={goal}" for goal in one)]))
        else:
            page = await phone.say(one)
        assert page.status == 200, (one, phone.at)
    await phone.get("/svara/lamna")


async def looked_through(world: World, code: str, seed: int) -> Phone:
    """A later sitting that opens every page, changes how one reads, skips and answers as the dice say."""
    phone, dice = Phone(await world.app()), random.Random(seed)
    await phone.begin(code, dice.choice(["standard", "easy"]))
    for number in range(1, 26):
        await phone.get(f"/svara/fraga/{number}")
    for _ in range(20):
        number = dice.randint(1, 20)
        page = await phone.get(f"/svara/fraga/{number}")
        offered = re.findall(r'name="answer" value="([a-z_0-9]+)"', page.text)
        step = dice.random()
        if step < 0.1:
            await phone.post("/svara/start", f"choice=yes&edition={dice.choice(['standard', 'easy'])}")
        elif step < 0.2:
            await phone.post(f"/svara/form?n={number}", dice.choice(["easy=yes", "lang=en", "pictures=yes"]))
        elif step < 0.5 and phone.at.startswith("/svara/fraga/"):
            await phone.say("")
        elif offered and phone.at.startswith("/svara/fraga/"):
            await phone.say(
                "friends" if "friends" in offered and dice.random() < 0.7 else dice.choice(offered)
            )
    await phone.post("/svara/start", "choice=yes&edition=standard")
    return phone


def told(one: Answered) -> tuple[int, str, str]:
    """All that an answer says and where it leads."""
    return one.status, one.text, one.header("location")


@pytest.mark.parametrize(("family", "edition", "one", "other"), PAIRS)
async def test_a_new_sitting_is_answered_alike_whatever_an_earlier_one_said(
    world: World,
    family: str,
    edition: str,
    one: tuple[str | tuple[str, ...], ...],
    other: tuple[str | tuple[str, ...], ...],
) -> None:
    codes = list((await codes_of(world, family, 2)).values())
    await answered(world, codes[0], edition, one)
    await answered(world, codes[1], edition, other)
    for seed in (len(one), len(other)) if edition == "easy" else (len(one),):
        first, second = [await looked_through(world, code, seed) for code in codes]
        assert [told(page) for page in first.seen] == [told(page) for page in second.seen]
        before = f"choice=yes&edition={edition}"
        begun = [Phone(first.app), Phone(first.app)]
        for phone, code in zip(begun, codes, strict=True):
            await phone.enter(code)
            await phone.post("/svara/start", before)
        assert begun[0].at == begun[1].at


async def test_no_page_of_a_new_sitting_says_a_goal(world: World) -> None:
    code = (await codes_of(world, YOUNG, 1))["L0"]
    await answered(world, code, "standard", (*UP_TO_GOALS, ("friends",)))
    later = Phone(await world.app())
    first = await later.begin(code)
    assert "Vilka är dina mål just nu?" in first.text, "only so can what hangs on them be asked"
    for number in range(1, 25):
        await later.get(f"/svara/fraga/{number}")
    questions = [page.text for page in later.seen if "<fieldset" in page.text and "choice" not in page.text]
    assert len(questions) > 15
    assert not [one for one in questions if "Ditt mål är" in one or " checked" in one]


async def test_easy_words_ask_again_by_the_questions_and_not_by_the_answers(world: World) -> None:
    """Whether "quite" or "very": the easy words have another list, so both are asked again from the first such."""
    codes = await codes_of(world, LIVES, 2)
    for (_, code), safe in zip(sorted(codes.items()), ("quite", "very"), strict=True):
        await answered(world, code, "standard", ("very_good", safe, "very", "mostly"))
    led = set()
    for code in codes.values():
        phone = Phone(await world.app())
        await phone.begin(code, "easy")
        led.add((await phone.post("/svara/start", "choice=yes&edition=easy")).text)
    assert len(led) == 1


@pytest.mark.parametrize(
    ("later", "counted"),
    [
        ((("",), "alone"), {"goal": "friends+cope", "near_friends": "3", "near_cope": "not_reached"}),
        ((("sleep",), "8", "alone"), {"goal": "sleep", "near_sleep": "8", "near_friends": "not_shown"}),
        ((("friends", "cope"), "", "7", "alone"), {"goal": "friends+cope", "near_friends": "3", "near_cope": "7"}),
    ],
)  # fmt: skip
async def test_what_was_saved_before_is_counted_unless_it_is_answered_anew(
    world: World, later: tuple[str | tuple[str, ...], ...], counted: dict[str, str]
) -> None:
    code = (await codes_of(world, YOUNG, 1))["L0"]
    await answered(world, code, "standard", (*UP_TO_GOALS, ("friends", "cope"), "3"))
    phone = Phone(await world.app())
    await phone.begin(code)
    for one in later:
        goals = one if isinstance(one, tuple) else (one,)
        await phone.post(
            phone.at,
            "&".join(["do=next" if any(goals) else "do=skip", *(f"answer={goal}" for goal in goals)]),
        )
    assert "Tack!" in (await phone.post("/svara/klar")).text
    await world.close()
    ((_, found),) = (await counted_by_link(world, YOUNG)).items()
    whole = {
        "life": "5",
        "school_going": "good",
        "school_days": "d5",
        "hope": "yes",
        "alone": "alone",
        **counted,
    }
    assert {item: found.answers[item] for item in whole} == whole


async def test_who_went_back_in_the_same_sitting_still_takes_an_answer_away_by_skipping(world: World) -> None:
    code = (await codes_of(world, YOUNG, 1))["L0"]
    await answered(world, code, "standard", ("5", "always"))
    phone = Phone(await world.app())
    await phone.begin(code)
    await phone.post("/svara/fraga/1", "do=skip")
    await phone.post("/svara/klar")
    await world.close()
    ((_, found),) = (await counted_by_link(world, YOUNG)).items()
    assert (found.answers["life"], found.answers["happy"]) == ("skipped", "always")
