"""Every page, rendered from a small invented release: what it must say, and what it must never say."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from invented_release import (
    ALMEN,
    ANGEN,
    HOSTILE,
    OSTER,
    SAY,
    STATIC,
    TEXTS,
    WAITING,
    class_of_staff,
    content,
    release,
    render,
    shown,
)
from invented_release import home as home_of

from hvb_followup.errors import NotFound, Problem, Unsound
from hvb_followup.pages import (
    IndicatorText,
    compare,
    counties,
    data,
    home,
    indicator,
    method,
    operating_forms,
    own_unit,
    own_units,
    problem,
    provider,
    release_from,
    search,
    start,
)

IN_VAIN = [("lan", "Skåne"), ("typ", "stodboende")]
PROVIDERS = [("utforare", "PA1B2C3,PB1B2C3")]
WEB = {"demo": True, "operator": "Påhittade nämnden", "contact": "siffror@exempel.invalid"}


def every_page() -> dict[str, str]:
    """Each template, and those with several faces in each of them."""
    whole = release()
    homes = {unit.id: unit for unit in whole.units}
    signed_in = {**WEB, "signed_in": "maja", "csrf_token": "invented", "others": [("Mall", "/enhet")]}
    return {
        "start": render("start.html", start(whole, TEXTS), **WEB),
        "start without a release": render("start.html", start(None, TEXTS), **WEB),
        "search": render("search.html", search(whole, [], SAY), **WEB),
        "search with filters": render(
            "search.html", search(whole, [("lan", "Skåne"), ("platser", "x")]), **WEB
        ),
        "search in vain": render("search.html", search(whole, IN_VAIN), **WEB),
        "search without a release": render("search.html", search(None, []), **WEB),
        "compare": render("compare.html", compare(whole, [("ou", f"{ALMEN},{ANGEN}")], TEXTS)[0], **WEB),
        "compare providers": render("compare.html", compare(whole, PROVIDERS, TEXTS)[0], **WEB),
        "compare nothing": render("compare.html", compare(whole, [], TEXTS)[0], **WEB),
        "compare one": render("compare.html", compare(whole, [("ou", ALMEN)], TEXTS)[0], **WEB),
        "compare hostile": render("compare.html", compare(whole, [("ou", HOSTILE)], TEXTS)[0], **WEB),
        "compare without a release": render("compare.html", compare(None, [], TEXTS)[0], **WEB),
        "provider": render("provider.html", provider(whole, "PA1B2C3", TEXTS), **WEB),
        "indicator": render("indicator.html", indicator(whole, "U01", TEXTS), **WEB),
        "indicator without a release": render("indicator.html", indicator(None, "U02", TEXTS), **WEB),
        "counties": render("counties.html", counties(whole, [], TEXTS), **WEB),
        "counties without a release": render("counties.html", counties(None, [], TEXTS), **WEB),
        "own and bought": render("operating_forms.html", operating_forms(whole, TEXTS), **WEB),
        "own and bought without a release": render(
            "operating_forms.html", operating_forms(None, TEXTS), **WEB
        ),
        "home": render("home.html", home(whole, ALMEN, TEXTS), **WEB),
        "waiting home": render("home.html", home(whole, WAITING, TEXTS), **WEB),
        "hostile home": render("home.html", home(whole, "H0ST1LE", TEXTS), **WEB),
        "method": render("method.html", method(whole), **WEB),
        "data": render("data.html", data(whole), **WEB),
        "own home": render("own_unit.html", own_unit(whole, homes[ALMEN], TEXTS), **signed_in),
        "own home without a release": render(
            "own_unit.html", own_unit(None, homes[ALMEN], TEXTS), **signed_in
        ),
        "own homes": render(
            "own_units.html", own_units(whole.units, {unit.id for unit in whole.units}), **signed_in
        ),
        "no own homes": render("own_units.html", own_units([], ()), **signed_in),
        "sign in": render("sign_in.html", {}, **WEB),
        "sign in refused": render("sign_in.html", {}, **WEB, errors=[HOSTILE], needs_code=True, name=HOSTILE),
        "not found": render("problem.html", problem(404), **WEB),
    }


PAGES = every_page()


def words(html: str) -> str:
    """What a reader reads: no tags, one kind of space."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def figure_of(html: str, indicator: str) -> str:
    """The figure that starts at this indicator."""
    found = re.search(rf'<figure [^>]*id="{indicator}".*?</figure>', html, re.DOTALL)
    assert found, f"no figure {indicator}"
    return found[0]


