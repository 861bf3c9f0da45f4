"""Every page but the respondents': the template and what only the web knows (demo banner, who is signed in)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from hvb_followup.access import POLICY, Permission, Person
from hvb_followup.actions.report.own_results import OwnHome, OwnResults
from hvb_followup.catalogue import Catalogue
from hvb_followup.content import page_words, root
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem, not_found
from hvb_followup.indicators.model import DEFINED, Indicator
from hvb_followup.pages import assemble, charts, finding, grid, indicators, methods, places, themes
from hvb_followup.pages.finding import Pairs
from hvb_followup.pages.model import Home, IndicatorText, Release, Source, release_from
from hvb_followup.pages.words import Words
from hvb_followup.questionnaires.help_lines import for_her, hours_of, told_of
from hvb_followup.registry import Provider, Unit
from hvb_followup.settings import Settings
from hvb_followup.store.releases import Release as Row
from hvb_followup.web import plotly
from hvb_followup.web.charts_of import reasons
from hvb_followup.web.files import Files
from hvb_followup.web.indicator_of import drawn, indicator_charts
from hvb_followup.web.shelf import NO_HISTORY, History, signed
from hvb_followup.web.templating import View, environment

SWEDISH_VIEW = View()
OTHER_WAYS = (
    (Permission.PLACEMENT_IMPORT, "Placeringar: lägg in och bekräfta", "/min-kommun/placeringar"),
    (Permission.CONTACT_KEEP, "Brev och kort med koder", "/min-kommun/koder"),
    (Permission.CONTACT_KEEP, "Så vill de unga få sina frågor", "/min-kommun/utskick"),
    (Permission.FEEDBACK_FOLLOW, "Har hemmen återkopplat till de unga?", "/min-kommun/aterkoppling"),
    (Permission.SENDOUT_READ, "Utskick per dag och län", "/drift/utskick"),
    (Permission.ALARM_READ, "Larm", "/drift/larm"),
)
LETTERS = "URSPTHFDKQ"  # experience, results, stability, staff, safety, health, school, say, cost, data


class Pages:
    """The pages of one installation."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, deployment: Deployment, files: Files
    ) -> None:
        folder = root(settings.content) / "dashboards" / "templates"
        tables = {"sv": {}, **page_words(settings.content)}
        self._words = {
            name: Words(language=name, table=table, codes=codes_of(catalogue, name))
            for name, table in tables.items()
        }
        self._environments = {name: environment(folder, say) for name, say in self._words.items()}
        self._always: dict[str, Any] = {
            "demo": settings.demo,
            "operator": deployment.operator,
            "contact": deployment.contact,
            "site_css": files.href("site.css"),
            "sheet_css": files.href("blad.css"),
            "site_icon": files.href("svara.svg"),
            "second_factor": not settings.demo,
        }
        self._charts = {
            "css": files.href("chart.css"),
            "js": files.href("chart.js"),
            "plotly": f"/static/{plotly.script().name}",
            "guards": " ".join(plotly.script().guards),
        }
        # What is only defined is computed by nobody yet: a page would say that it waits for answers.
        told = [one for one in in_order(catalogue.indicators) if one.kind not in DEFINED]
        self._texts_in = {name: [text_of(one, name) for one in told] for name in self._words}
        of_places = [one for one in told if one.kind != "what_if"]  # a place has no figure under other rules
        self._of_places = {name: [text_of(one, name) for one in of_places] for name in self._words}
        self._help = {name: help_of(catalogue, deployment, name) for name in self._words}
        self._families = {one.id: one.source for one in catalogue.indicators if one.is_of_young}
        self._adjusting = {one.id: _adjusting(one) for one in catalogue.indicators}
        self._methods = {one.id: one for one in catalogue.methods}
        self._themes = {one.id: one for one in catalogue.themes}

    def start(self, release: Release | None, view: View = SWEDISH_VIEW) -> bytes:
        """``/``"""
        context = assemble.start(release, *self._in(view))
        themes = [(one.title[view.language], f"/tema/{one.id}") for one in self._themes.values()]
        return self._page("start.html", context, view, here="start", themes=themes)

    def search(self, release: Release | None, pairs: Pairs, view: View) -> bytes:
        """``/hitta``"""
        context = finding.search(release, pairs, self._words[view.language])
        return self._page("search.html", context, view, here="hitta")

    def compare(self, release: Release | None, pairs: Pairs, view: View) -> tuple[bytes, int]:
        """``/jamfor``, and its status."""
        context, status = grid.compare(release, pairs, *self._at(view))
        return self._page("compare.html", {**context, "charts": self._charts}, view, here="jamfor"), status

    def axis(self, release: Release, pairs: Pairs, view: View) -> bytes:
        """``/diagram/jamfor``"""
        texts, say = self._at(view)
        cells = grid.cells(release, pairs, texts, say)
        if not cells:
            raise not_found("diagram")
        return msgspec.json.encode(charts.axis(cells, say))

    def home(self, release: Release, unit: str, view: View = SWEDISH_VIEW) -> bytes:
        """``/hem/{ou}``"""
        context = assemble.home(release, unit, *self._at(view))
        return self._page("home.html", context, view, **self._help[view.language])

    def provider(self, release: Release, provider: str, view: View) -> bytes:
        """``/utforare/{id}``"""
        return self._page("provider.html", places.provider(release, provider, *self._at(view)), view)

    def indicator(
        self, release: Release | None, kpi: str, view: View, own: str = "", history: History = NO_HISTORY
    ) -> bytes:
        """``/indikator/{kpi}``, with the home ``own`` marked, and the nation's figures of earlier publications."""
        say = self._words[view.language]
        context = indicators.indicator(release, kpi, *self._in(view))
        drawn = indicator_charts(release, kpi, own, history.get(kpi, {}), view, say) if release else {}
        return self._page("indicator.html", {**context, "charts": self._charts, **drawn}, view)

    def chart(self, release: Release, kpi: str, kind: str, view: View, own: str, history: History) -> bytes:
        """``/diagram/{kpi}/{kind}``"""
        made = drawn(release, kpi, kind, own, history.get(kpi, {}), self._words[view.language])
        return msgspec.json.encode(made)

    def counties(self, release: Release | None, pairs: Pairs, view: View) -> bytes:
        """``/lan``"""
        context = places.counties(release, pairs, *self._at(view))
        return self._page("counties.html", context, view, here="lan")

    def operating_forms(self, release: Release | None, view: View) -> bytes:
        """``/regi``"""
        context = grid.operating_forms(release, *self._at(view))
        return self._page("operating_forms.html", context, view, here="regi")

    def theme(self, release: Release | None, theme: str, view: View) -> bytes:
        """``/tema/{theme}``"""
        if theme not in self._themes:
            raise not_found(theme)
        context = themes.theme(release, self._themes[theme], *self._in(view))
        return self._page("theme.html", context, view)

    def method(self, release: Release | None, view: View = SWEDISH_VIEW) -> bytes:
        """``/metod``"""
        context = assemble.method(release, self._words[view.language])
        listed = indicators.indicators(*self._in(view))
        told = [(one.title[view.language], f"/metod/{one.id}") for one in self._methods.values()]
        return self._page(
            "method.html", {**context, "indicators": listed, "methods": told}, view, here="metod"
        )

    def method_of(self, release: Release | None, method: str, view: View) -> bytes:
        """``/metod/{method}``"""
        if method not in self._methods:
            raise not_found(method)
        say = self._words[view.language]
        return self._page(
            "method_one.html", methods.method(release, self._methods[method], reasons(), say), view
        )

    def model_card(self, release: Release | None, kpi: str, view: View) -> bytes:
        """``/metod/modell/{kpi}``"""
        texts, say = self._in(view)
        context = methods.card(release, kpi, texts, self._adjusting.get(kpi, "none"), reasons(), say)
        return self._page("model_card.html", context, view)

    def data(self, release: Release | None, view: View = SWEDISH_VIEW) -> bytes:
        """``/data``"""
        return self._page("data.html", assemble.data(release, self._words[view.language]), view, here="data")

    def sign_in(self, *, failed: bool) -> bytes:
        """``/logga-in``"""
        context = {"errors": WRONG if failed else (), "needs_code": self._always["second_factor"], "name": ""}
        return self._page("sign_in.html", context, here="logga-in")

    def own_units(self, person: Person, homes: Sequence[OwnHome]) -> bytes:
        """``/enhet``"""
        reporting = {one.unit.id for one in homes if one.reports}
        context = assemble.own_units([home_of(one.unit) for one in homes], reporting)
        others = [(words, href) for right, words, href in OTHER_WAYS if right in POLICY[person.role]]
        return self._page("own_units.html", context, here="enhet", signed_in=person.name, others=others)

    def own_unit(self, person: Person, own: OwnResults) -> bytes:
        """``/enhet/{ou}/resultat``"""
        home = home_of(own.unit, own.provider)
        release = _own_release(own.release, home) if own.release else None
        context = assemble.own_unit(release, home, *self._at(SWEDISH_VIEW))
        return self._page("own_unit.html", context, here="enhet", signed_in=person.name)

    def signed_in(self, template: str, context: dict[str, Any], person: Person) -> bytes:
        """A page of the signed-in door."""
        sees = Permission.OWN_RESULTS_READ in POLICY[person.role]
        return self._page(template, context, here="enhet", signed_in=person.name, sees_results=sees)

    def texts_of(self, family: str) -> list[IndicatorText]:
        """The indicators of a family of young people's answers, in the order of the pages."""
        return [one for one in self._of_places["sv"] if self._families.get(one.id) == family]

    def sheet(self, context: dict[str, Any]) -> bytes:
        """The sheet that is put up in a home."""
        return self._page("blad.html", context)

    def problem(self, status: int, problems: Sequence[Problem], view: View = SWEDISH_VIEW) -> bytes:
        """The page of an error."""
        context = assemble.problem(status, problems, self._words[view.language])
        return self._page("problem.html", context, view)

    def _in(self, view: View) -> tuple[list[IndicatorText], Words]:
        """The texts of the indicators and the words of the pages, in the view's language."""
        return self._texts_in[view.language], self._words[view.language]

    def _at(self, view: View) -> tuple[list[IndicatorText], Words]:
        """The same, of the indicators that homes, providers and groups can have figures for."""
        return self._of_places[view.language], self._words[view.language]

    def _page(self, template: str, context: dict[str, Any], view: View = SWEDISH_VIEW, **more: Any) -> bytes:
        frame = {"here": "", "signed_in": "", "csrf_token": "", "release": None}
        frame |= {"pinned": view.pinned, "other": view.other}
        return (
            self._environments[view.language]
            .get_template(template)
            .render({**frame, **self._always, **context, **more})
            .encode()
        )


