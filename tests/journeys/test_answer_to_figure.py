"""One answer, from a phone to a published figure: real processes, real commands, a real browser, both databases."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from hvb_followup.access import Role
from hvb_followup.actions.respond import answering
from hvb_followup.actions.respond.answering import code_hash
from hvb_followup.keys.counter import open_counter_keys
from hvb_followup.keys.web import open_web_keys
from hvb_followup.pseudonyms import link, read_code
from hvb_followup.registry import check_symbol, unit_id
from hvb_followup.store.ballots import Outcome
from tests.journeys.installation import TELLING, Installation, Visitor, click
from tests.world import FAMILY, HALF_YEAR, LILLBY, STORBY, World

pytestmark = pytest.mark.browser

NORTH, SOUTH = unit_id("N0RTH"), unit_id("S0VTH")
OWNER = "PA1FA9" + check_symbol("A1FA9")
OPEN, CLOSED = "2026-11-10T16:00+01:00", "2026-12-01T05:00+01:00"
BEST, WORST = {"safe_here": "very", "alone": "alone"}, {"safe_here": "not", "alone": "alone"}


def folded(text: str) -> str:
    """The text with one kind of space."""
    return " ".join(text.split())


def words(page: Page, where: str) -> str:
    """What a part of the page says, when all of the page has come and what was folded is open."""
    page.locator(where).wait_for(state="attached")
    page.wait_for_load_state()
    return folded(page.locator(where).inner_text())


def registers(installation: Installation) -> None:
    """A provider with two homes: twelve young people of 16 in one, six of 14 in the other."""
    installation.register("provider", [{"Utförarens id": OWNER, "Namn": "Påhittade Alfa AB"}])
    home = {"Län": "Gotland", "Platser": "12", "Utförare": OWNER, "Typ": "HVB", "Driftsform": "privat",
            "Gäller från": "2020-01-01", "Gäller till": ""}  # fmt: skip
    homes = [{"Hemmets id": NORTH, "Namn": "Norrgården"}, {"Hemmets id": SOUTH, "Namn": "Södergården"}]
    installation.register("unit", [{**one, **home} for one in homes])
    young = [(NORTH, number, "2010") for number in range(12)] + [
        (SOUTH, number, "2012") for number in range(6)
    ]
    rows = [
        {"Löpnummer": f"LN-{unit[1]}-77{number:02}", "Hem": unit, "Kommun": (LILLBY, STORBY)[number % 2],
         "Födelseår": year, "Startdatum": "2024-06-01", "Slutdatum": ""}
        for unit, number, year in young
    ]  # fmt: skip
    assert "18 accepted" in installation.register("placement", rows)


async def accounts(world: World) -> dict[str, tuple[str, str]]:
    """One manager of each home, the procurer of a placing municipality, and an analyst."""
    return {
        "north": await world.account(Role.UNIT_MANAGER, NORTH, "chef-norr"),
        "south": await world.account(Role.UNIT_MANAGER, SOUTH, "chef-soder"),
        "procurer": await world.account(Role.PROCURER, LILLBY, "upphandlare"),
        "analyst": await world.account(Role.ANALYST, "", "analytiker"),
    }


def others(codes: list[str], said: Callable[[int], dict[str, str]], edition: str = "standard") -> Any:
    """The others answer, through the same errands as the pages'."""

    async def answer(world: World) -> list[Outcome]:
        outcomes = []
        for number, code in enumerate(codes):
            sitting = msgspec.structs.replace(await world.enter(code), edition=edition)
            await world.write(sitting, said(number))
            outcomes.append((await answering.finish(world.box, sitting)).outcome)
        return outcomes

    return answer