class Tags(HTMLParser):
    """Every tag with its attributes, and whether any is left open or closed wrongly."""

    VOID = frozenset({"meta", "link", "input", "rect", "br"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_inline_style_script_or_anything_from_elsewhere(name: str) -> None:
    for tag, attributes in Tags(PAGES[name]).seen:
        assert tag not in ("script", "style", "base", "iframe", "object")
        assert not [key for key in attributes if key == "style" or key.startswith("on")]
        for key in ("href", "src", "action"):
            address = attributes.get(key) or "/"
            assert address.startswith(("/", "#"))
            assert not address.startswith("//")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_well_formed_with_one_heading_and_unique_ids(name: str) -> None:
    tags = Tags(PAGES[name])
    ids = [attributes["id"] for _, attributes in tags.seen if "id" in attributes]
    assert tags.open == []
    assert [tag for tag, _ in tags.seen].count("h1") == 1
    assert len(ids) == len(set(ids))
    assert "None" not in words(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_demo_says_that_all_is_invented(name: str) -> None:
    assert "Påhittade uppgifter – inga riktiga hem eller personer" in PAGES[name]


def test_a_page_that_is_no_demo_does_not_say_so() -> None:
    assert "Påhittade" not in render("start.html", start(None, TEXTS))


@pytest.mark.parametrize(
    "name", ["search", "hostile home", "own homes", "sign in refused", "compare hostile"]
)
def test_a_hostile_name_is_shown_as_text(name: str) -> None:
    assert "<script" not in PAGES[name]
    assert "&lt;script&gt;" in PAGES[name]


def test_the_first_page_begins_with_the_finding_for_the_nation() -> None:
    page = PAGES["start"]
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert heading is not None
    assert words(heading[1]) == "Känner sig trygga där de bor: 912 av 1 210"
    says = words(page)
    sentence = "912 av 1 210 svarade så. Nivån kan vara 72 till 78 av 100."
    assert says.count(sentence) == 1
    assert f"{sentence} Siffran bygger på 1 234 unga ." in says
    assert "912 av 1 210 72–78 % 1 210 50–69 % jan 2025–dec 2026" in says
    assert says.index(sentence) < says.index("Det här vet vi säkert")


def test_the_first_page_says_what_is_certain_and_what_is_not_known() -> None:
    says = words(PAGES["start"])
    assert "5 hem hos 3 utförare i 3 av 21 län är med i uppföljningen." in says
    assert "2 hem har så många svar att minst en siffra får visas." in says
    assert "Ungefär 12 % av svaren väntar" in says
    assert "3 av 5 hem väntar på fler svar." in says


@pytest.mark.parametrize(
    ("share", "says"),
    [(0.0, None), (0.004, "Mindre än 1 % av svaren väntar"), (0.125, "Ungefär 13 % av svaren väntar")],
)
def test_the_waiting_share_is_said_in_whole_per_cent(share: float, says: str | None) -> None:
    page = words(render("start.html", start(release(pending_share=share), TEXTS)))
    assert ("av svaren väntar" in page) == (says is not None)
    assert says is None or says in page


def test_homes_stand_in_swedish_alphabetical_order_with_their_state() -> None:
    rows = re.findall(r'<th role="rowheader" scope="row"><a.*?</tr>', PAGES["search"], re.DOTALL)
    assert [words(row) for row in rows[1:]] == [
        "Almens HVB Skåne HVB Privat 8 platser ● har siffror upp till 20 svar",
        "Zetterlunds hus Skåne HVB Privat 8 platser .. väntar på fler",
        "Ängens behandlingshem Västra Götaland HVB Idéburen 8 platser ● har siffror upp till 14 svar",
        "Österhemmet Gävleborg Stödboende Kommunal, egen regi 8 platser – inte inlämnat",
    ]


def test_without_a_release_the_first_page_says_that_nothing_is_published() -> None:
    assert "Inga siffror är publicerade än." in words(PAGES["start without a release"])


def test_a_figure_shows_count_interval_answers_response_period_sentence_and_links() -> None:
    figure = figure_of(PAGES["home"], "U01")
    says = words(figure)
    for part in (
        "Känner sig trygga där de bor: 17–18 av 20",
        "64–98 % 20 50–69 % jan 2025–dec 2026",
        "grov siffra",
    ):
        assert part in says
    assert "17–18 av 20 är trygga. Det går inte att skilja från landet." in says
    for address in ("/metod#intervall", "/export/2026H2.1/figures.csv", f"/hem/{ALMEN}?r=2026H2.1#U01"):
        assert f'href="{address}"' in figure
    assert figure.count("<svg") == 2


def test_paired_indicators_stand_in_the_same_figure_even_when_one_is_withheld() -> None:
    plain = content()
    figures = [f for f in plain["figures"] if (f["indicator"], f["whose"]) != ("U01x", ALMEN)]
    page = render("home.html", home(release(figures=figures), ALMEN, TEXTS))
    figure = words(figure_of(page, "U01"))
    assert "17–18 av 20" in figure
    assert "Känner sig aldrig trygga där de bor .. väntar på fler" in figure
    assert 'id="U01x"' not in page


@pytest.mark.parametrize("first", ["U01", "U01x"])
def test_it_is_enough_that_one_of_a_pair_names_the_other(first: str) -> None:
    texts = sorted(TEXTS, key=lambda text: text.id != first)
    page = render("home.html", home(release(), ALMEN, texts))
    assert page.count("<figure") == 2
    assert "högst 1 av 20" in words(figure_of(page, first))


def test_the_waiting_home_says_so_in_words_and_symbol_and_shows_no_number() -> None:
    page = PAGES["waiting home"]
    assert "Hemmet väntar på fler." in words(page)
    for one in ("U01", "U02"):
        figure = figure_of(page, one)
        assert "<svg" not in figure
        assert re.search(r"\d", words(figure).replace("U01", "")) is None
    assert ".. väntar på fler" in words(figure_of(page, "U01"))
    assert "– inte inlämnat" in words(figure_of(page, "U02"))


def test_each_sentence_of_a_pair_says_which_of_the_two_it_is_about() -> None:
    says = words(figure_of(PAGES["home"], "U01"))
    assert "Känner sig aldrig trygga där de bor: Högst en av 20 känner sig aldrig trygg." in says


def test_an_indicator_without_any_figure_waits() -> None:
    assert ".. väntar på fler" in words(figure_of(render("home.html", home(release(), ANGEN, TEXTS)), "U01"))


def test_a_flag_and_an_outcome_always_carry_words() -> None:
    says = words(figure_of(render("home.html", home(release(), ANGEN, TEXTS)), "U02"))
    for part in (
        "▼ Säkerställt lägre än jämförelsegruppen",
        "? hemmet har invänt mot uppgiften",
        "p preliminärt, inte signerat ännu",
    ):
        assert part in says


def test_two_that_differ_for_certain_are_said_to_and_nothing_else_is_said_of_their_order() -> None:
    says = words(PAGES["compare providers"])
    sentence = "Sannolikheten att Påhittade Hem AB ligger högre än Ängens stiftelse: 99 %."
    assert f"{sentence} Det är säkerställt att Påhittade Hem AB ligger högre." in says
    turned, _ = compare(release(), [("utforare", "PB1B2C3,PA1B2C3")], TEXTS)
    again = words(render("compare.html", turned))
    assert (
        "ligger högre än Påhittade Hem AB: 1 %. Det är säkerställt att Påhittade Hem AB ligger högre."
        in again
    )


def test_where_nothing_is_compared_the_page_says_no_word_of_a_pair() -> None:
    for page in (
        PAGES["compare"],
        render("compare.html", compare(release(compared=None), PROVIDERS, TEXTS)[0]),
    ):
        assert "Sannolikheten" not in words(page)


def test_the_first_page_says_how_much_can_be_compared() -> None:
    sentence = "1 av 5 hem har så många svar att någon siffra får jämföras."
    assert sentence in words(PAGES["start"])
    assert "går att jämföra" not in words(render("start.html", start(release(compared=None), TEXTS)))


def test_the_public_page_never_shows_what_is_for_the_home_alone() -> None:
    assert "de flesta" not in words(PAGES["home"]).casefold()
    assert "väntar på fler" in words(figure_of(PAGES["home"], "U02"))


def test_the_public_list_counts_no_figure_that_is_for_the_home_alone() -> None:
    alone = {**shown("U01", "unit", WAITING), "audience": "unit", "band": "få"}
    page = words(render("start.html", start(release(figures=[alone]), TEXTS)))
    assert "0 hem har så många svar" in page
    assert "har siffror" not in page


def test_a_class_of_staff_is_no_figure_and_comes_from_no_answers() -> None:
    staffed = [class_of_staff(unit) for unit in (OSTER, WAITING, ALMEN)]
    whole = release(figures=[*content()["figures"], *staffed])
    says = words(render("start.html", start(whole, TEXTS)))
    assert "2 hem har så många svar att minst en siffra får visas." in says
    assert "3 av 5 hem väntar på fler svar." in says
    listed = words(render("search.html", search(whole, [])))
    assert listed.count("har siffror") == 2
    assert "inte inlämnat" not in listed  # Österhemmet has handed in its list
    texts = (*TEXTS, IndicatorText(id="P03", title="Föreståndaren", domain="staff"))
    page = words(render("home.html", home(whole, WAITING, texts)))
    assert "Föreståndaren: hemmet har inte visat det" in page
    assert "Hemmet väntar på fler." in page


def test_a_count_from_a_register_is_a_figure_and_no_answer() -> None:
    ended = shown("S01", "unit", WAITING, n=12, x_lo=3, x_hi=3, lo=8.9, hi=53.2, value=25.0, response=None)
    whole = release(figures=[*content()["figures"], ended])
    assert "2 hem har så många svar" in words(render("start.html", start(whole, TEXTS)))
    assert words(render("search.html", search(whole, []))).count("har siffror") == 3


def test_signs_are_those_of_the_release() -> None:
    """A class of staff and a mark are explained once a release has them; the home's own words never to all."""
    bare = release(
        figures=[shown("U01", "unit", ALMEN, n=20, x_lo=17, x_hi=18, lo=64.0, hi=97.2, value=87.5)]
    )
    more = release(figures=[*content()["figures"], class_of_staff(OSTER)])
    explained = {
        name: re.findall(
            r"<code>(?:status|outcome)</code> = <code>(.*?)</code>", render("data.html", data(made))
        )
        for name, made in (("bare", bare), ("more", more), ("none", None))
    }
    assert explained == {"bare": ["shown"], "more": ["..", "-", "shown", "too_few", "class"], "none": []}
    assert "klass i ord" in words(render("data.html", data(more)))
    assert "hemmet har invänt" in words(render("method.html", method(more)))
    assert "hemmet har invänt" not in words(render("method.html", method(bare)))


REGISTERS = (
    IndicatorText(id="T03", title="Händelser", domain="safety", source="events"),
    IndicatorText(id="P03", title="Föreståndaren", domain="staff", source="staff"),
    IndicatorText(id="P08a", title="Vågar säga ifrån", domain="staff", source="staff_answers"),
    IndicatorText(id="S01", title="Sammanbrott", domain="stability", source="placements"),
    IndicatorText(id="R01", title="Mår bättre", domain="support", source="change"),
    IndicatorText(id="D04", title="Återkopplat", domain="upbringing", source="duty"),
    IndicatorText(id="Q01", title="Svarsandel", domain="data_quality", source="known"),
)


def parted(page: str) -> dict[str, list[str]]:
    """The figures of a page under each of its headings, in the page's order."""
    parts = re.split(r"<h2[^>]*>(.*?)</h2>", page)[1:]
    told = {
        heading: re.findall(r'<figure [^>]*id="(\w+)"', rest)
        for heading, rest in zip(parts[::2], parts[1::2], strict=True)
    }
    return {heading: figures for heading, figures in told.items() if figures}


def test_each_source_has_its_heading_and_no_register_is_an_answer_of_the_young() -> None:
    """R8 §4.4: what is known, what the young say, outcomes, stability, staff, safety, and what was told back."""
    texts = (*REGISTERS, *TEXTS)
    apart = {
        "Så mycket vet vi": ["Q01"],
        "Så svarar unga som bor här": ["U01", "U02"],
        "Från start till avslut": ["R01"],
        "Det här säger registret över placeringar": ["S01"],
        "Det här säger registret över personal": ["P03"],
        "Så svarar personalen": ["P08a"],
        "Det här säger registret över händelser": ["T03"],
        "Återkoppling till de unga": ["D04"],
    }
    homes = {unit.id: unit for unit in release().units}
    public = parted(render("home.html", home(release(), ALMEN, texts)))
    # Themes have their own order within a source.
    assert {heading: sorted(figures) for heading, figures in public.items()} == apart
    assert list(public) == list(apart)
    own = render(
        "own_unit.html", own_unit(release(), homes[ALMEN], texts), **WEB, signed_in="maja", csrf_token="x"
    )
    assert {heading: sorted(figures) for heading, figures in parted(own).items()} == apart


def test_a_providers_figures_stand_under_their_sources_too() -> None:
    ended = shown(
        "S01", "provider", "PA1B2C3", n=40, x_lo=3, x_hi=5, lo=2.6, hi=26.1, value=10.0, response=None
    )
    whole = release(figures=[*content()["figures"], ended])
    page = render("provider.html", provider(whole, "PA1B2C3", (*REGISTERS, *TEXTS)))
    assert parted(page) == {
        "Så svarar unga hos utföraren": ["U01"],
        "Det här säger registret över placeringar": ["S01"],
    }


def test_a_home_whose_registers_are_counted_still_waits_for_its_young() -> None:
    ended = shown("S01", "unit", WAITING, n=12, x_lo=3, x_hi=3, lo=8.9, hi=53.2, value=25.0, response=None)
    whole = release(figures=[*content()["figures"], ended])
    assert "Hemmet väntar på fler." in words(render("home.html", home(whole, WAITING, (*REGISTERS, *TEXTS))))


def test_who_lives_in_the_home_is_told_where_to_turn() -> None:
    """R8 §4.4, the foot of a home's page."""
    lines = [("Bris", "116 111", "Dygnet runt.", "Gratis.")]
    danger = "Är det fara nu? Ring 112."
    page = render("home.html", home(release(), ALMEN, TEXTS), **WEB, helplines=lines, danger=danger)
    foot = page[page.index("Bor du här? Så här kan du säga till") :]
    assert 'href="tel:116111"' in foot
    assert "Bris : 116 111 Dygnet runt. Gratis." in words(foot)
    assert danger in foot
    assert "Bor du här?" not in PAGES["home"]  # where the deployment has nobody to turn to


def test_the_home_itself_sees_the_word_where_five_to_nine_answered() -> None:
    figure = figure_of(PAGES["own home"], "U02")
    assert "Blir lyssnade på: de flesta" in words(figure)
    assert "<svg" not in figure
    assert "17–18 av 20" in words(figure_of(PAGES["own home"], "U01"))


def test_the_home_itself_is_told_what_it_does_not_see_and_why() -> None:
    says = words(PAGES["own home"])
    assert "Det här ser du inte, och varför" in says
    assert "Vem som har svarat, eller hur många hittills." in says
    assert "/export/" not in PAGES["own home"]


def test_a_home_without_a_release_says_so_to_its_manager() -> None:
    assert "Inga siffror är publicerade än." in words(PAGES["own home without a release"])
    assert "Ditt konto visar inga hems egna siffror." in words(PAGES["no own homes"])


@pytest.mark.parametrize("unit", ["H000000", "", "SE", HOSTILE])
def test_an_unknown_home_is_not_found(unit: str) -> None:
    with pytest.raises(NotFound):
        home(release(), unit, TEXTS)


def test_sign_in_asks_for_the_code_only_when_it_is_needed() -> None:
    assert 'name="code"' not in PAGES["sign in"]
    assert 'name="code"' in PAGES["sign in refused"]
    assert 'role="alert"' in PAGES["sign in refused"]


@pytest.mark.parametrize("status", [404, 500])
def test_a_problem_page_tells_nothing_of_what_is_hidden(status: int) -> None:
    secret = Problem(code="x", where="H7K2QX1", says="Finns, men inte för dig.")
    assert "H7K2QX1" not in render("problem.html", problem(status, [secret]))


def test_a_problem_page_says_everything_that_can_be_mended() -> None:
    wrong = [
        Problem(code="x", where=f"rad {row}", says="Cellen är tom.", mend="Fyll i den.") for row in (2, 3)
    ]
    says = words(render("problem.html", problem(400, wrong)))
    assert "rad 2: Cellen är tom. Fyll i den." in says
    assert "rad 3:" in says


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"status": ".."}, "release-leak"),
        ({"band": "få"}, "release-leak"),
        ({"n": None}, "release-gap"),
        ({"lo": 0.64, "hi": 0.97, "value": 0.88}, "release-range"),
        ({"x_hi": 21}, "release-range"),
        ({"lo": 90.0}, "release-range"),
        ({"period_to": "2026"}, "release-period"),
        ({"level": "person"}, "release-shape"),
    ],
)
def test_a_release_whose_numbers_contradict_it_is_not_shown(change: dict[str, Any], code: str) -> None:
    good = next(figure for figure in content()["figures"] if figure["whose"] == ALMEN)
    assert release_from({**content(), "figures": [good]})
    with pytest.raises(Unsound) as unsound:
        release_from({**content(), "figures": [{**good, **change}]})
    assert code in [problem.code for problem in unsound.value.problems]


