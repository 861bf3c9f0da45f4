from __future__ import annotations

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hvb_followup import content
from hvb_followup.errors import Refused
from hvb_followup.questionnaires import answers

EXPERIENCE = content.read().questionnaire("ung-upplevelse", 1)


def test_an_item_offers_its_scale_and_then_the_ways_out(small):
    assert answers.options(small, small.item("calm"), "standard") == (
        "always",
        "mostly",
        "sometimes",
        "never",
        "not_relevant",
    )
    assert answers.options(small, small.item("calm"), "easy") == ("always", "never", "not_relevant")
    assert answers.options(small, small.item("work"), "standard") == (
        "yes",
        "unsure",
        "no",
        "refuse",
        "dont_know",
    )
    assert answers.options(small, small.item("life"), "easy") == tuple(str(n) for n in range(11))
    assert answers.options(small, small.item("why"), "standard") == ()


@pytest.mark.parametrize(
    ("item", "edition", "sent", "stored"),
    [
        ("calm", "standard", "mostly", "mostly"),
        ("calm", "easy", "not_relevant", "not_relevant"),
        ("work", "standard", "refuse", "refused"),
        ("work", "standard", "dont_know", "dont_know"),
        ("work", "standard", "skipped", "skipped"),
        ("life", "standard", "10", "10"),
    ],
)
def test_a_form_value_is_stored_as_its_code(small, item, edition, sent, stored):
    assert answers.read(small, small.item(item), edition, sent) == stored


@pytest.mark.parametrize(
    ("item", "edition", "sent"),
    [
        ("calm", "easy", "mostly"),
        ("calm", "standard", "refuse"),
        ("calm", "standard", ""),
        ("work", "standard", "not_shown"),
        ("work", "standard", "refused"),
        ("life", "standard", "11"),
        ("why", "standard", "Jag heter Nora"),
    ],
)
def test_what_was_not_offered_is_refused_without_being_repeated(small, item, edition, sent):
    with pytest.raises(Refused) as refused:
        answers.read(small, small.item(item), edition, sent)
    assert not sent or sent not in str(refused.value)
    assert refused.value.problems[0].where == item


def test_every_item_gets_one_code_in_the_end(small):
    """R7 I4."""
    given = {"calm": "always", "work": "refused", "more": "yes"}
    assert answers.complete(small, "standard", 16, "start", given) == {
        "calm": "always",
        "why": "not_shown",
        "worried": "not_reached",
        "life": "not_reached",
        "work": "refused",
        "left": "not_shown",
        "more": "not_shown",
        "last": "not_shown",
    }


def test_an_answer_that_the_new_edition_lacks_is_asked_again(small):
    given = {"calm": "mostly", "life": "7"}
    assert answers.kept(small, "easy", given) == {"life": "7"}
    assert answers.complete(small, "easy", 16, "start", given)["calm"] == "not_reached"


def test_the_item_columns_are_texts_named_after_the_items(small):
    assert answers.columns(small) == {item.id: pl.String for item in small.items}


def test_the_longest_answer_set_reaches_the_bound_and_no_further(small):
    worst = {
        item.id: max((*answers.STATUSES, *answers.options(small, item, "standard")), key=len)
        for item in small.items
    }
    assert answers.longest(small) - 1 == len(msgspec.json.encode(worst))


@settings(max_examples=60, deadline=None)
@given(data=st.data(), edition=st.sampled_from(["standard", "easy"]), age=st.integers(13, 20))
def test_no_complete_answer_set_is_longer_than_the_envelope_allows(data, edition, age):
    given = {
        item.id: data.draw(st.sampled_from([*answers.options(EXPERIENCE, item, edition), *answers.STATUSES]))
        for item in EXPERIENCE.items
        if data.draw(st.booleans())
    }
    complete = answers.complete(EXPERIENCE, edition, age, "", given)
    assert list(complete) == [item.id for item in EXPERIENCE.items]
    assert len(msgspec.json.encode(complete)) <= answers.longest(EXPERIENCE)