def test_an_answer_on_a_phone_becomes_a_published_figure(
    installation: Installation, visitor: Callable[..., Visitor]
) -> None:
    registers(installation)
    people = installation.errand(accounts)
    assert "10 opened" in installation.hvb("tick", "--to", OPEN)
    north = installation.codes(NORTH, HALF_YEAR, FAMILY)
    south = installation.codes(SOUTH, HALF_YEAR, FAMILY)
    assert (len(north), len(south)) == (12, 6)
    installation.serve()
    early = visitor(installation.url)
    nothing_is_published(early)

    cards = list(north.values())
    young = [visitor(installation.url), visitor(installation.url, java_script_enabled=False)]
    receipts = [sit(one, code) for one, code in zip(young, cards[:2], strict=True)]
    with_keys = visitor(installation.url)
    receipts.append(sit_by_keyboard_alone(with_keys, next(iter(south.values()))))
    young.append(with_keys)
    rest = list(south.values())[1:]
    eleven = installation.errand(others(cards[2:], lambda number: WORST if number == 0 else BEST))
    six = installation.errand(others(rest, lambda number: WORST if number < 3 else BEST, "easy"))
    assert [*eleven, *six] == [Outcome.TAKEN] * 15

    closed = installation.hvb("tick", "--to", CLOSED)
    assert "10 waves counted" in closed
    draft = re.search(r"draft release (\S+)", closed)[1]  # type: ignore[index]
    nothing_is_published(early, draft)
    a_used_code_opens_nothing(young[0], cards[0])
    assert "finns inte" in installation.hvb("publish", draft, "--as", people["south"][0], expect=1)
    installation.hvb("publish", draft, "--as", people["analyst"][0])

    public = visitor(installation.url)
    the_same_figure_everywhere(public, installation, draft)
    the_home_of_six_waits(public, installation)
    managers = [visitor(installation.url) for _ in range(3)]
    the_manager_of_six_sees_a_word(managers[0], people["south"])
    the_manager_of_twelve_sees_what_everybody_sees(managers[1], people["north"])
    the_procurer_sees_the_same_word(managers[2], people["procurer"])

    assert "0 findings" in installation.hvb("attack")
    assert "same hash" in installation.hvb("rebuild", draft)
    everybody = [early, public, *young, *managers]
    assert [one.complaints() for one in everybody] == [[]] * len(everybody)
    assert [one.strangers() for one in everybody] == [[]] * len(everybody)
    secrets = traces(installation, {**north, **south})
    nothing_individual(everybody, secrets)
    assert [one for one in receipts if any(one in seen for seen in [*public.seen, *managers[0].seen])] == []
    assert installation.log.read_text() == ""


def nothing_is_published(public: Visitor, draft: str = "2026H2-0000") -> None:
    """Before somebody has signed, a figure is nowhere, whoever asks by whatever name."""
    page = public.go("/")
    assert "Inga siffror är publicerade än." in page.inner_text("main")
    for path in (f"/hem/{NORTH}", f"/?r={draft}", f"/export/{draft}/figures.csv", f"/api/v1/ou?r={draft}"):
        assert public.context.request.get(path).status == 404, path
    answer = public.context.request.get("/api/v1/releases").json()
    assert (answer["values"], answer["release"]) == ([], None)


# --- a young person -----------------------------------------------------------------------------------------


def sit(young: Visitor, card: str) -> str:
    """Type the code, answer everything, help seen once, one question skipped, "Klar"; the four words."""
    page = young.go("/svara")
    page.get_by_label("Skriv din kod").fill(card.lower())
    young.press("Öppna")
    told = start_is_honest(page)
    young.press("Ja, jag vill svara")
    texts = []
    for number in range(1, told + 1):
        assert page.locator(".way p").inner_text() == f"Fråga {number} av {told}"
        assert page.title().startswith(f"Fråga {number} av {told}: ")
        assert not TELLING.search(f"{page.title()} {page.url}")
        texts.append(page.locator("h1").inner_text())
        answer(young, texts[-1])
        through_help(young)
    looking_back_shows_the_own_mark(young, told)
    assert page.locator("h1").inner_text() == "Det var alla frågor"
    young.press("Klar")
    receipt = " ".join(page.locator(".words span").all_inner_texts())
    assert len(receipt.split()) == 4
    assert "Du får veta resultatet senast den 15 januari 2027." in page.inner_text("main")
    leaves_nothing_behind(young, texts)
    return receipt