WRONG = ("Namn, lösenord eller engångskod stämmer inte. Kontrollera och försök igen.",)


def in_order(found: Sequence[Indicator]) -> list[Indicator]:
    """The indicators as pages list them: what the young say first, cost and data quality last."""
    return sorted(found, key=lambda one: (LETTERS.find(one.id[0]), one.id))


def codes_of(catalogue: Catalogue, language: str) -> dict[str, dict[str, str]]:
    """What the codes of the codelists are called, in a language."""
    return {
        one.id: {code.id: str(getattr(code, language)) for code in one.code}
        for one in catalogue.codelists.values()
    }


def text_of(indicator: Indicator, language: str) -> IndicatorText:
    """What pages say of an indicator, in a language."""
    return IndicatorText(
        id=indicator.id,
        title=indicator.title.in_(language),
        why=indicator.why_it_matters.in_(language),
        how=indicator.how_to_read.in_(language),
        not_for=indicator.not_for.in_(language),
        paired_with=indicator.paired_with,
        domain=indicator.domain,
        source=source_of(indicator),
        version=indicator.version,
        changes=tuple((one.on.isoformat(), one.says) for one in reversed(indicator.change)),
    )


def help_of(catalogue: Catalogue, deployment: Deployment, language: str) -> dict[str, Any]:
    """Where who lives in a home can turn, as the survey's own pages say it: the lines that somebody has tried."""
    words = catalogue.words[language].help
    tried = [one for one in deployment.helpline if one.verified_on is not None]
    found = for_her(tried, language)
    lines = [(one.name, one.phone, hours_of(one, language), told_of(one, words)) for one in found]
    return {"helplines": lines, "danger": words.danger}


