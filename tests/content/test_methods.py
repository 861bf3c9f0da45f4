"""Every method page points at arithmetic that exists, and says no in words that exist."""

from __future__ import annotations

from importlib import import_module

import msgspec
import pytest

from hvb_followup.catalogue import Catalogue
from hvb_followup.comparison.wording import GATES
from hvb_followup.pages.methods import Method, faults


def test_each_methods_code_is_a_function_of_ours_and_its_reasons_are_known(catalogue: Catalogue) -> None:
    for method in catalogue.methods:
        room, _, name = method.code.rpartition(".")
        assert callable(getattr(import_module(f"hvb_followup.{room}"), name)), method.id
        assert set(method.gates) <= set(GATES), method.id


@pytest.mark.parametrize(
    ("changed", "key"), [({"what": {"sv": "Så."}}, "what"), ({"gates": ()}, "gates"), ({}, None)]
)
def test_a_method_without_a_language_or_without_a_no_is_refused(
    catalogue: Catalogue, changed: dict[str, object], key: str | None
) -> None:
    method: Method = msgspec.structs.replace(catalogue.methods[0], **changed)
    assert [found for found, _ in faults(method)] == ([key] if key else [])