def start_is_honest(page: Page) -> int:
    """How many questions the start page tells of; it names the help button as the button is named."""
    says = page.inner_text("main")
    assert "Ingen läser vad just du har svarat." in says
    assert "Minst 5 måste ha svarat." in says
    button = page.locator("header a.help").inner_text()
    assert f"trycka på {button} på varje sida" in says
    assert "den 30 november 2026" in says
    return int(re.search(r"Det är (\d+) frågor", says)[1])  # type: ignore[index]


def answer(young: Visitor, text: str) -> None:
    """The first option; of harm the one that tells of it; the fifth question is skipped."""
    page = young.page
    if "Lyssnar" in text:
        young.press("Hoppa över frågan")
        return
    if "i personalen gjort dig illa" in text:
        click(page.get_by_text("Ja, en gång"))
    else:
        click(page.locator("label.option").first)
    young.press("Nästa")


def through_help(young: Visitor) -> None:
    """After an answer of harm comes help, with the same title as help always has."""
    if "/svara/hjalp" not in young.page.url:
        return
    assert young.page.title() == "Frågor"
    assert "Det som har hänt är inte ditt fel." in young.page.inner_text("main")
    assert young.page.get_by_role("link", name="Bris 116 111").get_attribute("href") == "tel:116111"
    young.press("Fortsätt med frågorna", "link")


def looking_back_shows_the_own_mark(young: Visitor, last: int) -> None:
    """Within a sitting one may look back; the mark is there, and forward is where one was."""
    young.press("Tillbaka", "link")
    assert young.page.locator("input:checked").count() == 1
    young.press("Nästa")
    assert young.page.url.endswith(f"/svara/fraga/{last + 1}")


def leaves_nothing_behind(young: Visitor, texts: list[str]) -> None:
    """After "Klar": no cookie, nothing stored, and Back never shows a question."""
    page = young.page
    assert young.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    for _ in range(4):
        page.go_back()
        young.keep()
        shown = page.locator("body").inner_text()
        assert page.locator("fieldset").count() == 0
        assert [text for text in texts if text in shown] == []
        assert page.locator("h1").inner_text() == "Sidan är stängd"


