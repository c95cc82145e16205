"""Shapes that a text declares: a check where it has defined the thing, its own choice where it introduces it."""

from __future__ import annotations

from dataclasses import replace

from grader.verify.claim import Judged, Kind, Method, Ruling, refuted, unchecked, verified
from grader.verify.grammar.syntax import Call, Expression, Number, Symbol
from grader.verify.scope.context import Context
from grader.verify.scope.declarations import Declared
from grader.verify.scope.formula_settings import ACCUMULATORS
from grader.verify.shapes.dimensions import Shape, judge_shape
from grader.verify.worlds.settings import FEATURE_MAPS, Clash, Undecidable
from grader.verify.worlds.world import World

COURSE = {"Q": ("N", "D"), "K": ("N", "D"), "V": ("N", "M"), "W": ("R", "D"), "X": ("N", "D")}


def judge_declaration(declared: Declared, context: Context) -> Judged | None:
    """`S ∈ R^(L×M)`: a check where the left side is known, the author's choice where it is introduced."""
    what = _any_member(declared.what)
    line = declared.line
    state = judge_state(what, Shape(declared.sizes), context, line)
    if state is not None:
        return state
    if isinstance(what, Symbol) and what.name not in context.setting_at(line).definitions:
        stacked = judge_stacked(what, Shape(declared.sizes), context)
        if stacked is not None:
            return stacked
        course = COURSE.get(what.name)
        fits = course is not None and not what.indices and len(declared.sizes) == 2
        if course is not None and fits and _values(declared.sizes, context) == _named(course, context):
            return verified(Kind.DIMENSION, "it is the homework's shape", Method.TABLE)
        return unchecked(Kind.DIMENSION, f"the text declares the shape of {what.name}")
    if isinstance(what, Call) and what.function.name in FEATURE_MAPS:
        return judge_shape(what, Shape(declared.sizes), context, line, introduces=True)
    judged = judge_shape(what, Shape(declared.sizes), context, line)
    tokens = _values(declared.sizes, context) == _named(("N",) * len(declared.sizes), context)
    scalar = judge_shape(what, Shape(()), context, line).ruling is Ruling.VERIFIED
    if isinstance(what, Symbol) and not what.indices and tokens and scalar:
        # a = exp(‖q‖²/(2σ²)) of one query, and the vector of all of them by the same letter
        return unchecked(
            Kind.DIMENSION, f"{what.name} may stand for one token's value or for those of all tokens"
        )
    return judged


def judge_stacked(what: Expression, shape: Shape, context: Context) -> Judged | None:
    """Whether W has R rows or R columns, as the text multiplies with it; None for anything else."""
    if (
        what != Symbol("W")
        or len(shape.sizes) != 2
        or not context.random_features
        or not context.direction_way
    ):
        return None
    sides = _values(shape.sizes, context)
    rows, columns = _named(("R", "D"), context), _named(("D", "R"), context)
    if sides is None or rows == columns or sides not in (rows, columns):
        return None
    held = context.direction_way
    right, name = (rows, "R×D") if held == "row" else (columns, "D×R")
    says = (
        f"W holds the R directions of length D as its {held}s, as the text multiplies with it: it is {name}"
    )
    if sides == right:
        return verified(Kind.DIMENSION, says, Method.COUNT)
    return refuted(Kind.DIMENSION, says, Method.COUNT, {"shape": name})


def judge_state(what: Expression, shape: Shape, context: Context, line: int) -> Judged | None:
    """Whether the sums S and Z have a shape, with or without a token's index: it does not change from token to token.

    None for anything else, and for an S that the text defines as a whole. What no line of the text adds up step by step
    is never refuted: S may be the name of something else.
    """
    if not isinstance(what, Symbol) or what.name not in ACCUMULATORS or len(what.indices) > 1:
        return None
    known = context.setting_at(line).definitions.get(what.name)
    if known is not None and not known.indices:
        return None
    running = Symbol(what.name, (Symbol("i"),))
    others = tuple(
        one for one in context.declared if not (isinstance(one.what, Symbol) and one.what.name == what.name)
    )
    without = replace(context, declared=others)
    judged = judge_shape(running, shape, without, line)
    added = [term for _, name, term in context.increments if name == what.name]
    if judged.ruling is not Ruling.VERIFIED and added:
        judged = judge_shape(added[-1], shape, without, line)
    if judged.ruling is Ruling.REFUTED and known is None and not added and not context.multiplies_sums:
        return unchecked(Kind.DIMENSION, f"the text does not say what it adds up in {what.name}")
    return judged


def _any_member(what: Expression) -> Expression:
    """S_0 as S_i: the state before the first token is an empty sum and has the shape of the others."""
    match what:
        case Symbol(name, (Number(value, _),)) if value == 0:
            return Symbol(name, (Symbol("i"),))
        case _:
            return what


def _values(sizes: tuple[Expression, ...], context: Context) -> list[float] | None:
    world = World(context.setting_at(0, distinct=True), 1)
    try:
        return [world.number(size, {}) for size in sizes]
    except (Clash, Undecidable):
        return None


def _named(course: tuple[str, ...], context: Context) -> list[float] | None:
    return _values(tuple(Symbol(name) for name in course), context)


__all__ = ["judge_declaration", "judge_stacked", "judge_state"]
