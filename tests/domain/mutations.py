"""The mutants of the domain: the small faults that can be put into its modules, and those that change nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "plugins" / "domain").glob("*.py"))

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
}  # fmt: skip
CALLS = {
    "min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list",
    "bisect_left": "bisect_right", "bisect_right": "bisect_left",
}  # fmt: skip
LIMITS = {"gt": "ge", "ge": "gt", "lt": "le", "le": "lt"}  # of a field

# Those that change nothing, by module, what stands there and what is put in its place, with the reason.
_LESS = "what is left out here is refused by the rules all the same: only work is saved"
_FIVES = "it is a multiple of five anyway"
_KEPT = "how many days are kept ready is no rule"
_BEYOND = "what lies beyond the day is left out by its date"
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("open_hours._MOST_DAYS_KNOWN", "_MOST_DAYS_KNOWN = 5000", "_MOST_DAYS_KNOWN = 4999"): _KEPT,
    ("open_hours._MOST_DAYS_KNOWN", "_MOST_DAYS_KNOWN = 5000", "_MOST_DAYS_KNOWN = 5001"): _KEPT,
    ("slots.offered", "now + availability.notice_of(meeting)", "now - availability.notice_of(meeting)"): _LESS,
    ("base.Value.model_config", "defer_build=True", "defer_build=False"): "only when the checks are built",
    ("wall_clock._pieces", "instant < stop", "instant <= stop"): _BEYOND,
    ("availability.Meeting.minutes", "gt=0", "gt=1"): _FIVES,
    ("availability.Meeting.step", "gt=0", "gt=1"): _FIVES,
    ("availability.OnGrid", "ge=0", "ge=-1"): _FIVES,
    ("open_hours._grid", "hours.end - GRID + 1", "hours.end - GRID + 2"): _FIVES,
    ("busy_time._Merged.__init__", "one.start <= merged[-1].end", "one.start < merged[-1].end"): (
        "intervals that touch may stay two: nothing lies between them"
    ),
    ("slots.Slot", "slots=True", "slots=False"): "only memory is saved",
    ("slots.Refusal", "slots=True", "slots=False"): "only memory is saved",
}


@dataclass(frozen=True)
class Mutant:
    """One small fault: where it is, what stands there, what is put in its place, and the module that has it."""

    path: Path
    line: int
    scope: str
    old: str
    new: str
    source: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What it is known by among those that change nothing: lines move."""
        return f"{self.path.stem}.{self.scope}", self.old, self.new

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.old} → {self.new}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a module, in the order of its syntax tree."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    around = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        for owner, field, value in _changes(node):
            # A bare number or word says little without what is around it, and a statement too much.
            shown = (
                around[node] if isinstance(node, ast.Constant | ast.keyword) else owner if field == "value" else node
            )
            kept = getattr(owner, field)
            old = ast.unparse(kept if field == "test" else shown)
            setattr(owner, field, value)
            new, source = ast.unparse(getattr(owner, field) if field == "test" else shown), ast.unparse(tree)
            setattr(owner, field, kept)
            yield Mutant(path, getattr(owner, "lineno", 0), _scope(node, around), old, new, source)


def _scope(node: ast.AST, around: dict[ast.AST, ast.AST]) -> str:
    """The function it is in, or the field or the constant, with its class."""
    names: list[str] = []
    while True:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names = [name, *names] if isinstance(node, ast.ClassDef) else [name]
            case ast.AnnAssign(target=target) | ast.Assign(targets=[target]):
                names = [ast.unparse(target)]
            case ast.Module():
                return ".".join(names)
        node = around[node]


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str, object]]:
    """What may be changed of a node: which attribute of what takes which value."""
    match node:
        case ast.Compare(ops=operators):
            for place, operator in enumerate(operators):
                for other in COMPARISONS[type(operator)]:
                    yield node, "ops", [*operators[:place], other(), *operators[place + 1 :]]
        case ast.BinOp(op=operator) if type(operator) in SIGNS:
            yield node, "op", SIGNS[type(operator)]()
        case ast.BoolOp(op=operator):
            yield node, "op", ast.Or() if isinstance(operator, ast.And) else ast.And()
        case ast.UnaryOp(op=operator, operand=operand):
            yield node, "operand", ast.UnaryOp(operator, operand)
        case ast.Call(func=ast.Name(id=name) as called, keywords=keywords) if name in CALLS:
            if not (name == "sorted" and keywords):
                yield called, "id", CALLS[name]
        case ast.keyword(arg=str(name)) if name in LIMITS:
            yield node, "arg", LIMITS[name]
        case ast.Constant(value=bool(value)):
            yield node, "value", not value
        case ast.Constant(value=int(value)):
            yield from ((node, "value", value + step) for step in (1, -1))
        case ast.Slice(upper=ast.expr() as upper) if not isinstance(upper, ast.Constant):
            for sign in (ast.Add(), ast.Sub()):
                yield node, "upper", ast.BinOp(upper, sign, ast.Constant(1))
        case ast.FunctionDef(returns=ast.Name(id="bool")):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value and not isinstance(inner.value, ast.Constant):
                    yield inner, "value", ast.UnaryOp(ast.Not(), inner.value)
        case (
            ast.If(test=ast.Name() | ast.Attribute() | ast.Call() as test)
            | ast.IfExp(test=ast.Name() | ast.Attribute() | ast.Call() as test)
        ):
            yield node, "test", ast.UnaryOp(ast.Not(), test)
