"""Small faults in a module's syntax tree: each is one place changed in one way."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
}
# A place of the tree and how to change it there; what it says before and after.
_Change = Callable[[], None]


class Mutant(msgspec.Struct, frozen=True):
    """One fault: the function it stands in, and what it says before and after.

    ``at`` is its place among the faults of its module. ``lines``: the first and the last line of the sound text
    that must run for the fault to be met.
    """

    function: str
    before: str
    after: str
    number: int
    at: int
    lines: tuple[int, int]

    @property
    def name(self) -> str:
        """The same for the same fault also when lines have moved."""
        again = f" #{self.number}" if self.number > 1 else ""
        return f"{self.function}: {self.before} → {self.after}{again}"


def mutants(source: str) -> Iterator[Mutant]:
    """Every fault of a module, in the order of its text."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for at, (function, statement, node, change, back) in enumerate(_all(ast.parse(source))):
        before = ast.unparse(statement).split("\n")[0]
        change()
        after = ast.unparse(statement).split("\n")[0]
        back()
        seen[function, before, after] += 1
        yield Mutant(function, before, after, seen[function, before, after], at, _lines(statement, node))


def with_fault(source: str, at: int) -> str:
    """A module's text with one of its faults; texts are made when they are needed, being long to make."""
    tree = ast.parse(source)
    *_, change, _ = next(islice(_all(tree), at, None))
    change()
    return ast.unparse(ast.fix_missing_locations(tree))


def _all(tree: ast.Module) -> Iterator[tuple[str, ast.AST, ast.AST, _Change, _Change]]:
    """Every change of a module, with its function, statement and place."""
    for function, statement, node in _places(tree, ""):
        for change, back in _changes(node):
            yield function, statement, node, change, back


def _lines(statement: ast.AST, node: ast.AST) -> tuple[int, int]:
    """A statement's lines, of one with others inside only its head; and the changed place's own."""
    assert isinstance(statement, ast.stmt)
    inner = [one.lineno for one in _statements(statement)]
    last = min(inner) - 1 if inner else statement.end_lineno or statement.lineno
    own = getattr(node, "lineno", statement.lineno) if node is not statement else statement.lineno
    return min(own, statement.lineno), max(last, own, statement.lineno)


def _places(node: ast.AST, function: str) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """Every node that runs, with its function and statement: no annotation, decorator, docstring or import."""
    for statement in _statements(node):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            continue
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _places(statement, f"{function}.{statement.name}".lstrip("."))
            continue
        yield function, statement, statement
        for inner in _expressions(statement):
            yield function, statement, inner
        yield from _places(statement, function)


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for _, value in ast.iter_fields(node):
        if isinstance(value, list):
            for one in value:
                if isinstance(one, ast.stmt):
                    yield one
                elif isinstance(one, ast.match_case | ast.ExceptHandler):
                    yield from _statements(one)


def _expressions(node: ast.AST) -> Iterator[ast.AST]:
    """What a statement itself works out, without the statements within it."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "type_comment"):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, ast.AST) and not isinstance(one, ast.stmt):
                yield one
                yield from _expressions(one)


def _changes(node: ast.AST) -> Iterator[tuple[_Change, _Change]]:
    """The ways to change a node, each with the way back."""
    if isinstance(node, ast.Compare):
        for place, was in enumerate(node.ops):
            for other in _COMPARED[type(was)]:
                yield _set(node.ops, place, other(), was)
    elif isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in _COUNTED:
        yield _put(node, "op", _COUNTED[type(node.op)]())
    elif isinstance(node, ast.BoolOp):
        yield _put(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield _put(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield _put(node, "value", node.value + 1)
        yield _put(node, "value", node.value - 1)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _put(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
    elif isinstance(node, ast.Return) and not _is_constant(node.value):
        yield _put(node, "value", ast.Constant(None))
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(
        node.test, ast.Compare | ast.UnaryOp
    ):
        yield _put(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Expr | ast.Raise | ast.Continue | ast.Break) and not _is_docstring(node):
        # A statement that is not there: what is left of it does nothing.
        yield _become(node, ast.Pass())


def _set(items: list[ast.cmpop], place: int, new: ast.cmpop, was: ast.cmpop) -> tuple[_Change, _Change]:
    return lambda: items.__setitem__(place, new), lambda: items.__setitem__(place, was)


def _put(node: ast.AST, name: str, new: object) -> tuple[_Change, _Change]:
    was = getattr(node, name)
    return lambda: setattr(node, name, new), lambda: setattr(node, name, was)


def _become(node: ast.AST, new: ast.AST) -> tuple[_Change, _Change]:
    was_class, was = node.__class__, dict(node.__dict__)

    def change() -> None:
        node.__class__ = new.__class__  # type: ignore[assignment]

    def back() -> None:
        node.__class__ = was_class
        node.__dict__.update(was)

    return change, back


def _is_constant(value: ast.expr | None) -> bool:
    """True where there is nothing to lose: None already, or a constant that is changed itself."""
    return value is None or isinstance(value, ast.Constant)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
