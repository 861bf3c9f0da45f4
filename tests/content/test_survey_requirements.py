"""Every requirement on the survey (R7, as DESIGN §12 corrects it) is named by a test that proves it, or has its reason.

A line below is an id and the tests whose docstring, or whose file's, names it. Under ``NOT_BUILT`` stands what is left
out of a requirement, or all of it, and why; what only people can find out stands there too.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from hvb_followup import content
from hvb_followup.catalogue import Catalogue
from hvb_followup.questionnaires.model import Questionnaire
from hvb_followup.questionnaires.routing import shown
from hvb_followup.web.screens import text_direction

TESTS = Path(__file__).parents[1]
LAST = {"P": 8, "I": 10, "L": 6, "S": 6, "D": 6, "H": 7, "R": 6, "U": 6, "G": 18}

PROVEN = """
P1  web/test_answer_door.py::nothing_of_an_earlier_sitting_is_ever_shown_again
P1  web/test_write_only.py::a_new_sitting_is_answered_alike_whatever_an_earlier_one_said
P2  questionnaires/test_promise.py::a_missing_fact_keeps_the_text_and_the_wave_shut
P2  questionnaires/test_promise.py::where_answers_are_shown_as_changes_no_day_and_no_paper_is_promised
P2  actions/test_following.py::the_start_page_says_the_last_day_on_which_the_code_opens
P3  test_access.py::whoever_manages_a_home_can_never_issue_its_codes_or_open_its_waves
P3  test_access.py::no_right_reads_an_answer_or_names_who_answered
P4  ballot/test_canaries.py::a_used_code_tells_that_it_was_used_and_nothing_of_when
P5  questionnaires/test_patterns.py::five_copies_are_not_meant_and_praise_or_blame_shared_by_all_may_be
P5  actions/test_counting.py::answers_that_nobody_can_have_meant_are_not_counted_and_not_told_of
P6  questionnaires/test_routing.py::free_text_is_never_asked_for_unless_there_is_a_desk
P6  safeguarding/test_own_words.py::she_is_told_who_reads_before_she_writes_and_nothing_comes_back
P7  ballot/test_taking_back.py::the_answer_with_the_words_is_not_counted_and_every_other_is
P8  web/test_security.py::every_kind_of_response_carries_its_headers
P8  web/test_screens.py::no_screen_names_the_trade_or_a_place
I1  web/test_screens.py::a_question_is_one_form_with_two_ways_on
I2  web/test_screens_browser.py::an_answer_is_a_card_of_56_pixels
I3  journeys/test_player_net.py::an_unchosen_answer_is_asked_for_as_without_the_script
I4  questionnaires/test_answers.py::every_item_gets_one_code_in_the_end
I5  web/test_reading.py::the_number_of_questions_never_grows
I6  web/test_screens_browser.py::a_question_takes_six_keys_at_most
I7  web/test_screens_browser.py::a_reader_hears_what_a_screen_shows
I8  web/test_screens_browser.py::a_page_out_of_the_browsers_memory_is_asked_for_anew
I9  web/test_reading.py::two_tabs_of_one_sitting_keep_the_last_answer
I10 questionnaires/test_routing.py::an_answer_to_a_hidden_question_decides_nothing
L1  web/test_screens_browser.py::nothing_scrolls_sideways_at_320
L2  web/test_screens_browser.py::the_chosen_answer_is_told_by_more_than_colour
L3  web/test_screens_browser.py::everything_to_press_is_44_pixels_or_more
L4  web/test_screens_browser.py::help_and_exit_stay_on_one_low_row
L5  web/test_screens.py::every_screen_is_whole_still_and_asks_nobody_else
L6  journeys/test_player_goals.py::the_page_runs_the_way_of_its_script
S1  content/test_survey_requirements.py::the_readme_says_which_languages_are_wanted_and_how_far_each_has_come
S1  questionnaires/test_translation.py::a_new_language_is_laid_out_as_the_base_is
S2  web/test_reading.py::a_draft_language_is_offered_in_demonstrations_only
S2  safeguarding/test_opening.py::the_words_that_ship_are_drafts_and_open_no_real_wave
S2  web/test_reading.py::words_that_nobody_has_read_are_met_in_demonstrations_only
S3  web/test_reading.py::how_it_was_answered_lies_in_the_sealed_record_and_nowhere_else
S4  journeys/test_player_leaving.py::one_button_reads_the_recorded_question_and_its_answers
S5  web/test_reading.py::pictures_are_off_in_standard_and_on_in_easy_unless_chosen
S6  content/test_survey_requirements.py::the_pictures_are_ours_and_another_set_can_take_their_place
D1  journeys/test_player_goals.py::a_first_question_is_light
D2  journeys/test_player_goals.py::it_is_completed_without_javascript
D3  content/test_survey_requirements.py::the_player_asks_nothing_of_a_browser_that_an_old_phone_lacks
D4  journeys/test_player_leaving.py::a_shared_screen_is_covered_and_one_key_keeps_it_open
D5  journeys/test_player_net.py::an_answer_waits_for_the_net_and_is_sent_when_it_is_back
D6  journeys/test_player_leaving.py::the_quick_exit_leaves_nothing_and_back_shows_no_question
H1  safeguarding/test_from_button_to_desk.py::the_button_stands_on_every_page_and_needs_neither_code_nor_words
H2  safeguarding/test_triggers.py::every_answer_that_the_questionnaire_names_leads_to_help_first
H3  questionnaires/test_help_lines.py::each_line_says_for_whom_it_is_what_it_costs_and_what_can_be_seen
H3  web/test_reading.py::who_came_at_16_and_leaves_at_19_meets_what_is_for_those_of_19
H3  safeguarding/test_opening.py::anything_that_lacks_keeps_it_shut
H4  safeguarding/test_from_button_to_desk.py::where_there_is_no_desk_there_is_no_form
H4  safeguarding/test_opening.py::where_no_mail_can_go_out_it_stays_shut
H5  questionnaires/test_promise.py::the_start_page_promises
H6  content/test_survey_requirements.py::nothing_is_asked_of_the_young_that_nobody_would_answer_for
R1  web/test_sendouts.py::protected_identity_keeps_no_address_and_looks_like_any_other
R2  waves/test_quiet.py::a_message_waits_for_the_next_afternoon_of_a_working_day
R3  waves/test_merging.py::whatever_the_dates_nobody_is_asked_too_often_and_every_exit_is_asked_once
R3  waves/test_messages.py::two_questionnaires_in_one_sitting_are_said_to_take_twice_as_long
R5  web/test_feedback_pages.py::the_sheet_adds_what_everybody_may_see_and_never_what_only_the_home_may
U1  disclosure/test_show.py::the_response_is_those_counted_of_those_asked
U2  content/test_content.py::every_survey_share_stands_beside_its_worst_answer_and_harm_beside_nothing
U3  indicators/test_compute.py::the_two_best_of_four_count_and_only_the_first_of_the_easy_ones
U4  disclosure/test_show.py::response_is_told_in_four_bands
U5  disclosure/test_show.py::a_sensitive_indicator_is_told_from_21_persons_and_never_for_a_home
U6  content/test_instruments.py::the_staff_questions_hold_the_two_that_belong_to_the_core
G1  content/test_survey_requirements.py::reading_and_answering_takes_four_minutes
G2  journeys/test_player_goals.py::a_first_question_is_light
G3  benchmarks/player.py
G4  journeys/test_player_goals.py::every_template_can_be_read_by_everybody
G5  journeys/test_player_goals.py::it_is_completed_without_javascript
G6  journeys/test_player_goals.py::it_is_completed_by_keys_six_at_most_a_question
G7  journeys/test_player_goals.py::every_template_can_be_read_by_everybody
G8  journeys/test_player_goals.py::every_template_can_be_read_by_everybody
G9  content/test_content.py::a_text_made_harder_is_found_wherever_a_young_person_meets_it
G10 journeys/test_player_leaving.py::the_quick_exit_leaves_nothing_and_back_shows_no_question
G11 journeys/test_player_leaving.py::after_klar_nothing_is_left_and_back_asks_for_the_code
G12 journeys/test_player_goals.py::after_a_sitting_no_response_holds_an_answer
G16 feedback/test_checks.py::it_is_due_thirty_days_after_closing
G17 safeguarding/test_triggers.py::every_answer_that_the_questionnaire_names_leads_to_help_first
G17 safeguarding/test_opening.py::a_word_that_has_waited_a_quarter_of_an_hour_is_told_of
"""

NOT_BUILT = {
    "P4": "How long it took is not kept, not even roughly: every copy of the database shows when a code's draft began "
    "and ended, so that a time beside an opened answer would join the two (DESIGN §4.2, which lists all a record holds; "
    "§4.4: nothing finer than the half-year). For the same reason nobody is flagged for answering fast (P5).",
    "P5": "Several codes finished in one browser within three minutes are not seen: after Klar nothing is left there "
    "(G11), and no address or time is stored (DESIGN §4.2). How many were left out is not told (§12).",
    "P6": "Themes of own words are told of at the desk alone, for the whole country: per home, or in a release, they would be "
    "a kind of figure that the audit has no proof for (DESIGN §4.7).",
    "S1": "so, fa-AF, fa, ti and uk await translators: a text that no person has read would be no translation.",
    "D5": "A paper edition made from the same TOML is not there: who writes answers off a paper says so on the form page, "
    "and the answer carries that mode; the paper itself must come from elsewhere (XLSForm is given out).",
    "H5": "(b), that a named person reads single answers, is forbidden: nobody has a route to one (DESIGN §4.13).",
    "H7": "Overruled (DESIGN §12): a count of telling answers before the close tells of somebody.",
    "D6": "In part: the exit drops the sitting's key in her browser, and nothing on the server: a copy of the cookie, "
    "which nobody has, would open an empty question for half an hour more, and never an answer.",
    "R1": "In part: the channel is not asked about anew before each wave; the municipality changes it whenever she says.",
    "R4": "What is given to those who are asked is given by people; the product knows nobody who answered.",
    "R6": "Overruled (DESIGN §12): no earlier answer is ever shown again, not even to her.",
    "U1": "In part: the shares who were alone, and who answered the easy edition, stand beside no figure: each would be "
    "one more sum of the same answers, and take from what may be told (DESIGN §4.4).",
    "U3": "In part: as U1 of the edition's share; the two editions have scorings of their own.",
    "U2": "The whole distribution of a home is overruled (DESIGN §12); the worst answer stands beside every share.",
    "U4": "Forty per cent is overruled (DESIGN §12): bands, and no comparison below half.",
    "L5": "Whether the tone suits both thirteen and twenty only they can say.",
    "G13": "Needs ten young people and two rounds.",
    "G14": "Needs interviews; until then every questionnaire is a draft and opens in demonstrations only.",
    "G15": "Needs a field test; no break-off or skip is counted on the way (DESIGN §4.12).",
    "G16": "Whether they noticed is asked by nobody yet: it would be a new question, and so a new MAJOR.",
    "G18": "A person listens with three readers before each release; what a machine can hear is tested.",
}


def proofs() -> list[tuple[str, str]]:
    """Each id with each of its tests."""
    return [(id_, place) for id_, place in (line.split() for line in PROVEN.strip().splitlines())]


def test_every_requirement_is_proven_or_has_its_reason() -> None:
    every = {f"{letter}{number}" for letter, last in LAST.items() for number in range(1, last + 1)}
    assert {id_ for id_, _ in proofs()} | NOT_BUILT.keys() == every


@pytest.mark.parametrize(("id_", "place"), proofs())
def test_the_test_of_a_requirement_is_there_and_names_it(id_: str, place: str) -> None:
    file, _, name = place.partition("::")
    told = docstrings(TESTS / file)
    assert not name or f"test_{name}" in told, place
    said = f"{told['']} {told.get(f'test_{name}', '')}"
    assert id_ in named_in(said), f"{place} does not say {id_}: {said}"


@cache
def docstrings(file: Path) -> dict[str, str]:
    """What a file's tests say of themselves, by name; "" is the file's own."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = {
        one.name: ast.get_docstring(one) or ""
        for one in tree.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return found | {"": ast.get_docstring(tree) or ""}


