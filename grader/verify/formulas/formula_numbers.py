"""A formula against a number: both sides computed where nothing is left open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product as every

from grader.verify.claim import Judged, Kind, Method, refuted, unchecked
from grader.verify.grammar.syntax import (
    Call,
    Expression,
    Growth,
    Moment,
    Norm,
    Number,
    Quotient,
    Symbol,
    names,
    walk,
)
from grader.verify.grammar.syntax import Sequence as Listed
from grader.verify.scope.formula_settings import holds, shapes_besides_vectors
from grader.verify.scope.said_sizes import SIZE_LETTERS
from grader.verify.worlds.settings import Clash, Setting, Undecidable
from grader.verify.worlds.world import World


def is_numeric(tree: Expression) -> bool:
    """Whether no symbol but π and e occurs."""
    return names(tree) <= {"pi", "e"} and not any(
        isinstance(b, (Call, Growth, Moment, Listed)) for b in walk(tree)
    )


def is_percent(tree: Expression) -> bool:
    """Whether a tree is a number that was printed with a percent sign."""
    match tree:
        case Quotient(Number(), Number(hundred, "")):
            return hundred == 100
        case _:
            return False


def against_number(
    left: Expression, right: Expression, relation: str, settings: Sequence[Setting], kind: Kind
) -> Judged | None:
    """`sin²x + cos²x = 1`: an expression that is the same number in every world; one that varies sets a condition."""
    if is_numeric(left) == is_numeric(right):
        return None
    formula, number = (left, right) if is_numeric(right) else (right, left)
    if names(formula) & (SIZE_LETTERS | {"D", "N"}) - {"b", "c", "k", "p", "r"}:
        return unchecked(kind, "it depends on a size whose value is not used here")
    below = list(walk(formula))
    if any(isinstance(b, Moment) for b in below) and any(isinstance(b, Norm) for b in below):
        return unchecked(kind, "it depends on how long the vectors are")
    if isinstance(formula, Symbol) or any(isinstance(b, (Growth, Listed, Moment)) for b in walk(formula)):
        return None
    # x is a number in sin²x, and a vector in sin²(wᵀx)
    for setting, scalars in every(settings, (frozenset({"x", "y", "z", "u"}), frozenset[str]())):
        loose = replace(setting, orientations={}, shapes=shapes_besides_vectors(setting), scalars=scalars)
        values = []
        for seed in range(5):
            world = World(loose, seed)
            try:
                values.append((world.number(formula, {}), world.number(number, {})))
            except (Clash, Undecidable, TypeError):
                break
        if len(values) < 5:
            continue
        if all(abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0) for a, b in values):
            return holds(kind, formula, number, loose, "it has this value in every random world")
        first = values[0][0]
        if relation == "=" and all(abs(a - first) <= 1e-9 * max(abs(a), 1.0) for a, _ in values):
            says = f"its value is {first:.6g} in every random world"
            return refuted(kind, says, Method.NUMERIC, {"value": round(first, 9), "stated": values[0][1]})
    return unchecked(kind, "it sets a condition, or it is not evaluated")