def sit_by_keyboard_alone(young: Visitor, card: str) -> str:
    """A QR's code, then keys only: six at most for a question; the easy edition of a fourteen-year-old."""
    page = young.page
    page.goto(f"/svara#{card}")
    page.keyboard.press("Enter")  # the code waits in its field, and the button has the focus
    page.wait_for_url("**/svara/start")
    young.keep()
    told = start_is_honest(page)
    tab_to(page, page.get_by_role("button", name="Ja, jag vill svara"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/svara/prova")
    young.keep()
    for key in ("Tab", "Enter", "Tab", "Space", "Enter"):
        page.keyboard.press(key)
    for number in range(1, told + 1):
        page.wait_for_url(f"**/svara/fraga/{number}")
        young.keep()
        assert page.locator(".way p").inner_text() == f"Fråga {number} av {told}"
        for key in ("Tab", "Enter", "Tab", "Space", "Enter"):
            page.keyboard.press(key)
    page.wait_for_url(f"**/svara/fraga/{told + 1}")
    tab_to(page, page.get_by_role("button", name="Klar"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Tack! Nu är du klar.").wait_for()
    young.keep()
    assert [url for url in young.asked if card in url or read_code(card) in url] == []
    return " ".join(page.locator(".words span").all_inner_texts())


def tab_to(page: Page, control: Any) -> None:
    """Press Tab until the control has focus."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if control.evaluate("control => control === document.activeElement"):
            return
    raise AssertionError("the control cannot be reached with Tab")


def a_used_code_opens_nothing(young: Visitor, card: str) -> None:
    """After "Klar", and after the close: the same words as for a code that never was."""
    for code in (card, "00000-00000-0"):
        page = young.go("/svara")
        page.get_by_label("Skriv din kod").fill(code)
        young.press("Öppna")
        assert "Koden går inte att använda." in page.get_by_role("alert").inner_text()


# --- the figure ---------------------------------------------------------------------------------------------


def the_same_figure_everywhere(public: Visitor, installation: Installation, release: str) -> None:
    """Page, JSON and CSV of the home of twelve: eleven or twelve of them feel safe, and no more is told."""
    told = json.loads(installation.get(f"/api/v1/data/kpi/U01/ou/{NORTH}/period/{HALF_YEAR}"))
    assert (told["count"], told["release"]) == (1, release)
    figure = told["values"][0]
    coarse = {"n": 12, "count": 12, "x_lo": 11, "x_hi": 12, "value": 96, "flags": ["g"], "status": "",
              "response": "≥ 70 %", "period_from": HALF_YEAR, "period_to": HALF_YEAR}  # fmt: skip
    assert figure == {**figure, **coarse}
    assert (figure["lo"], figure["hi"]) == (pytest.approx(64.6, abs=0.1), 100)

    page = public.go(f"/hem/{NORTH}")
    csv_link = page.locator("figure#U01").get_by_role("link", name=re.compile("^CSV")).get_attribute("href")
    assert csv_link == f"/export/{release}/figures.csv"
    rows = installation.rows(csv_link)
    row = next(one for one in rows if (one["kpi"], one["ou"]) == ("U01", NORTH))
    for name in ("n", "x_lo", "x_hi", "lo", "hi", "value"):
        assert float(row[name]) == figure[name], name
    for name in ("period_from", "period_to", "response", "status", "outcome", "sentence"):
        assert row[name] == figure[name], name
    assert row["flags"] == "g"

    cells = page.locator("figure#U01 tbody tr").first.locator("td").all_inner_texts()
    said = [folded(cell) for cell in cells[1:]]
    reach = f"{math.floor(figure['lo'])}–{math.ceil(figure['hi'])} %"
    assert said == ["minst 11 av 12 ≈ grov siffra", reach, "12", "minst 70 %", "jul 2026–dec 2026"]
    assert folded(figure["sentence"]) in words(page, "figure#U01")
    the_bar_is_the_figure(page, figure)
    assert page.locator(".demo").inner_text().startswith("Påhittade uppgifter")
    click(page.locator("figure#U01").get_by_role("link", name=re.compile("^Fast länk")))
    assert f"/hem/{NORTH}?r={release}" in page.url
    assert "minst 11 av 12" in words(public.keep(), "figure#U01")


def the_bar_is_the_figure(page: Page, figure: dict[str, Any]) -> None:
    """The drawn interval and count lie where the numbers say."""
    svg = page.locator("figure#U01 tbody tr").first.locator("svg")
    width = float(svg.get_attribute("width") or 0)
    for part, lo, hi in (
        ("interval", figure["lo"] / 100, figure["hi"] / 100),
        ("count", figure["x_lo"] / figure["n"], figure["x_hi"] / figure["n"]),
    ):
        drawn = svg.locator(f".bar-{part}")
        x, wide = float(drawn.get_attribute("x") or 0), float(drawn.get_attribute("width") or 0)
        assert (x / width, (x + wide) / width) == (pytest.approx(lo, abs=0.01), pytest.approx(hi, abs=0.01))


def the_home_of_six_waits(public: Visitor, installation: Installation) -> None:
    """Six answers: words and symbol on the page, a reason and no number in the data."""
    page = public.go(f"/hem/{SOUTH}")
    assert "Hemmet väntar på fler." in page.inner_text("main")
    for indicator in ("U01", "Q01"):
        assert ".. väntar på fler" in words(page, f"figure#{indicator}")
    assert page.locator("svg").count() == 0
    told = json.loads(installation.get(f"/api/v1/data/kpi/U01/ou/{SOUTH}/period/{HALF_YEAR}"))["values"][0]
    assert (told["status"], told["outcome"], told["value"], told["count"]) == ("..", "waiting", None, None)
    assert not {"n", "x_lo", "x_hi", "lo", "hi", "response"} & set(told)
    rows = public.go("/hitta").locator(".homes tbody tr").all_inner_texts()
    told_of = [folded(row) for row in rows]
    assert len(told_of) == 2
    assert "Norrgården" in told_of[0]
    assert "● har siffror" in told_of[0]
    assert "Södergården" in told_of[1]
    assert ".. väntar på fler" in told_of[1]


# --- who signs in -------------------------------------------------------------------------------------------


def sign_in(person: Visitor, account: tuple[str, str]) -> Page:
    """Sign in as people do."""
    page = person.go("/logga-in")
    page.get_by_label("Användarnamn").fill(account[0])
    page.get_by_label("Lösenord").fill(account[1])
    return person.press("Logga in")


def own_figure(page: Page) -> str:
    """What the home's own page says of U01, but for its period and its response."""
    return words(page, "figure#U01 tbody tr:first-child td:first-of-type")


def the_manager_of_six_sees_a_word(manager: Visitor, account: tuple[str, str]) -> None:
    """DESIGN §4.5: five to nine in a word, to the home; no number, and no other home."""
    page = sign_in(manager, account)
    assert page.locator(".cards a").all_inner_texts() == ["Södergården"]
    manager.press("Södergården", "link")
    manager.press("Resultat", "link")
    assert own_figure(page) == "blandat 5–9 unga har svarat. Då visas ord i stället för siffror."
    assert "Påhittade Alfa AB" in page.inner_text(".facts")
    assert not re.search(r"\d av \d|\b6\b|\b3\b", words(page, "figure#U01"))
    assert "Svarsandel: minst 70 %" in words(page, "figure#Q01")
    assert "Hem" in manager.go(f"/hem/{SOUTH}").inner_text("main")
    for foreign in (f"/enhet/{NORTH}", f"/enhet/{NORTH}/resultat", f"/enhet/{unit_id('00000')}"):
        assert manager.context.request.get(foreign).status == 404
        assert "Sidan finns inte" in manager.go(foreign).inner_text("main")


def the_manager_of_twelve_sees_what_everybody_sees(manager: Visitor, account: tuple[str, str]) -> None:
    """From ten, the home's own figure is the public one."""
    page = sign_in(manager, account)
    manager.press("Norrgården", "link")
    manager.press("Resultat", "link")
    own = words(page, "figure#U01 tbody")
    assert own == words(manager.go(f"/hem/{NORTH}"), "figure#U01 tbody")


def the_procurer_sees_the_same_word(procurer: Visitor, account: tuple[str, str]) -> None:
    """Who buys places there sees the word, for the homes it places in."""
    page = sign_in(procurer, account)
    assert page.locator(".cards a").all_inner_texts()[-2:] == ["Norrgården", "Södergården"]
    procurer.press("Södergården", "link")
    assert own_figure(page).startswith("blandat")


# --- nothing individual -------------------------------------------------------------------------------------


def traces(installation: Installation, cards: dict[str, str]) -> list[str]:
    """All by which one young person could be told from another: placements, codes, hashes, links."""
    web = open_web_keys(installation.settings.web_keys, installation.settings.public_keys).secret
    counter = open_counter_keys(installation.settings.counter_keys)
    codes = [read_code(card) for card in cards.values()]
    return [
        *cards, *cards.values(), *codes,
        *(code_hash(web, code).hex() for code in codes),
        *(link(counter.link, placement) for placement in cards),
    ]  # fmt: skip


def nothing_individual(everybody: list[Visitor], secrets: list[str]) -> None:
    """In no page, body, address or header that anybody got."""
    assert len(secrets) == 18 * 5
    assert sum(len(one.bodies) for one in everybody) > 80
    assert all(one.bodies for one in everybody)
    seen = [text.casefold() for one in everybody for text in [*one.seen, *one.bodies, *one.asked]]
    found = {secret for secret in secrets for text in seen if secret.casefold() in text}
    assert found == set()