def source_of(indicator: Indicator) -> Source:
    """Who tells its figures, as pages part them."""
    if indicator.kind == "response":
        return "known"
    if indicator.is_of_pairs:
        return "change"
    if indicator.is_of_answers:
        return "young" if indicator.is_of_young else "staff_answers"
    if indicator.kind == "duty":
        return "duty"
    if indicator.is_of_blocks:
        return "events" if indicator.source == "events" else "placements"
    return "staff"


def _own_release(row: Row, home: Home) -> Release:
    """A home's own view, signed with the release that it belongs to."""
    plain = msgspec.json.decode(row.body)
    public_id = row.id.partition(":")[0]
    return release_from({**plain, **signed(row), "id": public_id, "units": [msgspec.to_builtins(home)]})


def _adjusting(indicator: Indicator) -> methods.Adjusting:
    """What an indicator is made of, which decides what it could be adjusted for."""
    if indicator.adjustment == "none":
        return "none"
    if indicator.is_of_pairs:
        return "pairs"
    return "answers" if indicator.is_of_answers else "register"


def home_of(unit: Unit, provider: Provider | None = None) -> Home:
    """What is open about a home: its newest term, and its owner's name."""
    term = unit.terms[-1] if unit.terms else None
    return Home(
        id=unit.id,
        name=unit.name,
        lan=unit.lan,
        places=unit.places,
        provider=term.provider if term else "",
        provider_name=provider.name if provider else "",
        operating_form=str(term.operating_form) if term else "",
        unit_type=term.unit_type if term else "",
    )
