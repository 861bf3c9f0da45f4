"""A poor net, in a real browser: an answer is never lost by it, with JavaScript or without (R7 D5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Route

from tests.journeys.installation import Visitor, click
from tests.journeys.player import AR, SV, Edition, House, begin, faults
from tests.journeys.player import house as house

pytestmark = pytest.mark.browser

WAITING = {"sv": "Väntar på nät", "ar": "بانتظار"}


def choose_first(page: Page) -> None:
    click(page.locator("fieldset .option").first)
    click(page.locator("button[value=next]"))


@pytest.mark.parametrize("how", [SV, pytest.param(AR, marks=pytest.mark.nightly)], ids=str)
def test_an_answer_waits_for_the_net_and_is_sent_when_it_is_back(
    house: House, visitor: Callable[..., Visitor], how: Edition
) -> None:
    """D5: nothing is kept on the device; she is told, stays where she is, and presses once."""
    young = visitor(house.url)
    page = begin(young, house, how)
    page.wait_for_url("**/fraga/1")
    young.context.set_offline(True)
    choose_first(page)
    page.get_by_text(WAITING[how.language]).wait_for()
    assert page.url.endswith("/fraga/1")
    assert faults(page) == []
    click(page.locator("button[value=next]"))  # impatience changes nothing
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    young.context.set_offline(False)
    page.wait_for_url("**/fraga/2")
    page.go_back()
    assert page.locator("fieldset input:checked").count() == 1


def test_what_came_through_without_an_answer_back_is_sent_again_and_saved_once(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """I9, D5: the server has it, the browser was never told; a worn-out gateway on the way counts as no net."""
    young = visitor(house.url)
    page = begin(young, house, SV)
    page.wait_for_url("**/fraga/1")
    sent: list[int] = []

    def lose_two(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        sent.append(route.fetch(max_redirects=0).status)
        if len(sent) == 1:
            return route.abort()
        if len(sent) == 2:
            return route.fulfill(status=502, body="")
        return route.continue_()

    page.route("**/svara/fraga/1", lose_two)
    choose_first(page)
    page.wait_for_url("**/fraga/2")
    assert sent == [204, 204, 204]


def test_the_end_is_sent_when_the_net_is_back_and_thanks_with_the_receipt(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    young = visitor(house.url)
    page = begin(young, house, SV)
    page.wait_for_url("**/fraga/1")
    choose_first(page)
    page.wait_for_url("**/fraga/2")
    young.go("/svara/fraga/99")
    young.context.set_offline(True)
    click(page.locator("button.go"))
    page.get_by_text(WAITING["sv"]).wait_for()
    young.context.set_offline(False)
    page.wait_for_url("**/klar")
    assert page.locator(".receipt .words span").count() == 4


def test_without_javascript_the_browsers_own_try_again_sends_the_form_once_more(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """D5, D2: the browser shows its own page of no net; loading that again sends the answer."""
    young = visitor(house.url, java_script_enabled=False)
    page = begin(young, house, SV)
    young.context.set_offline(True)
    with suppress(Error):
        choose_first(page)
    young.context.set_offline(False)
    page.reload()
    page.wait_for_url("**/fraga/2")
    young.go("/svara/fraga/1")
    assert page.locator("fieldset input:checked").count() == 1


def test_an_unchosen_answer_is_asked_for_as_without_the_script(
    house: House, visitor: Callable[..., Visitor]
) -> None:
    """I3: the script sends, and shows what the server says."""
    young = visitor(house.url)
    page = begin(young, house, SV)
    page.wait_for_url("**/fraga/1")
    click(page.locator("button[value=next]"))
    page.locator("#prompt", has_text="Välj ett svar").wait_for()
    click(page.locator("button[value=skip]"))
    page.wait_for_url("**/fraga/2")