def test_a_stylesheet_holds_nothing_from_elsewhere() -> None:
    css = (STATIC / "site.css").read_text()
    assert "url(" not in css
    assert "@import" not in css


def test_the_heaviest_pages_of_a_whole_nation_are_light() -> None:
    """607 homes: the first load of any page is at most 120 kB compressed (DESIGN §10); the style sheet is 6 kB."""
    ids = [f"H{number:06d}" for number in range(607)]
    units = [home_of(one, f"Påhittade hemmet nummer {one}", provider=f"P{one[-3:]}") for one in ids]
    numbers = [(10 + number % 37, number % 10) for number in range(607)]
    figures = [
        shown(kpi, "unit", unit, n=n, x_lo=x, x_hi=x + 1, lo=0.1 * n, hi=99.0 - 0.1 * n, value=50.0)
        for kpi in ("U01", "U01x", "U02")
        for unit, (n, x) in zip(ids, numbers, strict=True)
    ]
    nation = release(units=units, figures=figures)
    pages = {
        "search": render("search.html", search(nation, []), **WEB),
        "indicator": render("indicator.html", indicator(nation, "U01", TEXTS), **WEB),
        "compare": render("compare.html", compare(nation, [("ou", ",".join(ids[:6]))], TEXTS)[0], **WEB),
    }
    style = len(gzip.compress((STATIC / "site.css").read_bytes()))
    weights = {name: len(gzip.compress(page.encode(), 5)) + style for name, page in pages.items()}
    assert {name: weight for name, weight in weights.items() if weight > 120_000} == {}


def test_a_rate_is_told_without_a_bar_and_its_care_days_are_no_answers() -> None:
    rate = shown(
        "U02", "unit", ALMEN, n=8760, x_lo=0, x_hi=0, lo=0.0, hi=0.4, value=0.0, response=None, scale="rate"
    )
    kept = [one for one in content()["figures"] if (one["indicator"], one["whose"]) != ("U02", ALMEN)]
    whole = release(figures=[*kept, rate])
    assert whole.answers[ALMEN] == 20
    asked = [("ou", f"{ALMEN},{ANGEN}")]
    for page in (
        render("home.html", home(whole, ALMEN, TEXTS)),
        render("compare.html", compare(whole, asked, TEXTS)[0]),
        render("indicator.html", indicator(whole, "U02", TEXTS)),
    ):
        assert "None" not in words(page)
