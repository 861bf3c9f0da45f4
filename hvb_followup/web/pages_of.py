"""Every page but the respondents': the template and what only the web knows (demo banner, who is signed in)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hvb_followup.access import POLICY, Permission, Person
from hvb_followup.actions.report.own_results import OwnHome, OwnResults
from hvb_followup.catalogue import Catalogue
from hvb_followup.content import root
from hvb_followup.deployment import Deployment
from hvb_followup.errors import Problem
from hvb_followup.pages import assemble
from hvb_followup.pages.model import Home, IndicatorText, Release, release_from
from hvb_followup.registry import Provider, Unit
from hvb_followup.settings import Settings
from hvb_followup.store.releases import Release as Row
from hvb_followup.web.files import Files
from hvb_followup.web.shelf import signed


class Pages:
    """The pages of one installation."""

    def __init__(
        self, settings: Settings, catalogue: Catalogue, deployment: Deployment, files: Files
    ) -> None:
        folder = root(settings.content) / "dashboards" / "templates"
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._always: dict[str, Any] = {
            "demo": settings.demo,
            "operator": deployment.operator,
            "contact": deployment.contact,
            "site_css": files.href("site.css"),
            "site_icon": files.href("svara.svg"),
            "second_factor": not settings.demo,
        }
        self._texts = [
            IndicatorText(
                id=one.id,
                title=one.title.sv,
                why=one.why_it_matters.sv,
                how=one.how_to_read.sv,
                not_for=one.not_for.sv,
                paired_with=one.paired_with,
            )
            for one in catalogue.indicators
        ]

    def start(self, release: Release | None) -> bytes:
        """``/``"""
        return self._page("start.html", assemble.start(release, self._texts), here="start")

    def home(self, release: Release, unit: str) -> bytes:
        """``/hem/{ou}``"""
        return self._page("home.html", assemble.home(release, unit, self._texts))

    def method(self, release: Release | None) -> bytes:
        """``/metod``"""
        return self._page("method.html", assemble.method(release), here="metod")

    def data(self, release: Release | None) -> bytes:
        """``/data``"""
        return self._page("data.html", assemble.data(release), here="data")

    def sign_in(self, *, failed: bool) -> bytes:
        """``/logga-in``"""
        context = {"errors": WRONG if failed else (), "needs_code": self._always["second_factor"], "name": ""}
        return self._page("sign_in.html", context, here="logga-in")

    def own_units(self, person: Person, homes: Sequence[OwnHome]) -> bytes:
        """``/enhet``"""
        reporting = {one.unit.id for one in homes if one.reports}
        context = assemble.own_units([home_of(one.unit) for one in homes], reporting)
        return self._page("own_units.html", context, here="enhet", signed_in=person.name)

    def own_unit(self, person: Person, own: OwnResults) -> bytes:
        """``/enhet/{ou}/resultat``"""
        home = home_of(own.unit, own.provider)
        release = _own_release(own.release, home) if own.release else None
        context = assemble.own_unit(release, home, self._texts)
        return self._page("own_unit.html", context, here="enhet", signed_in=person.name)

    def signed_in(self, template: str, context: dict[str, Any], person: Person) -> bytes:
        """A page of the signed-in door."""
        more = {"sees_results": Permission.OWN_RESULTS_READ in POLICY[person.role]}
        return self._page(template, context, here="enhet", signed_in=person.name, **more)

    def problem(self, status: int, problems: Sequence[Problem]) -> bytes:
        """The page of an error."""
        return self._page("problem.html", assemble.problem(status, problems))

    def _page(self, template: str, context: dict[str, Any], **more: Any) -> bytes:
        frame = {"here": "", "signed_in": "", "csrf_token": "", "release": None}
        return (
            self._environment.get_template(template)
            .render({**frame, **self._always, **context, **more})
            .encode()
        )


WRONG = ("Namn, lösenord eller engångskod stämmer inte. Kontrollera och försök igen.",)


def _own_release(row: Row, home: Home) -> Release:
    """A home's own view, signed with the release that it belongs to."""
    plain = msgspec.json.decode(row.body)
    public_id = row.id.partition(":")[0]
    return release_from({**plain, **signed(row), "id": public_id, "units": [msgspec.to_builtins(home)]})


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