def named_in(text: str) -> set[str]:
    """The ids that a text names, H1–H4 as all four."""
    found = set(re.findall(r"\b[PILSDHRUG]\d{1,2}\b", text))
    for letter, first, last in re.findall(r"\b([PILSDHRUG])(\d{1,2})–\1?(\d{1,2})\b", text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found


def test_a_range_of_ids_names_all_in_it() -> None:
    assert named_in("H1–H4, G17 and L2–3; not HP01 or P01x") == {"H1", "H2", "H3", "H4", "G17", "L2", "L3"}


WANTED = {
    "sv": "ltr",
    "en": "ltr",
    "ar": "rtl",
    "so": "ltr",
    "fa-AF": "rtl",
    "fa": "rtl",
    "ti": "ltr",
    "uk": "ltr",
}


def test_the_readme_says_which_languages_are_wanted_and_how_far_each_has_come() -> None:
    """R7 S1: the seven of the start and Swedish; one with a file has its status, one without has not begun."""
    readme = (content.root() / "surveys" / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-zA-Z-]+)` \| [^|]+ \| ([^|]+) \|$", readme, re.M))
    assert rows.keys() == WANTED.keys()
    found = content.read()
    for tag, way in WANTED.items():
        assert text_direction(tag) == way
        young = found.latest("ung-upplevelse").words
        said = young[tag].status if tag in young else "not begun"
        assert rows[tag].split(",")[0].strip() == said, tag


def test_the_pictures_are_ours_and_another_set_can_take_their_place() -> None:
    """R7 S6: no set that others own is shipped; who holds a licence lays its files in a content folder of its own."""
    readme = (content.root() / "surveys" / "README.md").read_text(encoding="utf-8")
    drawn = sorted((content.root() / "surveys" / "pictures").glob("*.svg"))
    assert len(drawn) > 30
    for file in drawn:
        said = file.read_text(encoding="utf-8").lower()
        assert not re.search(
            r"<(metadata|title|desc|image)|creator|arasaac|mulberry|openmoji|widgit", said
        ), file.name
        assert 'stroke="currentcolor"' in said
    assert "HVB_CONTENT" in readme.split("## Pictures and recordings")[1].split("## `instrument.toml`")[0]


def test_the_player_asks_nothing_of_a_browser_that_an_old_phone_lacks() -> None:
    """R7 D3: Android 8's WebView and iOS 13 read all that carries meaning; no newer sign stands in script or sheet."""
    folder = content.root() / "dashboards" / "static"
    script = re.sub(r"//.*", "", (folder / "svara.js").read_text(encoding="utf-8"))
    sheet = re.sub(r"/\*.*?\*/", "", (folder / "svara.css").read_text(encoding="utf-8"), flags=re.S)
    newer_script = r"\?\.|\?\?|\|\|=|&&=|\.at\(|replaceAll|structuredClone|\.submitter|\basync \*|import\("
    newer_sheet = r":has\(|:is\(|:where\(|@container|@layer|(?<![-\w])gap:|(?<![-\w])inset:|aspect-ratio|\bclamp\(|^\s*&"
    assert re.findall(newer_script, script) == []
    assert re.findall(newer_sheet, sheet, re.M) == []


def test_nothing_is_asked_of_the_young_that_nobody_would_answer_for(catalogue: Catalogue) -> None:
    """R7 H6: no self-harm, no drugs, no crime."""
    not_asked = re.compile(
        r"skad\w* dig själv|självmord|självskad|drog|knark|hasch|alkohol|brott|stjäl|stulit", re.I
    )
    for questionnaire in catalogue.questionnaires:
        if questionnaire.audience == "youth":
            words = questionnaire.words["sv"]
            said = " ".join(f"{item.q} {item.easy} {item.hint}" for item in words.item.values())
            said += f" {words.scale}"
            assert not_asked.findall(said) == []


@pytest.mark.parametrize(
    ("family", "edition", "pace", "most"),
    [
        ("ung-upplevelse", "standard", 150, 240),
        ("ung-upplevelse", "standard", 100, 330),
        ("ung-upplevelse", "easy", 100, 240),
        ("ung-utfall", "standard", 100, 330),
        ("ung-utfall", "easy", 100, 240),
    ],
)
def test_reading_and_answering_takes_four_minutes(
    catalogue: Catalogue, family: str, edition: str, pace: int, most: int
) -> None:
    """G1 in CI: all that must be read at so many words a minute, and four seconds to choose and press."""
    assert seconds(catalogue.latest(family), edition, pace) <= most


def seconds(questionnaire: Questionnaire, edition: str, pace: int) -> float:
    """The time of the longest path of an exit: each question with its hint; what is offered is learnt by scale."""
    words = questionnaire.words["sv"]
    path = shown(questionnaire, edition=edition, age=17, moment="exit", answers={})
    asked = [words.item[item.id] for item in path]
    read = [one.easy if edition == "easy" and one.easy else one.q for one in asked] + [
        one.hint for one in asked
    ]
    return 60 * sum(len(text.split()) for text in read if text) / pace + 4.2 * len(path)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return content.read()
