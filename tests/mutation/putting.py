"""Putting a fault in: into a loaded function, or into a module that is yet to be loaded."""

from __future__ import annotations

import functools
import inspect
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, FunctionType
from typing import Any

from .rooms import HOUSE, Fault


def compiled(fault: Fault) -> CodeType:
    """The module's code with the fault."""
    return compile(fault.text, str(HOUSE / fault.module), "exec", dont_inherit=True)


def place(fault: Fault) -> tuple[FunctionType, CodeType] | None:
    """The loaded function that the fault stands in and its faulty code; None where it cannot be exchanged."""
    found: Any = sys.modules[fault.importable]
    code = compiled(fault)
    for name in filter(None, fault.mutant.function.split(".")):
        inner = [one for one in code.co_consts if isinstance(one, CodeType) and one.co_name == name]
        found = _bare(vars(found).get(name))
        if len(inner) != 1 or found is None:
            return None
        (code,) = inner
        if isinstance(found, FunctionType):
            is_the_same = found.__code__.co_freevars == code.co_freevars
            return (found, code) if is_the_same and found.__code__.co_name == name else None
    return None


def _bare(found: Any) -> Any:
    """A function without what is around it."""
    if isinstance(found, property):
        return found.fget
    if isinstance(found, functools.cached_property):
        return found.func
    if isinstance(found, staticmethod | classmethod):
        return found.__func__
    return inspect.unwrap(found) if callable(found) else found


def put_before_loading(fault: Fault) -> None:
    """From now on the module is loaded with the fault."""
    path, sound = str(HOUSE / fault.module), SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, fullname: str) -> CodeType | None:
        return compiled(fault) if self.path == path else sound(self, fullname)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
