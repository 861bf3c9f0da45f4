"""Letters and cards on paper: what they say and do not say, read back by other readers than the one that wrote them.

Issue 5 deliverable 2; R7 I (the code in a QR's fragment), G9 (LIX), DESIGN §4.8 (nothing names a unit or HVB), §9.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys

import msgspec
import pytest

from hvb_followup.catalogue import Catalogue
from hvb_followup.documents import typesetting
from hvb_followup.documents.cards import A_SHEET, cards_pdf
from hvb_followup.documents.letters import letters_pdf
from hvb_followup.documents.slips import Paper, Slip
from hvb_followup.errors import Unsound
from hvb_followup.pseudonyms import is_code, make_code, read_code, written
from hvb_followup.questionnaires.help_lines import HelpLine
from hvb_followup.questionnaires.messages import message_problems
from hvb_followup.questionnaires.printed import PrintedPart, untelling
from hvb_followup.questionnaires.readability import LIX_STANDARD, lix
from hvb_followup.questionnaires.telling import TELLING
from tests.documents.reading import catalog, pages, scanned, texts_in, title

ANSWER_AT = "https://svara.invalid/svara"
LANGUAGES = ("sv", "en")
MAKERS = {"letters": letters_pdf, "cards": cards_pdf}


def paper(catalogue: Catalogue, language: str = "sv", **changed: object) -> Paper:
    lines = (HelpLine(name="Bris", phone="116 111", hours="Dygnet runt."),)
    said = {"language": language, "direction": "ltr", "words": catalogue.messages[language].printed}
    return Paper(**{**said, "answer_at": ANSWER_AT, "helplines": lines, **changed})  # type: ignore[arg-type]


def slips(count: int) -> list[Slip]:
    chance = random.Random(count)
    return [
        Slip(reference=f"L{number:04}", code=make_code(chance.getrandbits), last_day="30 november 2026")
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_one_page_with_all_that_she_needs(catalogue: Catalogue, language: str) -> None:
    three = slips(3)
    made = pages(letters_pdf(paper(catalogue, language), three))
    assert len(made) == 3
    words = catalogue.messages[language].printed
    for page, slip in zip(made, three, strict=True):
        wanted = [
            written(slip.code),
            "svara.invalid/svara",
            slip.last_day,
            "116 111",
            "112",
            words.only_you,
            words.scan,
        ]
        wanted += [text for part in words.part for text in (part.heading, part.text)]
        assert [one for one in wanted if one not in page] == []
        assert page.startswith(words.strip.format(reference=slip.reference))
        assert page.count(slip.reference) == 1  # on the strip, which is cut off, and nowhere below


@pytest.mark.parametrize("language", LANGUAGES)
def test_cards_stand_eight_on_a_sheet_in_the_order_given(catalogue: Catalogue, language: str) -> None:
    twenty = slips(20)
    made = pages(cards_pdf(paper(catalogue, language), twenty))
    assert [page.count(catalogue.messages[language].printed.card) for page in made] == [8, 8, 4]
    found = re.findall(r"L\d{4}|[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]", " ".join(made))
    assert found == [one for slip in twenty for one in (written(slip.code), slip.reference)]


@pytest.mark.parametrize("template", list(MAKERS))
def test_the_picture_is_the_address_with_the_code_in_its_fragment(
    catalogue: Catalogue, template: str
) -> None:
    """What stands after # is sent to no server by any browser or link preview; it is the code that stands in print."""
    some = slips(1 if template == "letters" else A_SHEET)
    found = scanned(template, paper(catalogue), some)
    assert found == [f"{ANSWER_AT}#{slip.code}" for slip in some]
    assert all(is_code(read_code(one.partition("#")[2])) for one in found)
    assert not [one for one in found if "?" in one or "#" not in one]


def test_a_long_address_is_still_one_page_and_can_be_scanned(catalogue: Catalogue) -> None:
    long = paper(catalogue, answer_at="https://svara.en-ganska-lang-adress.exempel.invalid/svara")
    assert scanned("letters", long, slips(1)) == [f"{long.answer_at}#{slips(1)[0].code}"]
    assert len(scanned("cards", long, slips(8))) == 8
    assert len(pages(letters_pdf(long, slips(2)))) == 2
    assert len(pages(cards_pdf(long, slips(8)))) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", list(MAKERS))
def test_nothing_on_paper_says_where_she_lives_or_who_is_asking(
    catalogue: Catalogue, template: str, language: str
) -> None:
    text = " ".join(pages(MAKERS[template](paper(catalogue, language), slips(9))))
    assert TELLING.findall(text) == []
    assert re.findall(r"(?i)hvb|socialtj|kommun|omsorg|uppföljning", text) == []


def test_a_help_line_whose_name_tells_is_left_out_and_the_page_with_all_of_them_named(
    catalogue: Catalogue,
) -> None:
    lines = (HelpLine(name="Bris", phone="116 111"), HelpLine(name="Socialjouren", phone="08-123 45 67"))
    (page,) = pages(letters_pdf(paper(catalogue, helplines=untelling(lines)), slips(1)))
    assert "116 111" in page
    assert "08-123 45 67" not in page
    assert "svara.invalid/svara/hjalp" in page


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"card": "Din kod från ditt HVB."}, "message-telling", "printed.card"),
        (
            {"part": (PrintedPart(heading="Vem?", text="Socialtjänsten."),)},
            "message-telling",
            "printed.part[0].text",
        ),
        ({"only_you": "Konfidentiell " * 40}, "message-lix", "printed"),
        ({"strip": "Till den unga"}, "message-fill", "printed.strip"),
        ({"stub": "{reference} {namn}"}, "message-fill", "printed.stub"),
        ({"code": "Kod {"}, "message-fill", "printed.code"),
    ],
)
def test_words_on_paper_that_tell_or_are_hard_or_lack_whom_for_are_found(
    catalogue: Catalogue, changed: dict[str, object], code: str, place: str
) -> None:
    good = catalogue.messages["sv"]
    assert list(message_problems(good, "sv.toml", "sv")) == []
    words = msgspec.structs.replace(good, printed=msgspec.structs.replace(good.printed, **changed))
    (problem,) = message_problems(words, "sv.toml", "sv")
    assert (problem.code, problem.where) == (code, f"sv.toml: $.{place}")


def test_the_swedish_letter_is_easy_to_read(catalogue: Catalogue) -> None:
    """G9: LIX at most 25; and the letter counted here is the one that is printed."""
    words = catalogue.messages["sv"].printed
    assert lix(words.letter()) <= LIX_STANDARD
    (page,) = pages(letters_pdf(paper(catalogue), slips(1)))
    below = page[page.index(words.heading) :]
    assert lix(below) <= LIX_STANDARD


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", list(MAKERS))
def test_a_screen_reader_is_told_language_title_and_structure(
    catalogue: Catalogue, template: str, language: str
) -> None:
    """PDF/UA-1: claimed in the metadata, and typst refuses to write what breaks it."""
    made, words = MAKERS[template](paper(catalogue, language), slips(2)), catalogue.messages[language].printed
    found = catalog(made)
    assert found["/Lang"] == language
    assert found["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in found
    assert b"pdfuaid:part" in found["/Metadata"].get_data()
    assert title(made) == words.heading
    assert found["/ViewerPreferences"]["/DisplayDocTitle"]
    assert texts_in(made) == [words.picture] * 2


def test_the_file_says_nothing_of_when_or_by_whom(catalogue: Catalogue) -> None:
    """The same letters give the same bytes, on any day."""
    first, second = (letters_pdf(paper(catalogue), slips(2)) for _ in range(2))
    assert first == second
    assert b"CreationDate" not in first
    assert b"Author" not in first


def test_nobodys_card_has_an_empty_stub(catalogue: Catalogue) -> None:
    """Cards for staff are handed out by the safety representative to whomever: there is no reference to print."""
    (page,) = pages(cards_pdf(paper(catalogue), [Slip(reference="", code=slips(1)[0].code, last_day="x")]))
    assert "klipp av" not in page


def test_what_is_typed_into_a_reference_is_text_and_never_a_command(catalogue: Catalogue) -> None:
    odd = Slip(reference='#read("/etc/passwd") *x* $1$ {code}', code=slips(1)[0].code, last_day="x")
    (page,) = pages(letters_pdf(paper(catalogue), [odd]))
    assert '#read("/etc/passwd") *x* $1$ {code}'.replace('"', "") in page.replace('"', "").replace("”", "")


def test_a_child_that_fails_says_nothing_of_a_code(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typesetting, "_CHILD", "finns-inte.py")
    with pytest.raises(Unsound) as refused:
        letters_pdf(paper(catalogue), slips(1))
    assert slips(1)[0].code not in str(refused.value)
    assert refused.value.__cause__ is None


def test_this_process_loads_neither_typst_nor_qr_codes() -> None:
    script = "import sys; from hvb_followup.documents import cards, letters; print({'typst', 'segno'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
